package slipway.release;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import slipway.messaging.NotYet;
import slipway.release.deployer.AtWork;

/// A workshop's folder, for one at a time: what one build leaves there must not be packed or tested as another's. It is held by a
/// lock that ends with its process, and by the note of a program that outlived one.
final class Workbench implements AutoCloseable {

    /// A lock of a file says nothing to other threads of its own process, and closing the file again would give it up.
    private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final AtWork atWork;
    private final FileChannel lock;

    private Workbench(Path folder, AtWork atWork, FileChannel lock) {
        this.folder = folder;
        this.atWork = atWork;
        this.lock = lock;
    }

    /// Somebody else is at it; it will be free.
    static final class Occupied extends NotYet {
        Occupied(String reason) {
            super(reason);
        }

        Occupied(Path folder) {
            this("another program works in " + folder);
        }
    }

    /// @param most how many may be worked at here at once: who works at one holds a thread that a way back may need
    /// @throws IOException when it is not there, or a program of a service before us never ends
    static Workbench at(Path workshop, int most) throws IOException, Occupied {
        Path folder = workshop.toRealPath();
        synchronized (TAKEN) {
            if (TAKEN.contains(folder)) {
                throw new Occupied(folder);
            }
            if (TAKEN.size() >= most) {
                throw new Occupied("in " + TAKEN.size() + " workshops is worked already");
            }
            TAKEN.add(folder);
        }
        FileChannel lock = null;
        try {
            AtWork atWork = AtWork.on("workshop " + folder);
            lock = atWork.lock();
            if (lock.tryLock() == null || atWork.isBusy(Duration.ofSeconds(MakingForm.LONGEST_SECONDS))) {
                throw new Occupied(folder);
            }
            return new Workbench(folder, atWork, lock);
        } catch (IOException | Occupied | RuntimeException e) {
            if (lock != null) {
                lock.close();
            }
            TAKEN.remove(folder);
            throw e;
        }
    }

    /// Without links.
    Path folder() {
        return folder;
    }

    /// @param log gets all that it says
    /// @return its exit code
    /// @throws IOException when it cannot be started, or does not end in time
    int run(List<String> argv, Map<String, String> environment, Duration patience, Path log)
            throws IOException, InterruptedException {
        return atWork.run(argv, folder, environment, patience, log);
    }

    @Override
    public void close() throws IOException {
        try {
            lock.close();
        } finally {
            TAKEN.remove(folder);
        }
    }
}
