package slipway.release.deployer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.program.Programs;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The program `helm`, for one release.
///
/// @param context null: the kubeconfig's current one
/// @param timeout that Helm waits for each thing that it asks of Kubernetes
/// @param grace what it may take beside that
record Helm(
        String program,
        String release,
        String namespace,
        @Nullable String context,
        Map<String, String> environment,
        Path folder,
        Duration timeout,
        Duration grace) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// As many as are looked through for a way back; Helm itself keeps ten unless it is told otherwise.
    private static final String MOST = "50";

    /// One line of `helm history`.
    ///
    /// @param status a word of Helm's:
    ///     [docs](https://github.com/helm/helm/blob/main/pkg/release/common/status.go)
    record Revision(int number, String status, Instant updated, String description) {

        boolean deployed() {
            return status.equals("deployed");
        }

        /// It was once all there.
        boolean good() {
            return deployed() || status.equals("superseded");
        }

        boolean pending() {
            return status.startsWith("pending-");
        }

        boolean gone() {
            return status.equals("uninstalled");
        }
    }

    /// After this time no command for this release can still be at work: it was ended, whoever started it.
    Duration longest() {
        return timeout.multipliedBy(2).plus(grace);
    }

    /// The revisions that Helm keeps, oldest first; empty: there is no such release. `helm status` would tell the last one's
    /// status too, but with its whole manifest.
    List<Revision> history() throws IOException, InterruptedException {
        Programs.Ended ended = run(List.of("history", release, "--max", MOST, "-o", "json"));
        if (ended.exit() != 0 && ended.err().contains("release: not found")) {
            return List.of();
        }
        List<Revision> revisions = new ArrayList<>();
        for (JsonNode each : json("history", ended)) {
            revisions.add(new Revision(
                    each.path("revision").asInt(0),
                    each.path("status").asString(""),
                    time(each.path("updated").asString("")),
                    each.path("description").asString("")));
        }
        return revisions;
    }

    /// What nobody can tell the time of may have happened just now.
    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return Instant.now();
        }
    }

    /// What a revision was given, without the chart's own values.
    JsonNode values(Revision revision) throws IOException, InterruptedException {
        return json(
                "get values",
                run(List.of("get", "values", release, "--revision", "" + revision.number(), "-o", "json")));
    }

    /// @throws IOException with Helm's own words
    void change(List<String> arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--wait", "--timeout", timeout.toSeconds() + "s"));
        Programs.Ended ended = run(all);
        if (ended.exit() != 0) {
            throw new IOException("helm " + arguments.getFirst() + " " + release + ": " + ended.words());
        }
    }

    private Programs.Ended run(List<String> arguments) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of(program));
        argv.addAll(arguments);
        argv.addAll(List.of("--namespace", namespace));
        if (context != null) {
            argv.addAll(List.of("--kube-context", context));
        }
        return Programs.run(argv, folder, environment, longest());
    }

    private JsonNode json(String command, Programs.Ended ended) throws IOException {
        if (ended.exit() != 0) {
            throw new IOException("helm " + command + " " + release + ": " + ended.words());
        }
        try {
            return JSON.readTree(ended.out());
        } catch (JacksonException e) {
            throw new IOException("helm " + command + " " + release + " tells no JSON: " + e.getOriginalMessage());
        }
    }
}
