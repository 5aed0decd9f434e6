package slipway.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import tools.jackson.databind.JsonNode;

@Command(
        name = "change",
        description = "Submit, approve, review and look at changes.",
        mixinStandardHelpOptions = true)
final class ChangeCommands implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(description = "Submit a request for change.", mixinStandardHelpOptions = true)
    int submit(
            @Option(names = {"-f", "--file"}, paramLabel = "FILE", required = true, description = "YAML or JSON.") Path file,
            @Option(names = "--as", paramLabel = "WHO", defaultValue = "dana", description = "Default: ${DEFAULT-VALUE}")
                    String who) {
        byte[] text;
        try {
            text = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Refused(Refused.REFUSED, List.of("cannot read " + file + ": " + e.getMessage()));
        }
        try (Api api = new Api(Ports.standard())) {
            Api.Answer answer = file.toString().endsWith(".json")
                    ? api.postJson(For.CHANGE, who, "/changes", text)
                    : api.postYaml(For.CHANGE, who, "/changes", text);
            print(Refused.unless(answer).json());
            return 0;
        }
    }

    @Command(description = "Vote for a change, or against it with --reject.", mixinStandardHelpOptions = true)
    int approve(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--as", paramLabel = "WHO", required = true) String who,
            @Option(names = "--reject", description = "Vote against it.") boolean reject,
            @Option(names = "--reason", paramLabel = "TEXT") @Nullable String reason) {
        Map<String, String> vote = new LinkedHashMap<>();
        vote.put("decision", reject ? "REJECT" : "APPROVE");
        if (reason != null) {
            vote.put("reason", reason);
        }
        return post(id, "votes", who, vote);
    }

    @Command(description = "Cancel a change that has not started.", mixinStandardHelpOptions = true)
    int cancel(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--as", paramLabel = "WHO", required = true) String who,
            @Option(names = "--reason", paramLabel = "TEXT", required = true) String reason) {
        return post(id, "cancel", who, Map.of("reason", reason));
    }

    @Command(description = "Review a change that is done, and close it.", mixinStandardHelpOptions = true)
    int review(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--as", paramLabel = "WHO", required = true) String who,
            @Option(names = "--outcome", paramLabel = "OUTCOME", required = true) String outcome,
            @Option(names = "--findings", paramLabel = "TEXT", required = true) String findings) {
        return post(id, "review", who, Map.of("outcome", outcome, "findings", findings));
    }

    @Command(
            description = {
                "Show a change.",
                "With --exit-code: 0 approved or further, 10 not decided yet, 11 rejected, expired or cancelled."
            },
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--as", paramLabel = "WHO", defaultValue = "dana", description = "Default: ${DEFAULT-VALUE}")
                    String who,
            @Option(names = "--output", defaultValue = "table", description = "table or json") Output output,
            @Option(names = "--exit-code", description = "Tell the state by the exit code.") boolean exitCode) {
        try (Api api = new Api(Ports.standard())) {
            JsonNode change = Refused.unless(api.get(For.CHANGE, who, "/changes/" + Api.segment(id)))
                    .json();
            if (output == Output.JSON) {
                System.out.println(change.toPrettyString());
            } else {
                print(change);
            }
            return exitCode
                    ? switch (change.path("state").asString("")) {
                        case "ASSESSING", "AWAITING_APPROVAL" -> Refused.PENDING;
                        case "REFUSED", "REJECTED", "EXPIRED", "CANCELLED" -> Refused.DENIED;
                        default -> 0;
                    }
                    : 0;
        }
    }

    private static int post(String id, String what, String who, Map<String, ?> body) {
        try (Api api = new Api(Ports.standard())) {
            String path = "/changes/" + Api.segment(id) + "/" + what;
            print(Refused.unless(api.post(For.CHANGE, who, path, body)).json());
            return 0;
        }
    }

    private static void print(JsonNode change) {
        PrintStream out = System.out;
        out.println(change.path("id").asString("") + "  " + change.path("state").asString(""));
        JsonNode rfc = change.path("rfc");
        field("title", rfc.path("title"));
        field("service", rfc.path("service"), rfc.path("version"));
        field("requester", rfc.path("requester"));
        field("implementer", rfc.path("implementer"));
        field("risk", change.path("risk").path("level"), change.path("risk").path("score"));
        change.path("stages").forEach(each -> field(
                "stage",
                each.path("stage").path("name"),
                each.path("stage").path("quorum"),
                each.path("approvals")));
        change.path("votes").forEach(vote -> field("vote", vote.path("voter"), vote.path("decision"), vote.path("reason")));
        field("may vote", change.path("mayStillVote"));
        field("release", change.path("releaseId"));
        field("rolled back", change.path("rolledBackBecause"));
        field("outcome", change.path("outcome"));
    }

    private static void field(String name, JsonNode... values) {
        StringBuilder text = new StringBuilder();
        for (JsonNode value : values) {
            if (value.isArray()) {
                value.forEach(each -> text.append(each.asString()).append(' '));
            } else if (!value.isMissingNode() && !value.isNull()) {
                text.append(value.asString()).append(' ');
            }
        }
        if (!text.isEmpty()) {
            System.out.printf("  %-12s %s%n", name, text.toString().strip());
        }
    }
}
