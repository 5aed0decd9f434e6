package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import slipway.backup.recipe.Act.Expected;
import slipway.backup.recipe.Act.Told;
import slipway.backup.vault.Digest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a program said, and the files that it left, read as its recipe says.
///
/// @param values that fill gaps
record Findings(Map<String, String> values, String said) {

    private static final JsonMapper JSON = new JsonMapper();

    /// Of a file, this much is read to be looked at; bytes.
    private static final long LARGEST = 64L << 20;

    static final int FOR_PEOPLE = 4 * 1024;

    /// Longer than any secret.
    private static final int MORE = 64 * 1024;

    /// @throws IOException naming the first thing that is not as it should be
    void check(List<Expected> expected) throws IOException {
        Optional<String> fault = fault(expected);
        if (fault.isPresent()) {
            throw new IOException(fault.get());
        }
    }

    /// The first thing that is not as it should be; empty: all is.
    Optional<String> fault(List<Expected> expected) throws IOException {
        for (Expected each : expected) {
            Optional<String> fault = fault(each);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private Optional<String> fault(Expected each) throws IOException {
        Path file = each.file() == null ? null : Path.of(Gaps.fill(each.file(), values));
        String what = file == null ? "what it said" : file.getFileName().toString();
        if (file != null && !Files.isRegularFile(file)) {
            return Optional.of(what + " is not there");
        }
        long size = file == null ? said.getBytes(StandardCharsets.UTF_8).length : Files.size(file);
        if (size < each.minBytes()) {
            return Optional.of(what + " has " + size + " bytes, at least " + each.minBytes() + " are needed");
        }
        boolean reads = each.contains() != null
                || each.lacks() != null
                || each.lastLine() != null
                || each.pointer() != null;
        if (!reads) {
            return Optional.empty();
        }
        String text = file == null ? said : end(file);
        return inText(each, text).or(() -> inJson(each, text)).map(fault -> what + " " + fault);
    }

    /// Only the end of a large file: that is where a dump says that it is whole.
    private static String end(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - LARGEST));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /// The whole of what a program said.
    ///
    /// @throws IOException when it is more than anybody would compare
    static String read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file.getFileName() + " is not there");
        }
        if (Files.size(file) > LARGEST) {
            throw new IOException(file.getFileName() + " has more than " + LARGEST + " bytes to be looked at");
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /// More of it than a person is shown, so that no secret in what is shown is cut in two.
    static String beginning(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(FOR_PEOPLE + MORE), StandardCharsets.UTF_8);
        }
    }

    private static Optional<String> inText(Expected each, String text) {
        if (each.contains() != null && !each.contains().matcher(text).find()) {
            return Optional.of("does not have " + each.contains());
        }
        if (each.lacks() != null) {
            Matcher bad = each.lacks().matcher(text);
            if (bad.find()) {
                // What is captured may be secret; what a program says was freed of secrets.
                return Optional.of(
                        each.file() == null
                                ? "says '" + bad.group() + "'"
                                : "does not fit on line " + (text.substring(0, bad.start()).split("\n", -1).length));
            }
        }
        if (each.lastLine() != null) {
            String last = text.stripTrailing().lines().reduce("", (_, line) -> line);
            if (!each.lastLine().matcher(last).find()) {
                return Optional.of("does not end with " + each.lastLine() + ": it is cut off");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> inJson(Expected each, String text) {
        if (each.pointer() == null) {
            return Optional.empty();
        }
        JsonNode at;
        try {
            at = JSON.readTree(text).at(each.pointer());
        } catch (JacksonException e) {
            return Optional.of("is no JSON");
        }
        boolean right = each.equals() == null
                ? !at.isMissingNode() && !at.isNull()
                : each.equals().equals(word(at));
        if (!right) {
            return Optional.of("has " + word(at) + " at " + each.pointer()
                    + (each.equals() == null ? "" : " instead of " + each.equals()));
        }
        return at.size() < each.minCount()
                ? Optional.of("has " + at.size() + " at " + each.pointer() + ", at least " + each.minCount() + " are needed")
                : Optional.empty();
    }

    private static JsonNode json(String text) throws IOException {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IOException("what it said is no JSON", e);
        }
    }

    private static String word(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.isValueNode() ? node.asString() : node.toString();
    }

    /// What fills gaps of later acts: one line, and no option of a program.
    Map<String, String> take(Map<String, String> pointers) throws IOException {
        Map<String, String> taken = new TreeMap<>();
        for (Map.Entry<String, String> each : pointers.entrySet()) {
            JsonNode at = json(said).at(each.getValue());
            String value = word(at);
            if (!at.isValueNode() || at.isNull() || Parameter.Type.TEXT.fault(value).isPresent()) {
                throw new IOException("what it said has no " + each.getKey() + " at " + each.getValue());
            }
            taken.put(each.getKey(), value);
        }
        return taken;
    }

    /// @throws IOException when there is nothing to learn: nothing compared is nothing proven
    Map<String, String> learn(List<Told> told) throws IOException {
        Map<String, String> learnt = new TreeMap<>();
        for (Told each : told) {
            if (each.digest()) {
                learnt.put(each.name(), "sha256:" + Digest.of(said.getBytes(StandardCharsets.UTF_8)));
            } else if (each.pointer() != null) {
                JsonNode at = json(said).at(each.pointer());
                if (at.isMissingNode() || at.isNull()) {
                    throw new IOException("it does not tell " + each.name() + ": nothing is at " + each.pointer());
                }
                learnt.put(each.name(), at.isContainer() ? String.valueOf(at.size()) : word(at));
            } else {
                learn(each, learnt);
            }
        }
        return learnt;
    }

    private void learn(Told each, Map<String, String> learnt) throws IOException {
        Matcher found = each.match().matcher(said);
        boolean any = false;
        while (found.find()) {
            any = true;
            if (each.name() != null) {
                learnt.put(each.name(), found.group(1));
                return;
            }
            learnt.put(found.group(1), found.group(2));
        }
        if (!any && each.name() != null) {
            throw new IOException("it does not tell " + each.name() + ": nothing matches " + each.match());
        }
    }
}
