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
        if (!coverage.isObject() || coverage.isEmpty()) {
            faults.add("coverage: has to be a map of configuration items; leave the word out to ask for none");
        }
        for (Map.Entry<String, JsonNode> each : coverage.properties()) {
            String where = "coverage." + each.getKey();
            Plans.only(each.getValue(), Set.of("notApplicable"), where, faults);
            Map<String, Exemption> of = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> category : each.getValue().path("notApplicable").properties()) {
                String at = where + ".notApplicable." + category.getKey();
                if (!Category.words().contains(category.getKey())) {
                    faults.add(at + ": is none of " + Category.words());
                }
                Plans.only(category.getValue(), Set.of("by", "reason"), at, faults);
                of.put(
                        category.getKey(),
                        new Exemption(
                                said(category.getValue(), "by", at, faults),
                                said(category.getValue(), "reason", at, faults)));
            }
            exempted.put(each.getKey(), of);
        }
        return new Coverage(exempted);
    }

    private static String said(JsonNode node, String field, String where, List<String> faults) {
        String said = node.path(field).asString("");
        if (said.isBlank()) {
            faults.add(where + "." + field + ": is missing");
        }
        return said;
    }
}
