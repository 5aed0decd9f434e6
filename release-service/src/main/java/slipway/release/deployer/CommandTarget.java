package slipway.release.deployer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.program.Programs;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import slipway.release.domain.StepKind;
import slipway.release.packages.Packages;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One environment that programs look at and change.
///
/// A program that has `{part}` among its arguments is run once for each part that is not yet as it has to be, those with the most
/// traffic first; any other is run once for the whole move. After each run the probe is asked: exit code 0 of a tool is no proof.
///
/// @param names of its parts
/// @param slots whether they share the traffic; otherwise each has the same share, whatever it runs
/// @param timeout for all of one move, and for one look
record CommandTarget(
        List<String> names,
        boolean slots,
        Set<StepKind> steps,
        String environment,
        Argv argv,
        Path folder,
        Map<String, Gaps> variables,
        Secrets secrets,
        Duration timeout,
        AtWork work)
        implements Target {

    /// How the variables begin that every program is given.
    static final String OURS = "SLIPWAY_";

    /// What a probe of one part says when nothing runs.
    private static final String NONE = "none";

    private static final Pattern DIGEST = Pattern.compile("(?:.*[@ /:])?(sha256:[0-9a-f]{64})");
    private static final Duration OFTEN = Duration.ofMillis(200);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    record Argv(List<Gaps> probe, List<Gaps> apply, List<Gaps> undo) {}

    @Override
    public List<String> parts() {
        return slots ? List.of() : names;
    }

    @Override
    public boolean can(StepKind kind) {
        return steps.contains(kind);
    }

    /// A program that is at work on it is waited for: what is in motion has no shape.
    @Override
    public Shape probe() throws IOException, InterruptedException {
        work.settle(timeout);
        return look(timeout);
    }

    @Override
    public void apply(Move move) throws IOException, InterruptedException {
        reach(argv.apply(), move, probe());
    }

    /// What somebody else put there meanwhile stays; the look afterwards shows it.
    @Override
    public void undo(Move move) throws IOException, InterruptedException {
        work.settle(timeout);
        Shape now;
        try {
            now = look(timeout);
        } catch (IOException e) {
            // What the release left there may be what nobody can look at.
            reach(argv.undo(), move, new Shape(List.of()));
            return;
        }
        for (Part part : now.parts()) {
            boolean wanted = Objects.equals(
                    part.digest(), move.to().part(part.name()).map(Part::digest).orElse(null));
            if (part.digest() != null && !part.digest().equals(move.digest()) && !wanted) {
                throw new IOException("somebody else was there: " + part);
            }
        }
        reach(argv.undo(), move, now);
    }

    /// @param seen what runs now, as far as somebody can tell
    private void reach(List<Gaps> program, Move move, Shape seen) throws IOException, InterruptedException {
        if (!move.to().parts().stream().map(Part::name).toList().equals(names.stream().sorted().toList())) {
            throw new IOException("there is " + names + ", which cannot be made '" + move.to() + "'");
        }
        long end = System.nanoTime() + timeout.toNanos();
        boolean each = program.stream().anyMatch(argument -> argument.has("part"));
        List<Part> left = new ArrayList<>(move.to().parts());
        left.sort(Comparator.comparingInt(Part::weight).reversed());
        left.removeAll(seen.parts());
        if (!each && !left.isEmpty()) {
            run(program, values(move, move.key(), lead(move, left)), end);
            await(left, end);
        }
        while (each && !left.isEmpty()) {
            Part part = left.removeFirst();
            String key = names.size() == 1 ? move.key() : move.key() + "/" + part.name();
            run(program, values(move, key, part), end);
            left.removeAll(await(List.of(part), end).parts());
        }
    }

    /// The part that a move is about: what gets the release, or what has the traffic.
    private static Part lead(Move move, List<Part> left) {
        return left.stream()
                .filter(part -> move.digest().equals(part.digest()))
                .findFirst()
                .orElse(left.getFirst());
    }

    private Map<String, String> values(Move move, String key, Part part) {
        Map<String, String> values = new HashMap<>(Map.of("environment", environment, "key", key, "part", part.name()));
        values.put("weight", "" + part.weight());
        values.put("digest", part.digest() == null ? "" : part.digest());
        values.put("reference", part.digest() == null ? "" : reference(move, part.digest()));
        values.put("from", json(move.from()));
        values.put("to", json(move.to()));
        return values;
    }

    /// What ran before came from where its successor comes from.
    private static String reference(Move move, String digest) {
        return move.reference().replace(Packages.hex(move.digest()), Packages.hex(digest));
    }

    private void run(List<Gaps> program, Map<String, String> values, long end) throws IOException, InterruptedException {
        if (System.nanoTime() >= end) {
            // Started now it would be ended at once, in the middle of what it does.
            throw new IOException("after " + timeout.toSeconds() + " s no time was left to run " + name(program));
        }
        Programs.Ended ended = work.run(filled(program, values), folder, environment(values), left(end));
        if (ended.exit() != 0) {
            throw new IOException(name(program) + ": " + secrets.hide(ended.words()));
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
    }

    /// Looks until these parts are as they have to be: tools return before all is done.
    private Shape await(List<Part> wanted, long end) throws IOException, InterruptedException {
        String seen = "";
        String fault = "";
        while (System.nanoTime() < end) {
            try {
                Shape now = look(left(end));
                if (now.parts().containsAll(wanted)) {
                    return now;
                }
                seen = "; last seen was '" + now + "'";
                fault = "";
            } catch (IOException e) {
                // The last look may be cut off; what was seen before it says more.
                fault = "; then " + e.getMessage();
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(OFTEN.toNanos(), left(end).toNanos()));
        }
        throw new IOException("waited " + timeout.toSeconds() + " s in vain for '" + new Shape(wanted) + "'"
                + (seen.isEmpty() && fault.isEmpty() ? "; no time was left to look" : seen + fault));
    }

    private Shape look(Duration patience) throws IOException, InterruptedException {
        Map<String, String> values = Map.of("environment", environment);
        Programs.Ended ended = Programs.run(filled(argv.probe(), values), folder, environment(values), patience);
        if (ended.exit() != 0) {
            throw new IOException(name(argv.probe()) + ": " + secrets.hide(ended.words()));
        }
        String said = ended.out().strip();
        Matcher digest = DIGEST.matcher(said);
        if (names.size() == 1 && (said.equals(NONE) || digest.matches())) {
            return Shape.of(new Part(names.getFirst(), said.equals(NONE) ? null : digest.group(1), Shape.ALL));
        }
        try {
            return shape(JSON.readTree(said));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(name(argv.probe()) + " tells no shape but '" + secrets.hide(said) + "': "
                    + (e instanceof JacksonException fault ? fault.getOriginalMessage() : e.getMessage()));
        }
    }

    private Shape shape(JsonNode told) {
        List<Part> parts = new ArrayList<>();
        for (JsonNode part : told.path("parts")) {
            String name = part.path("name").asString("");
            JsonNode weight = part.path("weight");
            if (slots && (!weight.isInt() || weight.intValue() < 0 || weight.intValue() > Shape.ALL)) {
                throw new IllegalArgumentException("the weight of '" + name + "' is no number from 0 to 100");
            }
            parts.add(new Part(name, digest(name, part.path("digest")), slots ? weight.intValue() : Shape.ALL / names.size()));
        }
        Shape shape = new Shape(parts);
        if (!shape.parts().stream().map(Part::name).toList().equals(names.stream().sorted().toList())) {
            throw new IllegalArgumentException("the parts are " + names);
        }
        return shape;
    }

    private static @Nullable String digest(String name, JsonNode digest) {
        if (digest.isNull()) {
            return null;
        }
        if (!digest.asString("").matches("sha256:[0-9a-f]{64}")) {
            throw new IllegalArgumentException("the digest of '" + name + "' is neither sha256:… nor null");
        }
        return digest.asString();
    }

    private static String json(Shape shape) {
        ObjectNode node = JSON.createObjectNode();
        ArrayNode parts = node.putArray("parts");
        for (Part part : shape.parts()) {
            parts.addObject().put("name", part.name()).put("digest", part.digest()).put("weight", part.weight());
        }
        return JSON.writeValueAsString(node);
    }

    private List<String> filled(List<Gaps> program, Map<String, String> values) throws IOException {
        List<String> filled = new ArrayList<>();
        for (Gaps argument : program) {
            filled.add(argument.fill(Gaps.Place.PLAIN, values, secrets));
        }
        return filled;
    }

    private Map<String, String> environment(Map<String, String> values) throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (Map.Entry<String, Gaps> variable : variables.entrySet()) {
            environment.put(variable.getKey(), variable.getValue().fill(Gaps.Place.PLAIN, values, secrets));
        }
        values.forEach((name, value) -> environment.put(OURS + name.toUpperCase(Locale.ROOT), value));
        return environment;
    }

    private static String name(List<Gaps> program) {
        return program.getFirst().text();
    }
}
