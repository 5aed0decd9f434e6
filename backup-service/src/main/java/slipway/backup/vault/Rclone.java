package slipway.backup.vault;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.program.Programs;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The program `rclone`. What it needs to know to reach a remote, secrets too, is in its own file, and in no argument.
///
/// @param program absolute
/// @param config file that `rclone config` wrote, absolute; it has to be without a password, since nobody is there to be asked
public record Rclone(Path program, Path config) {

    /// It has to be this long for what is written or read, however large it is.
    private static final Duration LONG = Duration.ofHours(12);

    private static final Duration SHORT = Duration.ofMinutes(10);
    private static final int NOT_FOUND = 3;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private List<String> argv(String... words) {
        return Stream.concat(
                        Stream.of(
                                program.toString(),
                                "--config=" + config,
                                "--ask-password=false",
                                "--retries=1",
                                "--low-level-retries=3",
                                "--contimeout=15s",
                                "--timeout=5m",
                                "--log-level=ERROR"),
                        Stream.of(words))
                .toList();
    }

    private static Path folder() {
        return Path.of("/");
    }

    private static IOException failed(String verb, String what, Programs.Ended ended) {
        return new IOException("rclone " + verb + " " + what + " failed: " + ended.words());
    }

    /// @return false when there was nothing of that name
    boolean run(String verb, String... what) throws IOException, InterruptedException {
        Programs.Ended ended = Programs.run(
                argv(Stream.concat(Stream.of(verb), Stream.of(what)).toArray(String[]::new)), folder(), Map.of(), SHORT);
        if (ended.exit() != 0 && ended.exit() != NOT_FOUND) {
            throw failed(verb, String.join(" ", what), ended);
        }
        return ended.exit() == 0;
    }

    /// Paths of all files below `where`; null when there is no `where`.
    @Nullable List<String> files(String where) throws IOException, InterruptedException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Programs.Ended ended = Programs.stream(
                argv("lsjson", "--recursive", "--files-only", "--no-modtime", "--no-mimetype", where),
                folder(),
                Map.of(),
                SHORT,
                null,
                said,
                _ -> {});
        if (ended.exit() == NOT_FOUND) {
            return null;
        }
        if (ended.exit() != 0) {
            throw failed("lsjson", where, ended);
        }
        try {
            List<String> paths = new ArrayList<>();
            JSON.readTree(said.toByteArray()).forEach(each -> paths.add(each.path("Path").asString()));
            return paths;
        } catch (JacksonException e) {
            throw new IOException("rclone lsjson " + where + " says what cannot be read: " + e.getMessage(), e);
        }
    }

    void write(String where, InputStream content) throws IOException, InterruptedException {
        Programs.Ended ended = Programs.stream(
                argv("rcat", where), folder(), Map.of(), LONG, content, OutputStream.nullOutputStream(), _ -> {});
        if (ended.exit() != 0) {
            throw failed("rcat", where, ended);
        }
    }

    /// @return what `rclone` says, as long as it says it; it fails when the program does
    /// @throws NoSuchFileException when there is no such file
    InputStream read(String where) throws IOException, InterruptedException {
        return Poured.from(out -> {
            Programs.Ended ended =
                    Programs.stream(argv("cat", where), folder(), Map.of(), LONG, null, out, _ -> {});
            if (ended.exit() == NOT_FOUND) {
                throw new NoSuchFileException(where);
            }
            if (ended.exit() != 0) {
                throw failed("cat", where, ended);
            }
        });
    }
}
