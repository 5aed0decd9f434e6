package slipway.backup.vault;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What lies in the clear in every copy of a set, so that it can be restored when nothing of this product is left: a script of stock
/// programs, the same in each set, and what it has to know of this one, also for people. Holds no secret.
public final class Kit {

    /// Reads [#LIST].
    static final String SCRIPT = "restore.sh";

    /// A line `item <name> <file> <sha256> <plaintext sha256> <kind>` for each item, then lines for people, from `: ` on.
    static final String LIST = "restore.txt";

    static final String PUBLIC_KEY = "signing.pub";

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    /// How a person puts an item back.
    ///
    /// @param stream what is opened is one file, `stream`; otherwise it is a tree of files
    /// @param steps one for each line, below the folder that holds what was opened; empty: nobody wrote any down
    public record ByHand(boolean stream, List<String> steps) {
        public ByHand {
            steps = List.copyOf(steps);
        }
    }

    /// @param byHand for each of the items, by its name
    public Kit(String set, String plan, Instant at, List<Manifest.Entry> items, Map<String, ByHand> byHand) {
        StringBuilder list = new StringBuilder(
                """
                Backup set %s of plan %s, sealed at %s.

                Restore it with the recovery key and stock programs, into a folder of its own:

                    sh restore.sh --key recovery.key --into restored

                Without the script, for each item below: compare the file with its first SHA-256 (sha256sum), open it (age -d -i recovery.key
                -o plain FILE; when age does not end with 0, what it left is worth nothing), compare plain with the second SHA-256, and unpack
                a tree: as root tar -x -p --numeric-owner -f plain, which gives each file to whose it was; as somebody else
                tar -x -p -o -f plain, and then find . -perm /6000 -exec chmod a-s {} +, since what ran as its owner would run as you.

                """
                        .formatted(visible(set), visible(plan), at));
        for (Manifest.Entry entry : items) {
            ByHand how = byHand.get(entry.item());
            list.append("item %s %s %s %s %s\n"
                    .formatted(
                            Sets.name(entry.item()),
                            Sets.name(entry.file()),
                            entry.sha256(),
                            entry.plaintextSha256(),
                            how.stream() ? "stream" : "tree"));
            said(list, "%s, by %s; brings back %s".formatted(entry.system(), entry.recipe(), entry.recoveryPoint()));
            if (how.steps().isEmpty()) {
                said(list, "Nobody wrote down how this is put back: see the documentation of " + entry.system() + ".");
            }
            int step = 1;
            for (String each : how.steps()) {
                said(list, step++ + ". " + each);
            }
            entry.notes().forEach((name, value) -> said(list, "note " + name + ": " + value));
            entry.contents().forEach((name, value) -> said(list, "at capture, " + name + ": " + value));
            list.append('\n');
        }
        files.put(SCRIPT, script());
        files.put(LIST, list.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void said(StringBuilder list, String words) {
        list.append(": ").append(visible(words)).append('\n');
    }

    /// One line, which a terminal shows and does not obey.
    private static String visible(String words) {
        return words.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }

    private static byte[] script() {
        try (InputStream in = Kit.class.getResourceAsStream("/kit/" + SCRIPT)) {
            if (in == null) {
                throw new IllegalStateException(SCRIPT + " is not part of this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// By their names.
    Map<String, byte[]> files() {
        return files;
    }
}
