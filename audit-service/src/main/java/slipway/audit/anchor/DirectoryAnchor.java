package slipway.audit.anchor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import slipway.audit.transparency.LogCheck.Kept;
import slipway.audit.transparency.OnDisk;
import slipway.audit.transparency.Tree;

/// A directory with one file for each checkpoint: on another machine's disk, or on one that cannot be written over.
public record DirectoryAnchor(Path directory) implements Anchor {

    private static final String END = ".checkpoint";

    @Override
    public String name() {
        return "directory " + directory;
    }

    @Override
    public String keep(Tree tree, String note, long earlier) throws IOException {
        Path file = directory.resolve(file(tree.size()));
        // What is there is what was kept: it is read again, and never written again.
        if (!Files.exists(file)) {
            OnDisk.write(file, note.getBytes(StandardCharsets.UTF_8));
        }
        return note;
    }

    /// As many digits as the biggest size has: a list of files is in order.
    static String file(long size) {
        return String.format(Locale.ROOT, "%019d", size) + END;
    }

    @Override
    public Optional<List<Kept>> kept() throws IOException {
        return Optional.of(kept(directory));
    }

    static List<Kept> kept(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Kept> kept = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path each : files.filter(file -> file.getFileName().toString().endsWith(END)).sorted().toList()) {
                kept.add(new Kept(each.toString(), Files.readString(each)));
            }
        }
        return kept;
    }
}
