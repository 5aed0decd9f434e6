package slipway.launcher;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "policy", description = "The approval policy.", mixinStandardHelpOptions = true)
final class PolicyCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "Show the text that holds.", mixinStandardHelpOptions = true)
    int show(@Mixin Caller caller) {
        return caller.show(caller.get("/policy"), policy -> System.out.print(Visible.lines(ChangeText.raw(policy, "text"))));
    }

    @Command(description = "List all that were published, the newest first.", mixinStandardHelpOptions = true)
    int versions(@Mixin Caller caller) {
        return caller.show(caller.get("/policy/versions"), versions -> {
            Table table = new Table("NAME", "VERSION", "PUBLISHED", "BY", "SHA-256");
            versions.forEach(each -> table.row(
                    ChangeText.text(each, "name"),
                    ChangeText.text(each, "version"),
                    ChangeText.text(each, "publishedAt"),
                    ChangeText.text(each, "publishedBy"),
                    ChangeText.text(each, "hash")));
            table.print();
        });
    }

    @Command(
            description = {
                "Ask a policy everything that can be asked; nothing is published.",
                "Exit code 2 when it has faults."
            },
            mixinStandardHelpOptions = true)
    int check(@Mixin Caller caller, @Mixin FreezeCommands.Text text) {
        JsonNode findings = caller.send("POST", "/policy/check", text.file());
        caller.show(findings, PolicyCommands::print);
        return findings.path("faults").isEmpty() ? 0 : Refused.REFUSED;
    }

    @Command(description = "Publish a policy; it holds from then on.", mixinStandardHelpOptions = true)
    int publish(@Mixin Caller caller, @Mixin FreezeCommands.Text text) {
        return caller.show(caller.send("PUT", "/policy", text.file()), PolicyCommands::print);
    }

    @Command(
            description = {
                "What a policy would have answered to everything that was asked, and what became of it.",
                "Nothing is published, and nothing that was not recorded is guessed."
            },
            mixinStandardHelpOptions = true)
    int backtest(
            @Mixin Caller caller,
            @Parameters(paramLabel = "FILE", description = "The candidate, as it would be published.") Path file,
            @Mixin Past past) {
        return caller.show(
                caller.send("POST", "/policy/backtests" + past.query(), file),
                report -> HindsightText.backtest(report, System.out));
    }

    private static void print(JsonNode findings) {
        findings.path("faults").forEach(fault -> System.out.println("fault    " + Visible.line(fault.asString())));
        findings.path("warnings").forEach(warning -> System.out.println("warning  " + Visible.line(warning.asString())));
        if (findings.path("faults").isEmpty() && findings.path("warnings").isEmpty()) {
            System.out.println("every question has an answer, and enough people for it");
        }
    }
}
