package slipway.backup.recipe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.regex.Pattern;
import slipway.backup.vault.Disk;

/// Where systems are only looked at: a folder for each process of this service. Several may look at the same system at once, so
/// that no look can begin by deleting what another one left; what a process that was killed left, the next one deletes.
final class Looks {

    private static final String PREFIX = "looks-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(" + ProcessWord.PATTERN + ")(?:\\.[0-9a-f-]{36})?");

    private Looks() {}

    static Path mine(Path work) {
        return work.resolve(PREFIX + ProcessWord.mine());
    }

    /// Ends and deletes what processes left that are no more.
    static void clear(Path work) {
        Leftovers.sweep(work, NAME, left -> {
            // Nobody else sweeps what is ours.
            Path looks = work.resolve(PREFIX + ProcessWord.mine() + "." + UUID.randomUUID());
            Files.move(left, looks, StandardCopyOption.ATOMIC_MOVE);
            for (Path home : Leftovers.in(looks)) {
                Workplace.clear(home);
            }
            Disk.delete(looks);
        });
    }
}
