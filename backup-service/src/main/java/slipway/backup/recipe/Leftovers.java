package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What processes of this service left that are no more.
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    interface Sweep {
        void of(Path left) throws IOException;
    }

    /// Several instances may start at once: what is there no more, another one has swept. What cannot be swept keeps nobody from starting.
    ///
    /// @param name of what is swept; its first group is the word of the process
    static void sweep(Path folder, Pattern name, Sweep sweep) {
        try {
            for (Path each : in(folder)) {
                Matcher matcher = name.matcher(each.getFileName().toString());
                if (matcher.matches() && ProcessWord.alive(matcher.group(1)).isEmpty()) {
                    one(each, sweep);
                }
            }
        } catch (IOException e) {
            LOG.warn("what processes that are no more left in {} stays: {}", folder, e.toString());
        }
    }

    private static void one(Path left, Sweep sweep) {
        try {
            sweep.of(left);
        } catch (NoSuchFileException e) {
            LOG.info("{} was swept by another instance", left);
        } catch (IOException | RuntimeException e) {
            LOG.warn("what a process that is no more left stays: {}: {}", left, e.toString());
        }
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
