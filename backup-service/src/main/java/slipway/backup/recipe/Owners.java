package slipway.backup.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Whose the files of a tree are when it was restored.
enum Owners {
    /// Whose they were. Only root can give files to others.
    KEPT,
    /// Of whoever restores.
    RESTORER;

    /// As recipes call the parameter.
    static final String PARAMETER = "owners";

    static final String DOC = "kept: whose files are is kept, which is looked at, and takes root for those of others; restorer: they belong to"
            + " whoever restores them";

    /// @throws IOException when it is neither
    static Owners of(String word) throws IOException {
        return known(word).orElseThrow(() -> new IOException(PARAMETER + ": " + fault(word)));
    }

    /// As [Recipe#faults].
    static Map<String, String> faults(Map<String, String> parameters) {
        String word = parameters.getOrDefault(PARAMETER, KEPT.word());
        return known(word).isPresent() ? Map.of() : Map.of(PARAMETER, fault(word));
    }

    private static Optional<Owners> known(String word) {
        return Stream.of(values()).filter(each -> each.word().equals(word)).findFirst();
    }

    private static String fault(String word) {
        return "'" + KEPT.word() + "' or '" + RESTORER.word() + "' is needed, not '" + word + "'";
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// To whom files could be given.
    interface Giving {
        boolean couldGiveTo(int uid, int gid);
    }

    /// Tries it, with a file of its own.
    static final class Trial implements Giving, AutoCloseable {
        private final Map<String, Boolean> tried = new HashMap<>();
        private final Path file;

        Trial() throws IOException {
            file = Files.createTempFile("owner", "");
        }

        @Override
        public boolean couldGiveTo(int uid, int gid) {
            return tried.computeIfAbsent(uid + ":" + gid, _ -> {
                try {
                    Inode.own(file, uid, gid);
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
        }

        @Override
        public void close() throws IOException {
            Files.delete(file);
        }
    }
}
