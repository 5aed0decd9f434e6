package slipway.backup.recipe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import slipway.backup.vault.Disk;

/// Where attempts of this process are at work, written down for whoever starts after it was killed: some are taken up again by nobody, such as those
/// of an item that the plan has no more, and what they started would go on.
final class Homes {

    private static final String PREFIX = "home-";
    private static final Pattern NOTE = Pattern.compile(PREFIX + "(" + Looks.WORD + ")-[0-9a-f-]{36}");

    private Homes() {}

    /// As long as it is open, its home is in use.
    record Note(Path file) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }

    /// @param work folder for what is only there while a recipe works
    static Note note(Path work, Path home) throws IOException {
        Path file = work.resolve(PREFIX + Looks.word(ProcessHandle.current()) + "-" + UUID.randomUUID());
        Disk.replace(file, home.toString().getBytes(StandardCharsets.UTF_8));
        return new Note(file);
    }

    /// Ends and deletes what is left of processes that are no more, unless another attempt works there by now.
    static void clear(Path work) throws IOException {
        for (Path file : Looks.in(work)) {
            Matcher note = NOTE.matcher(file.getFileName().toString());
            if (note.matches() && !Looks.lives(note.group(1))) {
                Path home = Path.of(Files.readString(file, StandardCharsets.UTF_8));
                if (Served.isAbandoned(home)) {
                    Workplace.clear(home);
                }
                Files.deleteIfExists(file);
            }
        }
    }
}
