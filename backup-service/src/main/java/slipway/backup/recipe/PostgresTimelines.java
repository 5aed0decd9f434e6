package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import slipway.backup.vault.Disk;

/// A restored server goes on as another timeline than the one before. Which one was live when, the archive of the log knows: by when the history
/// of each came there, and by a mark beside the history of one that was given up.
final class PostgresTimelines {

    private static final Pattern HISTORY = Pattern.compile("[0-9A-F]{8}\\.history");
    private static final int FIRST = 1;

    private PostgresTimelines() {}

    static boolean isHistory(Path file) {
        return HISTORY.matcher(file.getFileName().toString()).matches();
    }

    /// Before a server starts on `data` to be live. It began its timeline where nothing is archived, so its history is brought to the archive:
    /// the next restore takes the number after it, and finds the way along it. A restored server always has the highest number: where the
    /// archive has a higher one, that restore went back, and what its server wrote was never anybody's.
    static void goLive(Path data, Path archive) throws IOException {
        List<Path> own = histories(data.resolve("pg_wal"));
        for (Path history : own) {
            bring(history, archive);
        }
        int live = own.stream().mapToInt(PostgresTimelines::number).max().orElse(FIRST);
        for (Path history : histories(archive)) {
            Path mark = mark(history);
            if (number(history) > live && !Files.exists(mark)) {
                Files.createFile(mark);
                Disk.force(archive);
            } else if (number(history) == live && Files.exists(mark)) {
                // It is live after all, but only from now on.
                Files.setLastModifiedTime(history, FileTime.from(Instant.now()));
                Disk.force(history);
                Files.delete(mark);
            }
        }
    }

    private static void bring(Path history, Path archive) throws IOException {
        Path archived = archive.resolve(history.getFileName());
        if (!Files.exists(archived)) {
            Path half = archive.resolve(history.getFileName() + ".half");
            Files.copy(history, half, StandardCopyOption.REPLACE_EXISTING);
            Disk.force(half);
            Disk.rename(half, archived);
        }
    }

    /// The timeline that was live at a moment: of those that began before it and were not given up, the newest.
    ///
    /// @param live that of the live server, above which nothing is its own; empty: it does not answer
    /// @return empty: that of the backup
    static OptionalInt at(Path archive, Instant moment, OptionalInt live) throws IOException {
        OptionalInt timeline = OptionalInt.empty();
        for (Path history : histories(archive)) {
            int number = number(history);
            boolean began = !Files.getLastModifiedTime(history).toInstant().isAfter(moment);
            boolean givenUp = Files.exists(mark(history)) || number > live.orElse(Integer.MAX_VALUE);
            if (began && !givenUp && number > timeline.orElse(0)) {
                timeline = OptionalInt.of(number);
            }
        }
        return timeline;
    }

    /// Of a segment of the log.
    static int of(String segment) {
        return Integer.parseUnsignedInt(segment.substring(0, 8), 16);
    }

    private static int number(Path history) {
        return of(history.getFileName().toString());
    }

    private static Path mark(Path history) {
        return history.resolveSibling(history.getFileName() + ".given-up");
    }

    private static List<Path> histories(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(PostgresTimelines::isHistory).toList();
        }
    }
}
