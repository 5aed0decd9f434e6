package slipway.backup.vault;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One attempt at a set in two directories, as a capture makes it, in a process of its own: `HOME SET BYTES`. It says how it ends.
final class Attempt {

    private Attempt() {}

    static void main(String[] words) throws Exception {
        Path home = Path.of(words[0]);
        try {
            Copies copies = at(vault(home), words[1], Integer.parseInt(words[2]));
            System.out.println(copies.complete() ? "complete" : "missing: " + copies.missing());
        } catch (IOException e) {
            System.out.println("failed: " + e.getMessage());
        }
    }

    static Vault vault(Path home) throws Exception {
        return new Vault(
                List.of(new DirectoryLocation(home.resolve("first")), new DirectoryLocation(home.resolve("second"))),
                Keys.in(home.resolve("keys")));
    }

    /// What an earlier one sealed is replicated; what it left half is done again.
    static Copies at(Vault vault, String set, int bytes) throws Exception {
        Optional<Manifest> sealed = vault.sealed(set);
        if (sealed.isPresent()) {
            return vault.replicate(set, sealed.get().digest());
        }
        vault.clear(set);
        Manifest manifest;
        try {
            manifest = SealedSets.sealed(
                    vault, set, Map.of("data", SealedSets.bytes(bytes), "more", SealedSets.bytes(bytes + 1)));
        } catch (IOException e) {
            vault.clear(set);
            throw e;
        }
        return vault.complete(manifest);
    }

    /// The beginning of a command line that runs this class in a JVM of its own.
    static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Attempt.class.getName());
    }
}
