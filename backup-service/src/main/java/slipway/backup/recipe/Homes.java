package slipway.backup.recipe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.regex.Pattern;
import slipway.backup.vault.Disk;

/// Where attempts of this process are at work, written down for whoever starts after it was killed: some are taken up again by nobody, such as those
/// of an item that the plan has no more, and what they started would go on.
final class Homes {

    private static final String PREFIX = "home-";
    private static final String HALF = ".half";
    private static final Pattern NOTE = Pattern.compile(PREFIX + "(" + ProcessWord.PATTERN + ")-[0-9a-f-]{36}(?:\\" + HALF + ")?");

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
        Path file = work.resolve(PREFIX + ProcessWord.mine() + "-" + UUID.randomUUID());
        Disk.replace(file, home.toString().getBytes(StandardCharsets.UTF_8));
        return new Note(file);
    }

    /// What is captured, in the clear, before it is sealed.
    static Path tree(Path home) {
        return home.resolveSibling(home.getFileName() + ".tree");
    }

    /// Ends and deletes what is left of processes that are no more, unless another attempt works there by now.
    static void clear(Path work) {
        Leftovers.sweep(work, NOTE, note -> {
            if (!note.toString().endsWith(HALF)) {
                Path home = Path.of(Files.readString(note, StandardCharsets.UTF_8));
                if (Served.isAbandoned(home)) {
                    take(work, home);
                }
                // Whoever was killed at the very end has deleted its home already.
                if (!Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
                    take(work, tree(home));
                }
            }
            Files.deleteIfExists(note);
        });
    }

    /// By a name of our own first: an attempt that begins meanwhile finds nothing there, and nobody else sweeps it.
    private static void take(Path work, Path left) throws IOException {
        Path mine = left.resolveSibling(left.getFileName() + "-" + UUID.randomUUID());
        try (Note _ = note(work, mine)) {
            Files.move(left, mine, StandardCopyOption.ATOMIC_MOVE);
            Workplace.clear(mine);
        } catch (NoSuchFileException _) {
            // There is none, or another one takes it.
        }
    }
}
