package slipway.launcher.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the registry knows: one line of JSON per version or setting, on the disk before it is answered. One id per distinct
/// schema, however many subjects hold it. Not safe for several threads: its owner locks.
final class SchemaLog implements AutoCloseable {

    /// @param version counts from 1 within the subject
    record Version(String subject, int version, int id, Schema schema) {}

    enum Level {
        NONE,
        BACKWARD,
        BACKWARD_TRANSITIVE,
        FORWARD,
        FORWARD_TRANSITIVE,
        FULL,
        FULL_TRANSITIVE;

        boolean looksBack() {
            return name().startsWith("BACKWARD") || name().startsWith("FULL");
        }

        boolean looksAhead() {
            return name().startsWith("FORWARD") || name().startsWith("FULL");
        }

        boolean isTransitive() {
            return name().endsWith("TRANSITIVE");
        }
    }

    private final JsonMapper json = new JsonMapper();
    private final FileChannel channel;
    private final Map<String, List<Version>> subjects = new TreeMap<>();
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final Map<Integer, Schema> schemas = new LinkedHashMap<>();
    private final Map<String, Level> levels = new TreeMap<>();
    private Level level = Level.FULL_TRANSITIVE;

    SchemaLog(Path file) {
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            byte[] bytes = Files.readAllBytes(file);
            int complete = lastLineEnd(bytes);
            for (String line : new String(bytes, 0, complete, StandardCharsets.UTF_8).split("\n")) {
                if (!line.isBlank()) {
                    apply(json.readTree(line));
                }
            }
            // A half line was never answered to anybody: the next one takes its place.
            channel.truncate(complete);
            channel.position(complete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int lastLineEnd(byte[] bytes) {
        for (int i = bytes.length; i > 0; i--) {
            if (bytes[i - 1] == '\n') {
                return i;
            }
        }
        return 0;
    }

    List<String> subjects() {
        return List.copyOf(subjects.keySet());
    }

    List<Version> versions(String subject) {
        return List.copyOf(subjects.getOrDefault(subject, List.of()));
    }

    @Nullable Schema schema(int id) {
        return schemas.get(id);
    }

    @Nullable Version find(String subject, Schema schema) {
        String text = schema.toString();
        return versions(subject).stream()
                .filter(each -> each.schema().toString().equals(text))
                .findFirst()
                .orElse(null);
    }

    Version add(String subject, Schema schema) {
        int id = ids.getOrDefault(schema.toString(), ids.size() + 1);
        int version = versions(subject).size() + 1;
        write(Map.of("subject", subject, "version", version, "id", id, "schema", schema.toString()));
        return versions(subject).getLast();
    }

    Level level() {
        return level;
    }

    @Nullable Level ownLevel(String subject) {
        return levels.get(subject);
    }

    void level(@Nullable String subject, Level changed) {
        write(subject == null ? Map.of("level", changed) : Map.of("level", changed, "of", subject));
    }

    /// What a new version of the subject would break, by its level; empty when nothing.
    List<String> violations(String subject, Schema candidate, @Nullable Integer against) {
        Level rule = levels.getOrDefault(subject, level);
        List<Schema> earlier = versions(subject).stream()
                .filter(each -> against == null || each.version() == against)
                .map(Version::schema)
                .toList();
        if (!rule.isTransitive() && !earlier.isEmpty()) {
            earlier = List.of(earlier.getLast());
        }
        List<String> found = new ArrayList<>();
        for (Schema old : earlier) {
            if (rule.looksBack()) {
                found.addAll(unreadable(candidate, old, "the new schema cannot read what an earlier one wrote"));
            }
            if (rule.looksAhead()) {
                found.addAll(unreadable(old, candidate, "an earlier schema cannot read what the new one writes"));
            }
        }
        return found;
    }

    private static List<String> unreadable(Schema reader, Schema writer, String complaint) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult().getIncompatibilities().stream()
                .map(each -> complaint + ": " + each.getType() + " at " + each.getLocation() + ", " + each.getMessage())
                .toList();
    }

    private void write(Map<String, ?> entry) {
        byte[] line = (json.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            long before = channel.position();
            try {
                ByteBuffer buffer = ByteBuffer.wrap(line);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(false);
            } catch (IOException e) {
                // Half a line must not stay in front of the next one.
                channel.truncate(before);
                channel.position(before);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        apply(json.valueToTree(entry));
    }

    private void apply(JsonNode entry) {
        if (entry.has("level")) {
            Level changed = Level.valueOf(entry.get("level").asString());
            if (entry.has("of")) {
                levels.put(entry.get("of").asString(), changed);
            } else {
                level = changed;
            }
            return;
        }
        Schema schema = new Schema.Parser().parse(entry.get("schema").asString());
        String subject = entry.get("subject").asString();
        int id = entry.get("id").asInt();
        ids.put(schema.toString(), id);
        schemas.put(id, schema);
        subjects.computeIfAbsent(subject, any -> new ArrayList<>())
                .add(new Version(subject, entry.get("version").asInt(), id, schema));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
