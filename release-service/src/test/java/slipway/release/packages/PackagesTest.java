package slipway.release.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.release.domain.PackageCheck;

class PackagesTest {

    private static final Map<String, String> CONTENT = Map.of(
            "index.html", "<h1>2.1.0</h1>",
            "settings/prod.json", "{}",
            "migrations/V1__a.sql", "select 1",
            "migrations/notes.txt", "not sql",
            "run.sh", "exit 0",
            "ein-sehr-langer-name/".repeat(9) + "größe.txt", "deep");

    @TempDir
    Path folder;

    private Packages packages;

    @BeforeEach
    void open() throws IOException {
        packages = new Packages(folder.resolve("store"));
    }

    private Path version(String name) throws IOException {
        Path version = Folders.write(folder.resolve(name), CONTENT);
        Files.setPosixFilePermissions(version.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-x---"));
        return version;
    }

    private Path kept(String digest) {
        return folder.resolve("store").resolve(Packages.hex(digest) + ".tar.gz");
    }

    /// An archive that we would not write, kept under its true digest.
    private String foreign(TarArchiveEntry... entries) throws Exception {
        Path file = folder.resolve("foreign.tar.gz");
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)), "UTF-8")) {
            for (TarArchiveEntry entry : entries) {
                byte[] content = "evil".getBytes(StandardCharsets.UTF_8);
                boolean plain = entry.isFile() && !entry.isSymbolicLink() && !entry.isLink();
                entry.setSize(plain ? content.length : 0);
                tar.putArchiveEntry(entry);
                if (plain) {
                    tar.write(content);
                }
                tar.closeArchiveEntry();
            }
        }
        String hex = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        Files.move(file, kept("sha256:" + hex));
        return "sha256:" + hex;
    }

    @Test
    void a_package_is_named_by_the_sha_256_of_its_bytes() throws Exception {
        Packages.Built built = packages.build(version("2.1.0"));
        String hex = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(kept(built.digest()))));
        assertThat(built.digest()).isEqualTo("sha256:" + hex);
        assertThat(built.files()).isEqualTo(CONTENT.size());
        assertThat(built.bytes()).isEqualTo(Files.size(kept(built.digest())));
        assertThat(built.location()).isEqualTo(kept(built.digest()).toString());
        assertThat(packages.observed(built.digest())).isEqualTo(built.digest());
    }

    @Test
    void the_same_content_gives_the_same_package_wherever_and_whenever_it_is_built() throws Exception {
        String first = packages.build(version("here")).digest();
        Path there = version("there");
        Files.setLastModifiedTime(there.resolve("index.html"), FileTime.from(Instant.EPOCH));
        Files.createDirectories(there.resolve("empty"));
        assertThat(new Packages(folder.resolve("other")).build(there).digest()).isEqualTo(first);
        assertThat(packages.build(there).digest()).isEqualTo(first);

        Files.writeString(there.resolve("index.html"), "<h1>2.1.1</h1>");
        assertThat(packages.build(there).digest()).isNotEqualTo(first);
    }

    @Test
    void what_may_be_executed_is_part_of_the_package() throws Exception {
        String first = packages.build(version("2.1.0")).digest();
        Files.setPosixFilePermissions(
                folder.resolve("2.1.0/run.sh"), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(packages.build(folder.resolve("2.1.0")).digest()).isNotEqualTo(first);
    }

    @Test
    void nothing_half_is_left_in_the_store() throws Exception {
        Path version = version("2.1.0");
        String digest = packages.build(version).digest();
        packages.test(digest, "migrations");
        Files.createSymbolicLink(version.resolve("link"), Path.of("run.sh"));
        assertThatThrownBy(() -> packages.build(version)).isInstanceOf(Packages.Unfit.class);
        assertThat(Folders.names(folder.resolve("store"))).containsOnlyKeys(Packages.hex(digest) + ".tar.gz");
    }

    @Test
    void what_cannot_be_packaged_is_named() throws Exception {
        assertThatThrownBy(() -> packages.build(folder.resolve("9.9.9")))
                .isInstanceOf(Packages.Unfit.class)
                .hasMessageContaining("9.9.9");
        assertThatThrownBy(() -> packages.build(Files.createDirectories(folder.resolve("empty"))))
                .isInstanceOf(Packages.Unfit.class)
                .hasMessageContaining("is empty");
        Path version = version("2.1.0");
        Files.createSymbolicLink(version.resolve("one"), Path.of("run.sh"));
        Files.createSymbolicLink(version.resolve("two"), Path.of("index.html"));
        assertThatThrownBy(() -> packages.build(version)).hasMessageContaining("one").hasMessageContaining("two");
    }

    @Test
    void it_unpacks_to_what_went_in() throws Exception {
        String digest = packages.build(version("2.1.0")).digest();
        Path out = Files.createDirectories(folder.resolve("out"));
        packages.unpack(digest, out);
        assertThat(Folders.read(out)).containsExactlyInAnyOrderEntriesOf(CONTENT);
        assertThat(Files.isExecutable(out.resolve("run.sh"))).isTrue();
        assertThat(Files.isExecutable(out.resolve("index.html"))).isFalse();
    }

    @Test
    void only_sql_in_the_folder_of_migrations_is_a_migration() throws Exception {
        String digest = packages.build(version("2.1.0")).digest();
        assertThat(packages.read(digest, "migrations")).containsOnlyKeys("V1__a.sql");
        assertThat(packages.read(digest, "settings")).isEmpty();
    }

    @Test
    void a_good_package_passes_all_checks() throws Exception {
        assertThat(packages.test(packages.build(version("2.1.0")).digest(), "migrations"))
                .allMatch(PackageCheck::passed)
                .extracting(PackageCheck::name)
                .containsExactly("digest", "unpack", "reproducible", "migrations");
    }

    @Test
    void an_empty_migration_fails_the_test() throws Exception {
        Path version = Folders.write(folder.resolve("v"), Map.of("a", "a", "migrations/V2.sql", " \n"));
        assertThat(failures(packages.build(version).digest())).containsExactly("migrations: empty: [V2.sql]");
    }

    @Test
    void a_damaged_or_lost_package_fails_the_test_and_is_never_unpacked() throws Exception {
        String digest = packages.build(version("2.1.0")).digest();
        Path other = Folders.write(folder.resolve("other"), Map.of("index.html", "evil", "migrations/V1.sql", "drop"));
        Files.copy(
                kept(packages.build(other).digest()),
                kept(digest),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(failures(digest)).singleElement().asString().startsWith("digest: the kept file is sha256:");
        Path out = Files.createDirectories(folder.resolve("out"));
        assertThatThrownBy(() -> packages.unpack(digest, out)).hasMessageContaining("is in truth");
        assertThatThrownBy(() -> packages.read(digest, "migrations")).hasMessageContaining("is in truth");

        Files.delete(kept(digest));
        assertThat(packages.observed(digest)).isNull();
        assertThat(failures(digest)).containsExactly("digest: the kept file is null");
        assertThatThrownBy(() -> packages.unpack(digest, out))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no longer kept");
    }

    @Test
    void bytes_behind_the_end_count_as_well() throws Exception {
        String digest = packages.build(version("2.1.0")).digest();
        try (OutputStream end = Files.newOutputStream(kept(digest), StandardOpenOption.APPEND)) {
            end.write(new byte[100_000]);
        }
        Path out = Files.createDirectories(folder.resolve("out"));
        assertThatThrownBy(() -> packages.unpack(digest, out)).isInstanceOf(Exception.class);
    }

    private List<String> failures(String digest) throws IOException {
        return packages.test(digest, "migrations").stream()
                .filter(check -> !check.passed())
                .map(check -> check.name() + ": " + check.detail())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside.txt", "a/../../outside.txt", "/outside.txt", "..", "a/.."})
    void an_entry_that_leaves_the_folder_is_refused(String name) throws Exception {
        String digest = foreign(new TarArchiveEntry(name, true));
        Path out = Files.createDirectories(folder.resolve("out"));
        assertThatThrownBy(() -> packages.unpack(digest, out)).isInstanceOf(IllegalArgumentException.class);
        assertThat(folder.resolve("outside.txt")).doesNotExist();
        assertThat(failures(digest)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(bytes = {
        TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_FIFO, TarConstants.LF_CHR, TarConstants.LF_BLK
    })
    void an_entry_that_is_no_plain_file_is_refused(byte kind) throws Exception {
        TarArchiveEntry entry = new TarArchiveEntry("odd", kind);
        entry.setLinkName("/etc/passwd");
        String digest = foreign(entry);
        Path out = Files.createDirectories(folder.resolve("out"));
        assertThatThrownBy(() -> packages.unpack(digest, out)).hasMessageContaining("odd");
        assertThat(Folders.names(out)).isEmpty();
        assertThat(failures(digest)).isNotEmpty();
    }

    @Test
    void an_entry_that_is_there_twice_is_refused() throws Exception {
        String digest = foreign(new TarArchiveEntry("a"), new TarArchiveEntry("a"));
        Path out = Files.createDirectories(folder.resolve("out"));
        assertThatThrownBy(() -> packages.unpack(digest, out)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "sha256:../../x", "abc", "sha256:AAAA"})
    void a_name_that_is_no_digest_is_refused(String name) {
        assertThatThrownBy(() -> packages.observed(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void one_bit_that_rotted_is_found() throws Exception {
        String digest = packages.build(version("2.1.0")).digest();
        byte[] bytes = Files.readAllBytes(kept(digest));
        bytes[bytes.length / 2] ^= 1;
        Files.write(kept(digest), bytes);
        assertThat(packages.test(digest, "migrations")).noneMatch(PackageCheck::passed);
        Path out = Files.createDirectories(folder.resolve("out"));
        assertThatThrownBy(() -> packages.unpack(digest, out)).isInstanceOf(Exception.class);
    }
}
