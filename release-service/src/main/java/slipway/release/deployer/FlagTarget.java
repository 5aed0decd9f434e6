package slipway.release.deployer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One flag in a file of flags.
///
/// A rising share only ever adds: `fractional` cuts the same 100 buckets in the order in which the variants are written, and `on` is
/// always written first. flagd itself promises only that the same weights give the same answer: with another order, another sum or
/// more variants everybody would be dealt anew.
///
/// The file is replaced as a whole and never half: whoever reads it sees the flags from before or after. What else is in it stays.
/// Editors that lock the file `.<name>.lock` beside it, as we do, lose nothing to each other.
record FlagTarget(Path file, String flag) implements Target {

    static final String ON = "on";
    static final String OFF = "off";

    /// In the flag's metadata: what a variant stands for.
    static final String DIGEST = "slipway-digest-";

    private static final List<String> VARIANTS = List.of(ON, OFF);
    private static final Object IN_THIS_PROCESS = new Object();

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    @Override
    public Shape probe() throws IOException {
        Optional<ObjectNode> there = flag(read());
        if (there.isEmpty()) {
            return Shape.of(new Part(OFF, null, 0), new Part(ON, null, 0));
        }
        ObjectNode node = there.get();
        if (!node.path("state").asString("").equals("ENABLED")) {
            throw new IOException(flag + " is not enabled: it is up to each program what it does");
        }
        int on = on(node);
        Part first = new Part(OFF, digest(node, OFF), Shape.ALL - on);
        Part second = new Part(ON, digest(node, ON), on);
        if (second.digest() == null && second.weight() > 0) {
            throw new IOException(flag + " is on, and nothing says which release that is");
        }
        return Shape.of(first, second);
    }

    private static @Nullable String digest(ObjectNode node, String variant) throws IOException {
        String digest = node.path("metadata").path(DIGEST + variant).asString("");
        if (!digest.isEmpty() && !digest.matches("sha256:[0-9a-f]{64}")) {
            throw new IOException("the flag's metadata has no digest but '" + digest + "'");
        }
        return digest.isEmpty() ? null : digest;
    }

    /// Of 100 buckets, those that get `on`.
    private int on(ObjectNode node) throws IOException {
        JsonNode targeting = node.path("targeting");
        if (targeting.isMissingNode() || targeting.isEmpty()) {
            String variant = node.path("defaultVariant").asString("");
            if (!VARIANTS.contains(variant)) {
                throw new IOException(flag + " is neither on nor off by default but '" + variant + "'");
            }
            return variant.equals(ON) ? Shape.ALL : 0;
        }
        JsonNode share = targeting.at("/fractional/0/1");
        int on = share.asInt(-1);
        if (!share.isInt() || on < 0 || on > Shape.ALL || !targeting.equals(split(on))) {
            throw new IOException(flag + " is targeted by rules of somebody else: " + targeting);
        }
        return on;
    }

    private static ObjectNode split(int on) {
        ObjectNode targeting = JSON.createObjectNode();
        ArrayNode fractional = targeting.putArray("fractional");
        fractional.addArray().add(ON).add(on);
        fractional.addArray().add(OFF).add(Shape.ALL - on);
        return targeting;
    }

    /// Rules that somebody else wrote are not replaced but by going back.
    @Override
    public void apply(Move move) throws IOException {
        probe();
        become(move.to());
    }

    @Override
    public void undo(Move move) throws IOException {
        become(move.to());
    }

    private void become(Shape to) throws IOException {
        Set<String> names = to.parts().stream().map(Part::name).collect(Collectors.toSet());
        Part on = to.part(ON).orElse(new Part(ON, null, -1));
        Part off = to.part(OFF).orElse(new Part(OFF, null, -1));
        boolean nothing = on.weight() == 0 && off.weight() == 0;
        boolean hollow = on.weight() > 0 && on.digest() == null;
        if (!names.equals(Set.copyOf(VARIANTS)) || hollow || (!nothing && on.weight() + off.weight() != Shape.ALL)) {
            throw new IOException(flag + " cannot be made '" + to + "'");
        }
        synchronized (IN_THIS_PROCESS) {
            Path real = real();
            try (FileChannel channel = FileChannel.open(
                            beside(real, ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                ObjectNode before = read();
                ObjectNode after = before.deepCopy();
                if (nothing && on.digest() == null && off.digest() == null) {
                    ((ObjectNode) after.get("flags")).remove(flag);
                } else {
                    write(((ObjectNode) after.get("flags")).withObjectProperty(flag), on, off);
                }
                if (!after.equals(before)) {
                    replace(real, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(after));
                }
            }
        }
    }

    private void write(ObjectNode node, Part on, Part off) {
        node.put("state", "ENABLED");
        ObjectNode variants = node.withObjectProperty("variants");
        if (!variants.has(ON)) {
            variants.put(ON, true);
        }
        if (!variants.has(OFF)) {
            variants.put(OFF, false);
        }
        if (on.weight() == Shape.ALL) {
            node.put("defaultVariant", ON);
        } else if (on.weight() == 0 || !node.path("defaultVariant").asString("").equals(ON)) {
            node.put("defaultVariant", OFF);
        }
        node.set("targeting", split(on.weight()));
        ObjectNode metadata = node.withObjectProperty("metadata");
        for (Part part : List.of(on, off)) {
            if (part.digest() == null) {
                metadata.remove(DIGEST + part.name());
            } else {
                metadata.put(DIGEST + part.name(), part.digest());
            }
        }
    }

    private ObjectNode read() throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file of flags " + file, e);
        } catch (JacksonException e) {
            throw new IOException(file + " cannot be read: " + e.getOriginalMessage(), e);
        }
        if (!(root instanceof ObjectNode all) || !(all.path("flags") instanceof ObjectNode)) {
            throw new IOException(file + " has no flags by their names");
        }
        return all;
    }

    private Optional<ObjectNode> flag(ObjectNode all) throws IOException {
        JsonNode node = all.path("flags").path(flag);
        if (!node.isMissingNode() && !(node instanceof ObjectNode)) {
            throw new IOException(flag + " in " + file + " is no flag");
        }
        return Optional.of(node).filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast);
    }

    /// The file itself: what leads to it, such as a link, stays.
    private Path real() throws IOException {
        try {
            return file.toRealPath();
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file of flags " + file, e);
        }
    }

    private static Path beside(Path real, String end) {
        return real.resolveSibling("." + real.getFileName() + end);
    }

    private static void replace(Path real, byte[] content) throws IOException {
        Path half = beside(real, ".half");
        try (FileChannel channel = FileChannel.open(
                half,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
                channel.write(rest);
            }
            // Whoever could read the flags can still read them.
            Files.setPosixFilePermissions(half, Files.getPosixFilePermissions(real));
            channel.force(true);
        }
        Files.move(half, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder =
                FileChannel.open(Objects.requireNonNull(real.getParent()), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
