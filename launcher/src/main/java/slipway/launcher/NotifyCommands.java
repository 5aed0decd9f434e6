package slipway.launcher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import slipway.launcher.local.Ports.For;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "notify", description = "Who is told of what.", mixinStandardHelpOptions = true)
final class NotifyCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "List notifications, the newest first.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Caller.OfNotifications of,
            @Option(names = "--change", paramLabel = "CHANGE", description = "Only those of this change.") String change) {
        String path = "/notifications" + (change == null ? "" : "?change=" + Api.segment(change));
        return of.caller().show(of.caller().get(path), NotifyCommands::printLines);
    }

    @Command(
            description = "Show who would be told of a fact of the ledger now and why, who not and why not, and what became of it when it came.",
            mixinStandardHelpOptions = true)
    int explain(@Mixin Caller.OfNotifications of, @Parameters(paramLabel = "FACT") String id) {
        Caller caller = of.caller();
        JsonNode found = caller.at(For.AUDIT).get("/facts/" + Api.segment(id));
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("changeId", found.path("changeId"));
        for (String field : List.of("type", "aggregate", "sequence", "at", "actor", "actorKind", "onBehalfOf", "eventId", "payload")) {
            asked.put(field, found.path("fact").path(field));
        }
        JsonNode plan = caller.post("/notifications/plan", asked);
        JsonNode recorded = caller.get("/notifications?fact=" + Api.segment(id));
        JsonNode both = new JsonMapper().valueToTree(Map.of("plan", plan, "recorded", recorded));
        return caller.show(both, answer -> {
            print(answer.path("plan"));
            System.out.println();
            System.out.println("When it came:");
            printLines(answer.path("recorded"));
        });
    }

    @Command(
            name = "try",
            description = "Show who would be told of a fact that never was, and in which words; nobody is told.",
            mixinStandardHelpOptions = true)
    int dryRun(@Mixin Caller.OfNotifications of, @Mixin FreezeCommands.Text text) {
        return of.caller().show(of.caller().send("POST", "/notifications/plan", text.file()), NotifyCommands::print);
    }

    private static void print(JsonNode plan) {
        plan.path("labels").properties().forEach(label -> System.out.println(
                Visible.line("%-12s %s".formatted(label.getKey(), joined(label.getValue())))));
        System.out.println(Visible.line("%-12s %s".formatted("routes", joined(plan.path("routes")))));
        System.out.println();
        System.out.println(Visible.line(ChangeText.text(plan, "subject")));
        plan.path("lines").forEach(line -> System.out.println(Visible.line("    " + line.asString("")).stripTrailing()));
        System.out.println();
        if (plan.path("told").isEmpty()) {
            System.out.println("Nobody is told.");
            return;
        }
        Table table = new Table("RECEIVER", "CHANNEL", "RECIPIENT", "ROUTE", "AT", "WITH", "WHY NOT AT ONCE");
        plan.path("told").forEach(each -> table.row(
                ChangeText.text(each, "receiver"),
                ChangeText.text(each, "channel"),
                ChangeText.text(each, "recipient"),
                ChangeText.text(each, "route"),
                each.path("at").isNull() ? "never" : ChangeText.text(each, "at"),
                ChangeText.text(each, "group"),
                joined(each.path("because"))));
        table.print();
    }

    private static void printLines(JsonNode lines) {
        Table table = new Table("AT", "FACT", "CHANGE", "RECEIVER", "RECIPIENT", "STATE", "ANSWER");
        lines.forEach(line -> table.row(
                ChangeText.text(line, "at"),
                ChangeText.text(line, "factType"),
                ChangeText.text(line, "changeId"),
                ChangeText.text(line, "receiver"),
                ChangeText.text(line, "recipient"),
                ChangeText.text(line, "state"),
                ChangeText.text(line, "state").equals("PLANNED")
                        ? "from " + ChangeText.text(line, "due")
                        : ChangeText.text(line, "answer")));
        table.print();
    }

    private static String joined(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asString("")));
        return String.join(", ", texts);
    }
}
