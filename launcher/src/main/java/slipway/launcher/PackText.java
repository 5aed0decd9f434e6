package slipway.launcher;

import java.io.PrintStream;
import java.util.List;
import slipway.launcher.evidence.Decision;
import slipway.launcher.evidence.Scope;
import slipway.launcher.evidence.Scope.Sample;
import slipway.launcher.evidence.Verification;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What was found out about an evidence pack, for people and for programs. All of it may quote what a forger wrote.
final class PackText {

    private static final JsonMapper JSON = new JsonMapper();

    private PackText() {}

    static void print(Verification found, PrintStream out) {
        about(found.scope()).forEach(each -> out.println("about    " + Visible.line(each)));
        for (Decision each : found.decisions()) {
            out.printf("%-7s  %s%n", each.result(), Visible.line(each.what() + " of " + each.of() + ": " + each.words()));
        }
        found.open().forEach(each -> out.println("open     " + Visible.line(each)));
        found.unshown().forEach(each -> out.println("not shown  " + Visible.line(each)));
        found.faults().forEach(each -> out.println("FAULT  " + Visible.line(each)));
        out.printf(
                "%s: %d facts of %d aggregates, %d of them proven to be in the log of %s; %d backup manifests are what was sealed%n",
                found.holds() ? "all holds" : "it does NOT hold",
                found.facts(),
                found.aggregates(),
                found.proofs(),
                found.checkpoint() == null ? "nobody" : Visible.line(found.checkpoint().origin()) + " at " + found.checkpoint().size() + " leaves",
                found.backups());
        out.printf(
                "decisions made again: %d match, %d differ, %d cannot be made again%n",
                found.count(Decision.Result.MATCH),
                found.count(Decision.Result.DIFFERS),
                found.count(Decision.Result.CANNOT));
    }

    private static List<String> about(Scope scope) {
        String written = "written at " + scope.createdAt() + " by " + scope.createdBy();
        Sample sample = scope.sample();
        return sample == null
                ? List.of(scope.change() + ", " + written)
                : List.of(
                        sample.selected().size() + " of " + sample.population() + " changes that were first asked for from " + sample.from() + " to "
                                + sample.to() + ", drawn as a sample of " + sample.size() + " by seed " + sample.seed() + ", " + written,
                        sample.selected().isEmpty() ? "no change, then" : String.join(", ", sample.selected()));
    }

    static String json(Verification found) {
        ObjectNode all = JSON.createObjectNode();
        all.put("holds", found.holds());
        scope(all.putObject("scope"), found.scope());
        all.put("facts", found.facts());
        all.put("aggregates", found.aggregates());
        all.put("proofs", found.proofs());
        all.put("backups", found.backups());
        if (found.checkpoint() != null) {
            all.putObject("checkpoint")
                    .put("origin", found.checkpoint().origin())
                    .put("size", found.checkpoint().size())
                    .put("root", found.checkpoint().root().toString());
        }
        list(all.putArray("faults"), found.faults());
        list(all.putArray("open"), found.open());
        list(all.putArray("notShown"), found.unshown());
        ArrayNode decisions = all.putArray("decisions");
        for (Decision each : found.decisions()) {
            decisions.addObject()
                    .put("result", each.result().name())
                    .put("type", each.what())
                    .put("aggregate", each.of())
                    .put("words", each.words());
        }
        return all.toPrettyString();
    }

    private static void scope(ObjectNode to, Scope scope) {
        to.put("createdAt", scope.createdAt()).put("createdBy", scope.createdBy());
        Sample sample = scope.sample();
        if (sample == null) {
            to.put("change", scope.change());
        } else {
            to.put("from", sample.from())
                    .put("to", sample.to())
                    .put("sample", sample.size())
                    .put("seed", sample.seed())
                    .put("population", sample.population());
            list(to.putArray("selected"), sample.selected());
        }
    }

    private static void list(ArrayNode to, List<String> lines) {
        lines.forEach(to::add);
    }
}
