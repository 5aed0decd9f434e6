package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import slipway.backup.vault.Disk;

/// Where systems are only looked at: a folder for each process of this service. Several may look at the same system at once, so
/// that no look can begin by deleting what another one left; what a process that was killed left, the next one deletes.
final class Looks {

    private static final String PREFIX = "looks-";

    /// Of a process, see [#word].
    static final String WORD = "[0-9]{1,10}-[0-9]{1,18}";

    private Looks() {}

    static Path mine(Path work) {
        return work.resolve(PREFIX + word(ProcessHandle.current()));
    }

    /// A number alone may belong to another process by now.
    static String word(ProcessHandle process) {
        long began = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return process.pid() + "-" + began;
    }

    /// Ends and deletes what processes left that are no more.
    static void clear(Path work) throws IOException {
        for (Path looks : in(work)) {
            String name = looks.getFileName().toString();
            if (name.matches(PREFIX + WORD) && !lives(name.substring(PREFIX.length()))) {
                for (Path home : in(looks)) {
                    Workplace.clear(home);
                }
                Disk.delete(looks);
            }
        }
    }

    /// @param word of a process
    static boolean lives(String word) {
        return ProcessHandle.of(Long.parseLong(word.split("-")[0]))
                .filter(each -> word(each).equals(word))
                .isPresent();
    }

    static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var all = Files.list(folder)) {
            return all.toList();
        }
    }
}
