package slipway.launcher;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "freeze", description = "Times in which nothing starts.", mixinStandardHelpOptions = true)
final class FreezeCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "List freezes, the newest first.", mixinStandardHelpOptions = true)
    int list(@Mixin Caller caller) {
        return caller.show(caller.get("/freezes"), FreezeCommands::print);
    }

    @Command(description = "Show what a freeze would hold; nothing is declared.", mixinStandardHelpOptions = true)
    int preview(@Mixin Caller caller, @Mixin Text text) {
        return caller.show(caller.send("POST", "/freezes/preview", text.file), FreezeCommands::declared);
    }

    @Command(
            description = {
                "What a freeze would have held of the past, what became of that, and what it would hold now.",
                "Nothing is declared."
            },
            mixinStandardHelpOptions = true)
    int rehearse(
            @Mixin Caller caller,
            @Parameters(paramLabel = "FILE", description = "The freeze, as it would be declared: YAML or JSON.") Path file,
            @Mixin Past past) {
        return caller.show(
                caller.send("POST", "/freezes/rehearsals" + past.query(), file),
                report -> HindsightText.rehearsal(report, System.out));
    }

    @Command(
            description = "Declare a freeze, or every event of an .ics file as one.",
            mixinStandardHelpOptions = true)
    int declare(
            @Mixin Caller caller,
            @Mixin Text text,
            @Option(names = "--zone", paramLabel = "ZONE", defaultValue = "", description = "In which whole days of an .ics file begin.")
                    String zone) {
        boolean calendar = text.file.toString().endsWith(".ics");
        String path = calendar ? "/freezes/ics?zone=" + Api.segment(zone) : "/freezes";
        return caller.show(caller.send("POST", path, text.file), FreezeCommands::declared);
    }

    @Command(description = "Lift a freeze; what it held goes on.", mixinStandardHelpOptions = true)
    int lift(@Mixin Caller caller, @Parameters(paramLabel = "ID") String id, @Mixin Reason reason) {
        caller.post("/freezes/" + Api.segment(id) + "/lift", reason.only());
        System.out.println(id + "  lifted");
        return 0;
    }

    @Command(description = "Let one change through a freeze.", mixinStandardHelpOptions = true)
    int override(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--change", paramLabel = "CHANGE", required = true) String change,
            @Mixin Reason reason) {
        caller.post(
                "/freezes/" + Api.segment(id) + "/override", Map.of("changeId", change, "reason", reason.text()));
        System.out.println(id + "  lets " + change + " through");
        return 0;
    }

    @Command(description = "Everything that is frozen or scheduled, as iCalendar.", mixinStandardHelpOptions = true)
    int calendar(@Mixin Caller caller) {
        System.out.print(Visible.lines(caller.text("/calendar.ics").replace("\r\n", "\n")));
        return 0;
    }

    private static void declared(JsonNode answer) {
        if (answer.isArray()) {
            answer.forEach(id -> System.out.println(Visible.line(id.asString())));
            return;
        }
        String id = ChangeText.text(answer, "id");
        System.out.println((id.isEmpty() ? "would hold" : id + "  holds") + "  "
                + (answer.path("holds").isEmpty() ? "nothing" : Visible.line(answer.path("holds").toString())));
    }

    private static void print(JsonNode freezes) {
        Table table = new Table("ID", "NAME", "START", "ZONE", "LASTS", "RULE", "LIFTED BY");
        freezes.forEach(line -> {
            JsonNode freeze = line.path("freeze");
            JsonNode when = freeze.path("when");
            table.row(
                    ChangeText.text(freeze, "id"),
                    ChangeText.text(freeze, "name"),
                    ChangeText.text(when, "start"),
                    ChangeText.text(when, "zone"),
                    ChangeText.text(when, "duration"),
                    ChangeText.text(when, "rule"),
                    ChangeText.text(line, "liftedBy"));
        });
        table.print();
    }

    /// The file that says what is asked.
    static final class Text {
        @Option(names = {"-f", "--file"}, paramLabel = "FILE", required = true, description = "YAML or JSON.")
        private Path file = Path.of("");

        Path file() {
            return file;
        }
    }
}
