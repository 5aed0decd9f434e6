package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.vault.Copies.Examined;

class VaultTest {

    private static final String SET = "BKP-1";

    @TempDir
    private Path home;

    private final byte[] plaintext = SealedSets.bytes(200_000);
    private Vault vault;

    @BeforeEach
    void open() throws Exception {
        vault = vault();
    }

    private Vault vault() throws Exception {
        return new Vault(List.of(location(1), location(2)), Keys.in(home.resolve("keys")));
    }

    private Path place(int number) {
        return home.resolve("location-" + number);
    }

    private Location location(int number) {
        return new DirectoryLocation(place(number));
    }

    private Manifest sealed() throws Exception {
        Manifest manifest = SealedSets.sealed(vault, SET, Map.of("data", plaintext));
        assertThat(vault.complete(manifest).missing()).isEmpty();
        return manifest;
    }

    private static List<String> faults(Vault vault, String digest) throws Exception {
        List<String> faults = new ArrayList<>();
        for (Examined copy : vault.examine(SET, digest)) {
            switch (copy) {
                case Examined.Sound _ -> {}
                case Examined.Faulty(String at, List<String> all) -> all.forEach(each -> faults.add(at + ": " + each));
                case Examined.Absent(String at) -> faults.add(at);
                case Examined.Unguarded(String at, String _) -> faults.add(at);
                case Examined.Unreachable(String at, String _) -> faults.add(at);
            }
        }
        return faults;
    }

    private static void flip(Path file, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[Math.floorMod(offset, bytes.length)] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void what_is_sealed_comes_back_also_for_the_next_process() throws Exception {
        Manifest manifest = sealed();
        Vault next = vault();
        assertThat(faults(next, manifest.digest())).isEmpty();
        assertThat(next.manifest(SET, manifest.digest())).isEqualTo(manifest);
        Vault.Sound sound = next.sound(SET, manifest.digest());
        assertThat(next.open(sound, manifest.items().getFirst(), java.io.InputStream::readAllBytes))
                .isEqualTo(plaintext);
    }

    @Test
    void whoever_reads_may_close_early_or_read_past_the_end() throws Exception {
        Manifest manifest = sealed();
        Vault.Sound sound = vault.sound(SET, manifest.digest());
        Manifest.Entry entry = manifest.items().getFirst();
        assertThat(vault.<Integer>open(sound, entry, in -> {
            in.readAllBytes();
            return in.read(new byte[10]);
        })).isEqualTo(-1);
        assertThat(vault.<Integer>open(sound, entry, in -> {
            int first = in.read();
            in.close();
            return first;
        })).isEqualTo(plaintext[0] & 0xff);
    }

    @Test
    void the_files_are_age_files_to_two_recipients_and_show_nothing() throws Exception {
        sealed();
        byte[] file = Files.readAllBytes(place(2).resolve(SET).resolve("data.age"));
        String head = new String(file, 0, 400, StandardCharsets.ISO_8859_1);
        assertThat(head).startsWith("age-encryption.org/v1\n").containsPattern("(?s)-> X25519 .*-> X25519 ");
        assertThat(file.length).isGreaterThan(plaintext.length);
    }

    @Test
    void a_flipped_byte_in_any_copy_is_found() throws Exception {
        Manifest manifest = sealed();
        flip(place(2).resolve(SET).resolve("data.age"), 100_000);
        assertThat(faults(vault, manifest.digest()))
                .singleElement()
                .asString()
                .contains("location-2", "data.age has another hash");
        assertThat(vault.sound(SET, manifest.digest()).location().uri()).isEqualTo(location(1).uri());
        flip(place(1).resolve(SET).resolve("data.age"), 3);
        assertThat(faults(vault, manifest.digest())).hasSize(2);
        assertThatThrownBy(() -> vault.sound(SET, manifest.digest())).isInstanceOf(Corrupt.class);
    }

    @Test
    void decryption_finds_a_flipped_or_missing_byte_by_itself() throws Exception {
        Manifest manifest = sealed();
        Vault.Sound sound = vault.sound(SET, manifest.digest());
        Path file = place(1).resolve(SET).resolve("data.age");
        byte[] good = Files.readAllBytes(file);
        for (int offset : new int[] {60, 500, 100_000, -1}) {
            flip(file, offset);
            assertThatThrownBy(() -> vault.open(sound, manifest.items().getFirst(), java.io.InputStream::readAllBytes))
                    .isInstanceOf(Corrupt.class);
            Files.write(file, good);
        }
        Files.write(file, java.util.Arrays.copyOf(good, good.length - 70_000));
        assertThatThrownBy(() -> vault.open(sound, manifest.items().getFirst(), java.io.InputStream::readAllBytes))
                .isInstanceOf(Corrupt.class);
    }

    @Test
    void a_manifest_that_somebody_else_wrote_or_that_is_another_one_is_found() throws Exception {
        Manifest manifest = sealed();
        assertThat(faults(vault, "sha256:other")).hasSize(2);
        flip(place(1).resolve(SET).resolve("manifest.json"), 20);
        assertThat(faults(vault, manifest.digest()))
                .singleElement()
                .asString()
                .contains("is not signed by ed25519:");
    }

    @Test
    void an_unfinished_set_has_no_name_and_leaves_nothing() throws Exception {
        vault.seal(SET, "data", out -> "half");
        assertThat(vault.sealed(SET)).isEmpty();
        assertThat(place(1).resolve(SET)).doesNotExist();
        vault.clear(SET);
        assertThat(place(1)).isDirectoryNotContaining(VaultTest::isNoMark);
    }

    private static boolean isNoMark(Path each) {
        return !each.endsWith(".slipway-location");
    }

    @Test
    void what_we_signed_as_another_set_is_not_this_one_because_somebody_gave_it_the_name() throws Exception {
        String digest = sealed().digest();
        Path copied = place(1).resolve("BKP-2");
        Files.createDirectory(copied);
        try (var files = Files.list(place(1).resolve(SET))) {
            for (Path file : files.toList()) {
                Files.copy(file, copied.resolve(file.getFileName()));
            }
        }
        assertThat(vault.sealed("BKP-2")).as("nobody sealed it").isEmpty();
        assertThatThrownBy(() -> vault.sound("BKP-2", digest)).hasMessageContaining("its manifest is that of " + SET);
    }

    /// The mount point of a disk is an empty directory without it.
    @Test
    void a_disk_that_is_not_mounted_is_unreachable_and_never_empty_also_after_a_start() throws Exception {
        String digest = sealed().digest();
        Path elsewhere = home.resolve("elsewhere");
        Files.move(place(2), elsewhere);
        Files.createDirectory(place(2));
        Vault started = new Vault(List.of(location(1), location(2)), Keys.in(home.resolve("keys")));
        assertThat(started.examine(SET, digest).getLast())
                .isInstanceOfSatisfying(Examined.Unreachable.class, unreachable -> assertThat(unreachable.reason())
                        .contains("is its disk mounted?"));
        assertThat(started.repair(SET, digest, started.examine(SET, digest)).missing()).hasSize(1);
        assertThat(place(2)).isEmptyDirectory();
        Files.delete(place(2));
        Files.move(elsewhere, place(2));
        assertThat(started.examine(SET, digest)).allMatch(Examined.Sound.class::isInstance);
    }

    @Test
    void keys_are_for_their_owner_only_and_stay_the_same() throws Exception {
        Path keys = home.resolve("keys");
        for (String name : List.of("operations.key", "recovery.key", "signing.key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve(name))))
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(keys.resolve("operations.key"))).contains("AGE-SECRET-KEY-1");
        Manifest manifest = sealed();
        Files.delete(keys.resolve("recovery.key"));
        assertThat(faults(vault(), manifest.digest())).isEmpty();
        assertThat(keys.resolve("recovery.key")).doesNotExist();
    }

    @Test
    void a_source_that_fails_while_it_is_read_is_not_called_corrupt() throws Exception {
        Manifest manifest = sealed();
        byte[] good = Files.readAllBytes(place(1).resolve(SET).resolve("data.age"));
        for (int end : new int[] {0, 100, 70_000, good.length - 1}) {
            InputStream failing = new SequenceInputStream(
                    new ByteArrayInputStream(good, 0, end), new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new IOException("the line is cut");
                        }
                    });
            assertThatThrownBy(() -> Sealing.check(
                            failing, manifest.items().getFirst(), Keys.in(home.resolve("keys"))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the line is cut");
        }
    }

    @Test
    void a_signature_has_no_letter_that_means_nothing() throws Exception {
        Manifest manifest = sealed();
        Path file = place(1).resolve(SET).resolve("manifest.sig");
        byte[] good = Files.readAllBytes(file);
        int last = new String(good, StandardCharsets.US_ASCII).indexOf('=') - 1;
        for (int offset = 0; offset < good.length; offset++) {
            // Of the last letter, not every bit is one of the signature.
            for (int bits = 1; bits < (offset == last ? 32 : 2); bits++) {
                byte[] changed = good.clone();
                changed[offset] ^= (byte) bits;
                Files.write(file, changed);
                assertThat(faults(vault, manifest.digest()))
                        .as("letter %s, bits %s", offset, bits)
                        .hasSize(1);
            }
            Files.write(file, good);
        }
    }

    @Test
    void what_cannot_be_completed_leaves_nothing_half() throws Exception {
        Path inTheWay = Files.createFile(place(1).resolve(SET));
        Manifest manifest = SealedSets.sealed(vault, SET, Map.of("data", plaintext));
        assertThatThrownBy(() -> vault.complete(manifest)).isInstanceOf(IOException.class);
        assertThat(place(1)).isDirectoryNotContaining(each -> !each.equals(inTheWay) && isNoMark(each));
        assertThat(place(2)).isDirectoryNotContaining(VaultTest::isNoMark);
    }

    @Test
    void one_location_is_not_enough() {
        assertThatThrownBy(() -> new Vault(List.of(location(1)), Keys.in(home.resolve("keys"))))
                .hasMessageContaining("two different locations");
    }
}
