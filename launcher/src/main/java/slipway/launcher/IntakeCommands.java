package slipway.launcher;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "intake", description = "What other systems sent, and what became of it.", mixinStandardHelpOptions = true)
final class IntakeCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "List deliveries, the newest first.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Caller caller,
            @Option(names = "--source", paramLabel = "SOURCE", defaultValue = "") String source,
            @Option(names = "--state", paramLabel = "STATE", defaultValue = "", description = "received, taken, refused or ignored")
                    String state,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "50") int limit,
            @Option(names = "--after", paramLabel = "ID", defaultValue = "", description = "Go on after this one.") String after) {
        String path = "/deliveries?limit=" + limit + filter("source", source) + filter("state", state) + filter("after", after);
        return caller.show(caller.get(path), IntakeCommands::print);
    }

    @Command(description = "Show a delivery as it came, and what became of it.", mixinStandardHelpOptions = true)
    int show(@Mixin Caller caller, @Parameters(paramLabel = "ID") String id) {
        return caller.show(caller.get("/deliveries/" + Api.segment(id)), IntakeCommands::delivery);
    }

    @Command(
            description = {
                "Handle a refused or ignored delivery once more, by the rules of today.",
                "Exit code 2 when it is refused again."
            },
            mixinStandardHelpOptions = true)
    int replay(@Mixin Caller caller, @Parameters(paramLabel = "ID") String id) {
        JsonNode delivery = caller.post("/deliveries/" + Api.segment(id) + "/replay", Map.of());
        caller.show(delivery, IntakeCommands::became);
        return ChangeText.text(delivery, "state").equals("REFUSED") ? Refused.REFUSED : 0;
    }

    private static String filter(String name, String value) {
        return value.isEmpty() ? "" : "&" + name + "=" + Api.segment(value);
    }

    private static void print(JsonNode page) {
        Table table = new Table("ID", "SOURCE", "RECEIVED", "STATE", "RESULTS", "WHY");
        page.path("deliveries").forEach(each -> table.row(
                ChangeText.text(each, "id"),
                ChangeText.text(each, "source"),
                ChangeText.text(each, "receivedAt"),
                ChangeText.text(each, "state"),
                words(each.path("results")),
                words(each.path("reasons"))));
        table.print();
        if (page.path("next").isString()) {
            System.out.println("more: --after " + ChangeText.text(page, "next"));
        }
    }

    private static void became(JsonNode delivery) {
        System.out.println(ChangeText.text(delivery, "id") + "  " + ChangeText.text(delivery, "state") + "  "
                + words(delivery.path("results")));
        delivery.path("reasons").forEach(reason -> System.out.println("  " + Visible.line(reason.asString())));
    }

    private static void delivery(JsonNode delivery) {
        became(delivery);
        for (String name : new String[] {"source", "key", "receivedAt", "rule", "sender", "repeats", "replayedBy"}) {
            String text = Visible.line(delivery.path(name).asString(""));
            if (!text.isEmpty()) {
                System.out.println(name + "  " + text);
            }
        }
        System.out.println(delivery.path("proven").asBoolean(false) ? "proven" : "nobody proved that it is from there");
        delivery.path("headers").forEachEntry((name, value) ->
                System.out.println(Visible.line(name + ": " + value.asString())));
        String body = delivery.path("body").isString() ? ChangeText.raw(delivery, "body") : ChangeText.raw(delivery, "bytes");
        System.out.println();
        System.out.println(Visible.lines(body));
    }

    private static String words(JsonNode list) {
        return Visible.line(String.join("; ", list.valueStream().map(JsonNode::asString).toList()));
    }
}
