package slipway.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;

/// Swaps a cluster's data directory for a restored one beside it, by renaming. Where it is can be told from the names alone, so
/// after a crash it goes on:
///
/// | beside the data directory | means |
/// |---|---|
/// | `….restoring` | the copy is being prepared; the live cluster is untouched |
/// | and `….cutover` | the live server is being stopped, or is |
/// | and `….before` | the old data is out of the way |
/// | `….before` without `….restoring` | the restored data is in place |
final class CutOver {

    private final Cluster live;
    private final Path fresh;
    private final Path old;
    private final Path marker;
    private final String name;
    private final Clock clock;

    CutOver(Cluster live, String name, Clock clock) {
        this.live = live;
        this.fresh = beside(".restoring");
        this.old = beside(".before");
        this.marker = beside(".cutover");
        this.name = name;
        this.clock = clock;
    }

    private Path beside(String suffix) {
        return live.data().resolveSibling(live.data().getFileName() + suffix);
    }

    /// Where the restored data directory is prepared.
    Path fresh() {
        return fresh;
    }

    /// Whether this very restore has begun to touch the live server.
    boolean isStarted() throws IOException {
        return Files.exists(marker) && Files.readAllLines(marker).getFirst().equals(name);
    }

    /// @return when the live server stopped taking writes
    Instant swap(Path log) throws IOException, InterruptedException {
        if (!isStarted()) {
            Trees.delete(old);
            if (live.isRunning()) {
                live.stop();
            }
            Path half = marker.resolveSibling(marker.getFileName() + ".half");
            Files.writeString(half, name + "\n" + clock.instant() + "\n");
            Trees.sync(half);
            Files.move(half, marker, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else if (Files.exists(fresh) && live.isRunning()) {
            live.stop();
        }
        Instant stopped = Instant.parse(Files.readAllLines(marker).get(1));
        if (Files.exists(fresh)) {
            if (!Files.exists(old)) {
                Files.move(live.data(), old, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(fresh, live.data(), StandardCopyOption.ATOMIC_MOVE);
        }
        if (!live.isRunning()) {
            try {
                live.start(log);
            } catch (IOException e) {
                back(log);
                throw new IOException(e.getMessage() + "; the cluster from before runs again", e);
            }
        }
        return stopped;
    }

    /// The old data directory in place again, and its server started.
    void back(Path log) throws IOException, InterruptedException {
        if (live.isRunning()) {
            live.stop();
        }
        if (Files.exists(old)) {
            Trees.delete(fresh);
            Files.move(live.data(), fresh, StandardCopyOption.ATOMIC_MOVE);
            Files.move(old, live.data(), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.deleteIfExists(marker);
        live.start(log);
    }

    /// The restored server answers: what was before is in the safety backup.
    void done() throws IOException {
        Trees.delete(old);
        Files.deleteIfExists(marker);
    }
}
