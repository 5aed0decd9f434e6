package slipway.launcher;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import tools.jackson.databind.JsonNode;

@Command(name = "release", description = "Look at releases, retry or abort one.", mixinStandardHelpOptions = true)
final class ReleaseCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(
            description = {"Show a release.", "With --exit-code: 12 when it is blocked."},
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--as", paramLabel = "WHO", defaultValue = "dana", description = "Default: ${DEFAULT-VALUE}")
                    String who,
            @Option(names = "--exit-code", description = "Tell the state by the exit code.") boolean exitCode) {
        try (Api api = new Api(Ports.standard())) {
            JsonNode release = Refused.unless(api.get(For.RELEASE, who, "/releases/" + Api.segment(id)))
                    .json();
            System.out.println(release.toPrettyString());
            return exitCode && release.path("state").asString("").equals("BLOCKED") ? Refused.BLOCKED : 0;
        }
    }

    @Command(description = "Try a blocked release again.", mixinStandardHelpOptions = true)
    int retry(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--as", paramLabel = "WHO", required = true) String who,
            @Option(names = "--reason", paramLabel = "TEXT", required = true) String reason) {
        return post(id, "retry", who, reason);
    }

    @Command(description = "Abort a release; what it touched is rolled back.", mixinStandardHelpOptions = true)
    int abort(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--as", paramLabel = "WHO", required = true) String who,
            @Option(names = "--reason", paramLabel = "TEXT", required = true) String reason) {
        return post(id, "abort", who, reason);
    }

    private static int post(String id, String what, String who, String reason) {
        try (Api api = new Api(Ports.standard())) {
            String path = "/releases/" + Api.segment(id) + "/" + what;
            Refused.unless(api.post(For.RELEASE, who, path, Map.of("reason", reason)));
            System.out.println(id + "  " + what);
            return 0;
        }
    }
}
