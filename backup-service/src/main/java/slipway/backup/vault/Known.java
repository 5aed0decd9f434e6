package slipway.backup.vault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The locations that were prepared at earlier starts, one URI on each line of a file beside the keys. Whoever has lost one for good and puts
/// an empty disk in its place, removes its line.
record Known(Path file) {

    private static final Logger LOG = LoggerFactory.getLogger(Known.class);

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

    private void add(Location location) throws IOException {
        Set<String> all = all();
        if (all.add(location.uri())) {
            Disk.replace(file, (String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
