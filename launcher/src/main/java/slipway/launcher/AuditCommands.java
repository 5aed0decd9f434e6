package slipway.launcher;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import tools.jackson.databind.JsonNode;

@Command(name = "audit", description = "Look into the ledger.", mixinStandardHelpOptions = true)
final class AuditCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(
            description = "Read the log again from offset 0 and compare what it gives with the live ledger.",
            mixinStandardHelpOptions = true)
    int replay(
            @Option(names = "--as", paramLabel = "WHO", defaultValue = "olu", description = "Default: ${DEFAULT-VALUE}")
                    String who) {
        try (Api api = new Api(Ports.standard())) {
            JsonNode report = Refused.unless(api.post(For.AUDIT, who, "/replays", Map.of()))
                    .json();
            System.out.println(report.toPrettyString());
            // Poison that no service could read either is told, but is no fault of the log's facts.
            return report.path("identical").asBoolean(false) && report.path("faults").isEmpty() ? 0 : 1;
        }
    }
}
