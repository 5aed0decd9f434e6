package slipway.backup;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import slipway.backup.domain.Coverage;
import slipway.backup.domain.Coverage.Exemption;
import slipway.backup.recipe.Category;
import tools.jackson.databind.JsonNode;

/// Reads of each configuration item which categories have nothing to back up, and who says so.
final class CoverageFile {

    private CoverageFile() {}

    /// @param coverage missing: nobody asks for it. Empty is a fault: somebody meant to
    static Coverage read(JsonNode coverage, List<String> faults) {
        if (coverage.isMissingNode()) {
            return new Coverage(null);
        }
        Map<String, Map<String, Exemption>> exempted = new LinkedHashMap<>();
        Fields items = Fields.any(coverage, "coverage", faults);
        if (coverage.isEmpty() && coverage.isObject()) {
            faults.add("coverage: has to be a map of configuration items; leave the word out to ask for none");
        }
        items.node().properties().forEach(each -> {
            Fields item = Fields.of(each.getValue(), items.at(each.getKey()), Set.of("notApplicable"), faults);
            Map<String, Exemption> of = new LinkedHashMap<>();
            item.named("notApplicable").forEach((category, said) -> {
                String at = item.at("notApplicable") + "." + category;
                if (!Category.words().contains(category)) {
                    faults.add(at + ": is none of " + Category.words());
                }
                Fields word = Fields.of(said, at, Set.of("by", "reason"), faults);
                of.put(category, new Exemption(word.needed("by").orElse(""), word.needed("reason").orElse("")));
            });
            exempted.put(each.getKey(), of);
        });
        return new Coverage(exempted);
    }
}
