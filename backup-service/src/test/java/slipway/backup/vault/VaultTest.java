package slipway.backup.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {

    private static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");
    private static final String SET = "BKP-1";

    @TempDir
    private Path home;

    private final byte[] plaintext = new byte[200_000];
    private Vault vault;

    @BeforeEach
    void open() throws Exception {
        new Random(7).nextBytes(plaintext);
        vault = vault();
    }

    private Vault vault() throws Exception {
        return new Vault(List.of(place(1), place(2)), Keys.in(home.resolve("keys")));
    }

    private Path place(int number) {
        return home.resolve("location-" + number);
    }

    private Manifest sealed() throws Exception {
        Vault.Item<String> item = vault.seal(SET, "data", out -> {
            out.write(plaintext);
            return "said";
        });
        assertThat(item.capture()).isEqualTo("said");
        Manifest manifest = new Manifest(
                Manifest.FORMAT,
                SET,
                "plan",
                AT,
                List.of(new Manifest.Entry(
                        "data",
                        "storage",
                        "directory",
                        "directory/1",
                        item.file(),
                        item.sha256(),
                        item.plaintextSha256(),
                        item.bytes(),
                        "c",
                        "f",
                        AT,
                        Map.of("b", "2", "a", "1"),
                        Map.of())));
        vault.complete(manifest);
        return manifest;
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
        assertThat(next.verify(SET, manifest.digest())).isEmpty();
        assertThat(next.find(SET)).contains(manifest);
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
        String head = new String(file, 0, 400, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(head).startsWith("age-encryption.org/v1\n").containsPattern("(?s)-> X25519 .*-> X25519 ");
        assertThat(file.length).isGreaterThan(plaintext.length);
    }

    @Test
    void a_flipped_byte_in_any_copy_is_found() throws Exception {
        Manifest manifest = sealed();
        flip(place(2).resolve(SET).resolve("data.age"), 100_000);
        assertThat(vault.verify(SET, manifest.digest()))
                .singleElement()
                .asString()
                .contains("location-2", "data.age has another hash");
        assertThat(vault.find(SET)).isEmpty();
        assertThat(vault.sound(SET, manifest.digest()).place()).isEqualTo(place(1).resolve(SET));
        flip(place(1).resolve(SET).resolve("data.age"), 3);
        assertThat(vault.verify(SET, manifest.digest())).hasSize(2);
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
        assertThat(vault.verify(SET, "sha256:other")).hasSize(2);
        flip(place(1).resolve(SET).resolve("manifest.json"), 20);
        assertThat(vault.verify(SET, manifest.digest()))
                .singleElement()
                .asString()
                .contains("is not signed by ed25519:");
    }

    @Test
    void an_unfinished_set_has_no_name_and_leaves_nothing() throws Exception {
        vault.seal(SET, "data", out -> "half");
        assertThat(vault.find(SET)).isEmpty();
        assertThat(place(1).resolve(SET)).doesNotExist();
        vault.clear(SET);
        assertThat(place(1)).isEmptyDirectory();
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
        assertThat(vault().verify(SET, manifest.digest())).isEmpty();
        assertThat(keys.resolve("recovery.key")).doesNotExist();
    }

    @Test
    void one_location_is_not_enough() {
        assertThatThrownBy(() -> new Vault(List.of(place(1)), Keys.in(home.resolve("keys"))))
                .hasMessageContaining("two different locations");
    }
}
