package slipway.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;

@Command(name = "backup", description = "Look at backups.", mixinStandardHelpOptions = true)
final class BackupCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "All backup sets, as JSON.", mixinStandardHelpOptions = true)
    int list(
            @Option(names = "--as", paramLabel = "WHO", defaultValue = "dana", description = "Default: ${DEFAULT-VALUE}")
                    String who) {
        return print("/backups", who);
    }

    @Command(description = "One backup set, as JSON.", mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--as", paramLabel = "WHO", defaultValue = "dana", description = "Default: ${DEFAULT-VALUE}")
                    String who) {
        return print("/backups/" + Api.segment(id), who);
    }

    private static int print(String path, String who) {
        try (Api api = new Api(Ports.standard())) {
            System.out.println(
                    Refused.unless(api.get(For.BACKUP, who, path)).json().toPrettyString());
            return 0;
        }
    }
}
