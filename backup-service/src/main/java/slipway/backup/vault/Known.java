package slipway.backup.vault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The locations that were prepared at earlier starts, one URI on each line of a file beside the keys. Whoever has lost one for good and puts
/// an empty disk in its place, removes its line.
record Known(Path file) {

    boolean has(Location location) throws IOException {
        return all().contains(location.uri());
    }

    private Set<String> all() throws IOException {
        return new TreeSet<>(Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of());
    }

    void add(Location location) throws IOException {
        Set<String> all = all();
        if (all.add(location.uri())) {
            Disk.replace(file, (String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
