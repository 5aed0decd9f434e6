package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import slipway.backup.vault.Copies.Examined;

/// A directory, a second location of some kind, and a vault over both.
final class Pair implements AutoCloseable {

    static final String SET = "BKP-1";
    static final List<String> FILES = List.of("data.age", "manifest.json", "manifest.sig", "more.age", "restore.sh", "restore.txt", "signing.pub");

    enum Kind {
        DIRECTORY,
        S3,
        RCLONE;

        private Rig rig(Path home) throws Exception {
            return switch (this) {
                case DIRECTORY -> new DirectoryRig(home.resolve("second"));
                case S3 -> new S3Rig();
                case RCLONE -> new RcloneRig(home);
            };
        }
    }

    private final Path home;
    private final DirectoryRig first;
    private final Rig second;
    private Vault vault;

    Pair(Kind kind, Path home) throws Exception {
        this.home = home;
        this.first = new DirectoryRig(home.resolve("first"));
        this.second = kind.rig(home);
        restart();
    }

    /// As the next process finds it.
    void restart() throws Exception {
        vault = vault(home.resolve("keys"));
    }

    Vault vault(Path keys) throws Exception {
        return new Vault(List.of(first.location(), second.location()), Keys.in(keys));
    }

    Vault vault() {
        return vault;
    }

    DirectoryRig first() {
        return first;
    }

    Rig second() {
        return second;
    }

    List<Rig> both() {
        return List.of(first, second);
    }

    Rig other(Rig than) {
        return than == first ? second : first;
    }

    /// Not completed yet.
    Manifest sealed() throws Exception {
        return SealedSets.withKit(
                vault, SET, Map.of("data", SealedSets.bytes(200_000), "more", SealedSets.bytes(70_000)));
    }

    /// Lies in both.
    ///
    /// @return the digest of its manifest
    String completed() throws Exception {
        Manifest manifest = sealed();
        assertThat(vault.complete(manifest).missing()).isEmpty();
        return manifest.digest();
    }

    String uri(Rig rig) {
        return rig.location().uri(SET);
    }

    static byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        flipped[flipped.length / 2] ^= 1;
        return flipped;
    }

    void allAreSound(String digest) throws Exception {
        assertThat(vault.examine(SET, digest))
                .hasSize(2)
                .allSatisfy(copy -> assertThat(copy).isInstanceOf(Examined.Sound.class));
    }

    /// All of a set.
    static Set<String> files(String set) {
        Set<String> files = new TreeSet<>();
        FILES.forEach(file -> files.add(set + "/" + file));
        return files;
    }

    @Override
    public void close() throws Exception {
        second.close();
    }
}
