package slipway.launcher;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "gate", description = "The gate for pipelines.", mixinStandardHelpOptions = true)
final class GateCommands implements Runnable {

    private static final Duration LONGEST_ASK = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(
            name = "wait",
            description = {
                "Wait while a change is pending, and tell whether it may start.",
                "Exit codes: 0 open, 10 still pending, 11 denied, 12 blocked."
            },
            mixinStandardHelpOptions = true)
    int await(
            @Mixin Caller caller,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "PT30S", description = "Default: ${DEFAULT-VALUE}")
                    Duration timeout,
            @Option(names = "--environment", paramLabel = "ENV", description = "Where it shall start.")
                    @Nullable String environment) {
        Instant until = Instant.now().plus(timeout);
        while (true) {
            Duration left = Duration.between(Instant.now(), until);
            long seconds = Math.clamp(left.toSeconds(), 0, LONGEST_ASK.toSeconds());
            String where = environment == null ? "" : "&environment=" + Api.segment(environment);
            JsonNode verdict = caller.get("/api/gates/" + Api.segment(id) + "?wait=" + seconds + "s" + where);
            String answer = verdict.path("verdict").asString("");
            if (!answer.equals("PENDING") || !Instant.now().isBefore(until)) {
                caller.show(verdict, GateCommands::print);
                return switch (answer) {
                    case "OPEN" -> 0;
                    case "PENDING" -> Refused.PENDING;
                    case "DENIED" -> Refused.DENIED;
                    default -> Refused.BLOCKED;
                };
            }
        }
    }

    private static void print(JsonNode verdict) {
        String next = ChangeText.text(verdict, "nextMoment");
        System.out.println(ChangeText.text(verdict, "changeId") + "  " + ChangeText.text(verdict, "verdict") + "  "
                + ChangeText.text(verdict, "reason") + (next.isEmpty() ? "" : " (again at " + next + ")"));
    }
}
