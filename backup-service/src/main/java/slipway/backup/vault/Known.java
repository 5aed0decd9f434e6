package slipway.backup.vault;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The locations that were prepared at earlier starts, one URI on each line of a file beside the keys. Whoever has lost one for good and puts
/// an empty disk in its place, removes its line.
record Known(Path file) {

    private static final Logger LOG = LoggerFactory.getLogger(Known.class);
    private static final Object HERE = new Object();

    /// @throws IOException when the first cannot be used, where sets are sealed; another one may be so for a while
    void prepare(List<Location> locations) throws IOException {
        prepare(locations.getFirst());
        for (Location location : locations.subList(1, locations.size())) {
            try {
                prepare(location);
            } catch (IOException e) {
                LOG.warn("backups cannot be copied to {} now: {}", location, e.getMessage());
            }
        }
    }

    private void prepare(Location location) throws IOException {
        location.prepare(all().contains(location.uri()));
        add(location);
    }

    private Set<String> all() throws IOException {
        return new TreeSet<>(Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of());
    }

    /// Another instance may add at the same moment.
    private void add(Location location) throws IOException {
        if (all().contains(location.uri())) {
            return;
        }
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        // A process may not wait for a lock that it holds itself.
        synchronized (HERE) {
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                Set<String> all = all();
                all.add(location.uri());
                Disk.replace(file, (String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
