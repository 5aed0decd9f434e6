package slipway.launcher;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "delegation", description = "Who votes in whose place.", mixinStandardHelpOptions = true)
final class DelegationCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "List delegations.", mixinStandardHelpOptions = true)
    int list(@Mixin Caller caller) {
        return caller.show(caller.get("/delegations"), delegations -> {
            Table table = new Table("ID", "PRINCIPAL", "DELEGATE", "FROM", "TO", "ENDED");
            delegations.forEach(each -> table.row(
                    ChangeText.text(each, "id"),
                    ChangeText.text(each, "principal"),
                    ChangeText.text(each, "delegate"),
                    ChangeText.text(each.path("during"), "notBefore"),
                    ChangeText.text(each.path("during"), "notAfter"),
                    ChangeText.text(each, "endedAt")));
            table.print();
        });
    }

    @Command(description = "Let another vote in your place.", mixinStandardHelpOptions = true)
    int give(
            @Mixin Caller caller,
            @Option(names = "--to", paramLabel = "WHO", required = true) String delegate,
            @Option(names = "--from", paramLabel = "TIME", defaultValue = "now", description = "Default: ${DEFAULT-VALUE}")
                    String from,
            @Option(names = "--until", paramLabel = "TIME", required = true, description = "Such as now+P7D.")
                    String until,
            @Mixin Reason reason) {
        Map<String, ?> body = Map.of(
                "delegate", delegate,
                "during", Map.of("notBefore", from, "notAfter", until),
                "reason", reason.text());
        return caller.show(
                caller.post("/delegations", body), answer -> System.out.println(ChangeText.text(answer, "id")));
    }

    @Command(description = "End a delegation before its time.", mixinStandardHelpOptions = true)
    int end(@Mixin Caller caller, @Parameters(paramLabel = "ID") String id) {
        caller.ask("DELETE", "/delegations/" + Api.segment(id), null, "application/json");
        System.out.println(id + "  ended");
        return 0;
    }
}
