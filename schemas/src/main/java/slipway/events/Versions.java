package slipway.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/// Every version of every fact's schema that was ever merged, as this program brings them: the [Baseline], without its folder.
public final class Versions {

    private Versions() {}

    /// Whether facts were ever written by such a schema. What is only said of a field does not matter; its name, its type, its place and
    /// its default do.
    public static boolean know(Schema schema) {
        return schema.getType() == Schema.Type.RECORD
                && of(schema.getFullName()).anyMatch(version -> version.equals(schema));
    }

    private static Stream<Schema> of(String name) {
        return IntStream.iterate(1, version -> version + 1)
                .mapToObj(version -> version(name, version))
                .takeWhile(Optional::isPresent)
                .flatMap(Optional::stream);
    }

    private static Optional<Schema> version(String name, int version) {
        try (InputStream file = Versions.class.getResourceAsStream("/baseline/" + name + "/" + version + ".avsc")) {
            return file == null ? Optional.empty() : Optional.of(new Schema.Parser().parse(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
