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
import tools.jackson.databind.JsonNode;

@Command(name = "silence", description = "Times in which nobody is told of something.", mixinStandardHelpOptions = true)
final class SilenceCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "Declare a silence.", mixinStandardHelpOptions = true)
    int add(
            @Mixin Caller.OfNotifications of,
            @Parameters(
                            paramLabel = "LABEL=VALUE",
                            arity = "1..*",
                            description = "As in a route: service=shop, fact=~Backup.*, environment=!prod; a label again: one of these values.")
                    List<String> matchers,
            @Option(names = "--from", paramLabel = "TIME", defaultValue = "now", description = "Default: ${DEFAULT-VALUE}") String from,
            @Option(names = "--until", paramLabel = "TIME", required = true, description = "2026-03-02T10:00:00Z, or now+PT2H.")
                    String until,
            @Mixin Reason reason) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("match", match(matchers));
        body.put("from", from);
        body.put("until", until);
        body.put("reason", reason.text());
        return of.caller().show(of.caller().post("/silences", body), answer ->
                System.out.println(ChangeText.text(answer, "id") + "  until " + ChangeText.text(answer, "until")));
    }

    @Command(description = "List silences, the newest first.", mixinStandardHelpOptions = true)
    int list(@Mixin Caller.OfNotifications of) {
        return of.caller().show(of.caller().get("/silences"), SilenceCommands::print);
    }

    @Command(description = "End a silence before its time.", mixinStandardHelpOptions = true)
    int end(@Mixin Caller.OfNotifications of, @Parameters(paramLabel = "ID") String id) {
        of.caller().post("/silences/" + Api.segment(id) + "/end", Map.of());
        System.out.println(Visible.line(id) + "  ended");
        return 0;
    }

    private Map<String, Object> match(List<String> matchers) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String each : matchers) {
            int sign = each.indexOf('=');
            if (sign < 1) {
                throw new ParameterException(spec.commandLine(), "'" + each + "' has to be LABEL=VALUE");
            }
            values.computeIfAbsent(each.substring(0, sign), _ -> new ArrayList<>()).add(each.substring(sign + 1));
        }
        Map<String, Object> match = new LinkedHashMap<>();
        values.forEach((label, all) -> match.put(label, all.size() == 1 ? all.getFirst() : all));
        return match;
    }

    private static void print(JsonNode silences) {
        Table table = new Table("ID", "MATCH", "FROM", "UNTIL", "BY", "STATE", "REASON");
        silences.forEach(line -> table.row(
                ChangeText.text(line, "id"),
                matchers(line.path("match")),
                ChangeText.text(line, "from"),
                ChangeText.text(line, "until"),
                ChangeText.text(line, "by"),
                line.path("holds").asBoolean(false)
                        ? "holds"
                        : ChangeText.text(line, "endedBy").isEmpty() ? "" : "ended by " + ChangeText.text(line, "endedBy"),
                ChangeText.text(line, "reason")));
        table.print();
    }

    private static String matchers(JsonNode matchers) {
        List<String> texts = new ArrayList<>();
        matchers.forEach(each -> {
            List<String> values = new ArrayList<>();
            each.path("values").forEach(value -> values.add(value.asString("")));
            texts.add(ChangeText.text(each, "label") + "=" + (each.path("negated").asBoolean(false) ? "!" : "")
                    + (each.path("pattern").asBoolean(false) ? "~" : "") + String.join("|", values));
        });
        return String.join(" ", texts);
    }
}
