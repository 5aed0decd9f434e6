package slipway.release.deployer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/// One environment that another system deploys to.
///
/// @param patience for one answer
/// @param part how its one part is called
/// @param timeout for a whole run
/// @param interval between two looks
record WebhookTarget(
        HttpClient http,
        Duration patience,
        String part,
        String environment,
        HttpCall trigger,
        Naming naming,
        Status status,
        Look look,
        Duration timeout,
        Duration interval)
        implements Target {

    private static final Pattern DIGEST = Pattern.compile("(?:.*[@ /:])?(sha256:[0-9a-f]{64})");

    /// How the run that a trigger starts gets its name, `{run}`.
    sealed interface Naming {

        /// It has none: the answer's `Location` is enough.
        record None() implements Naming {}

        /// The trigger's answer has it, as GitLab's.
        record Answered(JsonPointer at) implements Naming {}

        /// It can be asked for, and is not there at once, as in Jenkins' queue.
        record Asked(HttpCall call, JsonPointer at) implements Naming {}

        /// All runs are listed, the newest first, as GitHub's.
        ///
        /// @param field where a run has the key that it was started with
        record Listed(HttpCall call, JsonPointer list, JsonPointer field, JsonPointer at) implements Naming {}
    }

    /// How a run is asked how far it is. No value, or null, is a run that goes on: Jenkins and GitHub say nothing until the end.
    record Status(HttpCall call, JsonPointer at, List<String> success, List<String> failure, List<String> running) {}

    /// Where the digest that runs is told.
    record Look(HttpCall call, JsonPointer at) {}

    private enum Stage {
        RUNNING,
        SUCCESS,
        FAILURE
    }

    /// @param word the system's own
    private record Seen(Stage stage, String word) {}

    private interface Asking<T> {
        /// @return null: not yet
        @Nullable T ask() throws IOException, InterruptedException;
    }

    @Override
    public Shape probe() throws IOException, InterruptedException {
        JsonNode told = look.call().send(http, values(), patience, null).json(look.call()).at(look.at());
        if (told.isMissingNode()) {
            throw new IOException(look.call().name() + " tells nothing at " + look.at());
        }
        if (told.isNull()) {
            return Shape.of(new Part(part, null, 0));
        }
        Matcher digest = DIGEST.matcher(told.asString(""));
        if (!digest.matches()) {
            throw new IOException(look.call().name() + " tells no digest at " + look.at() + " but " + told);
        }
        return Shape.of(new Part(part, digest.group(1), Shape.ALL));
    }

    /// A run that still goes on under this key is awaited, and a digest that runs already needs none.
    @Override
    public void apply(Move move) throws IOException, InterruptedException {
        Map<String, String> values = values(move, move.key(), wanted(move), move.reference());
        Optional<Map<String, String>> known = known(values);
        if (known.isPresent() && seen(known.get()).stage() == Stage.RUNNING) {
            finish(known.get(), move.to());
        } else if (!probe().equals(move.to())) {
            finish(start(values, known), move.to());
        }
    }

    /// Always by a run of its own, though the shape be right: one that the release started may be under way and end later. Only
    /// when this very run is found to have ended well it is over.
    @Override
    public void undo(Move move) throws IOException, InterruptedException {
        String digest = wanted(move);
        Map<String, String> values =
                values(move, move.key() + "/undo", digest, move.reference().replace(move.digest(), digest));
        Optional<Map<String, String>> known = known(values);
        Stage stage = known.isPresent() ? seen(known.get()).stage() : Stage.FAILURE;
        switch (stage) {
            case RUNNING -> finish(known.orElseThrow(), move.to());
            case SUCCESS -> {
                if (!probe().equals(move.to())) {
                    finish(start(values, known), move.to());
                }
            }
            case FAILURE -> finish(start(values, known), move.to());
        }
    }

    private String wanted(Move move) throws IOException {
        Part wanted = move.to().part(part).orElse(new Part(part, null, 0));
        if (move.to().parts().size() != 1 || wanted.digest() == null || wanted.weight() != Shape.ALL) {
            throw new IOException("no request is known that makes '" + move.to() + "' of " + part);
        }
        return wanted.digest();
    }

    private Map<String, String> values() {
        return Map.of("environment", environment);
    }

    private Map<String, String> values(Move move, String key, String digest, String reference) {
        return Map.of("environment", environment, "key", key, "digest", digest, "reference", reference);
    }

    /// The newest run that was started with this key, where runs are listed.
    private Optional<Map<String, String>> known(Map<String, String> values) throws IOException, InterruptedException {
        return switch (naming) {
            case Naming.None _, Naming.Answered _, Naming.Asked _ -> Optional.empty();
            case Naming.Listed listed -> {
                HttpCall call = listed.call();
                JsonNode runs = call.send(http, values, patience, null).json(call).at(listed.list());
                if (!runs.isArray()) {
                    throw new IOException(call.name() + " lists nothing at " + listed.list());
                }
                for (JsonNode run : runs) {
                    if (run.at(listed.field()).asString("").equals(values.get("key"))) {
                        yield Optional.of(with(values, "run", run.at(listed.at())));
                    }
                }
                yield Optional.empty();
            }
        };
    }

    /// @param before the newest run with this key so far
    /// @return what is known now, with the name of the run
    private Map<String, String> start(Map<String, String> values, Optional<Map<String, String>> before)
            throws IOException, InterruptedException {
        HttpCall.Answer answer = trigger.send(http, values, patience, null);
        Map<String, String> started = new HashMap<>(values);
        URI asked = trigger.uri(values);
        answer.headers().firstValue("location").ifPresent(at -> started.put("location", asked.resolve(at).toString()));
        return switch (naming) {
            case Naming.None _ -> started;
            case Naming.Answered named -> with(started, "run", answer.json(trigger).at(named.at()));
            case Naming.Asked named -> await("a run", () -> {
                JsonNode run = named.call().send(http, started, patience, asked).json(named.call()).at(named.at());
                return run.isMissingNode() || run.isNull() ? null : with(started, "run", run);
            });
            case Naming.Listed _ -> await("a run", () -> known(values)
                    .filter(run -> !run.get("run").equals(before.map(each -> each.get("run")).orElse(null)))
                    .orElse(null));
        };
    }

    private static Map<String, String> with(Map<String, String> values, String name, JsonNode value) throws IOException {
        if (!value.isString() && !value.isIntegralNumber()) {
            throw new IOException("a run has no name but " + value);
        }
        Map<String, String> more = new HashMap<>(values);
        more.put(name, value.asString());
        return more;
    }

    private Seen seen(Map<String, String> values) throws IOException, InterruptedException {
        HttpCall call = status.call();
        JsonNode told = call.send(http, values, patience, trigger.uri(values)).json(call).at(status.at());
        String word = told.isMissingNode() || told.isNull() ? "" : told.asString(told.toString());
        if (status.success().contains(word)) {
            return new Seen(Stage.SUCCESS, word);
        }
        if (status.failure().contains(word)) {
            return new Seen(Stage.FAILURE, word);
        }
        if (word.isEmpty() || status.running().contains(word)) {
            return new Seen(Stage.RUNNING, word);
        }
        throw new IOException(call.name() + " tells '" + word + "', of which the settings do not say what it means");
    }

    private void finish(Map<String, String> run, Shape to) throws IOException, InterruptedException {
        Seen end = await("the end of the run " + run.getOrDefault("run", run.getOrDefault("location", "")), () -> {
            Seen seen = seen(run);
            return seen.stage() == Stage.RUNNING ? null : seen;
        });
        if (end.stage() == Stage.FAILURE) {
            throw new IOException("the run " + run.getOrDefault("run", "") + " of " + trigger.name() + " ended with "
                    + end.word());
        }
        await("'" + to + "' after the run ended with " + end.word(), () -> probe().equals(to) ? to : null);
    }

    /// Looks until there is something to see. A server that is busy or away for a while is asked again; one that refuses is not.
    private <T> T await(String what, Asking<T> asking) throws IOException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        String last = "";
        while (true) {
            try {
                T seen = asking.ask();
                if (seen != null) {
                    return seen;
                }
            } catch (HttpCall.Refused e) {
                throw e;
            } catch (IOException e) {
                last = ": " + Objects.requireNonNullElse(e.getMessage(), "");
            }
            if (System.nanoTime() > end) {
                throw new IOException("waited " + timeout.toSeconds() + " s in vain for " + what + last);
            }
            TimeUnit.MILLISECONDS.sleep(interval.toMillis());
        }
    }
}
