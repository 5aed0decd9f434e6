package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.messaging.Journal;
import slipway.release.domain.ReleaseEvent.PackageCheck;

class PackagesTest {

    @TempDir
    Path directory;

    private Packages packages;
    private Path product;

    @BeforeEach
    void make() throws IOException {
        packages = new Packages(directory.resolve("store"));
        product = Files.createDirectories(directory.resolve("product"));
        Files.createDirectories(product.resolve("migrations"));
        Files.writeString(product.resolve("index.html"), "<h1>shop</h1>");
        Files.writeString(product.resolve("start"), "#!/bin/sh\n");
        assertThat(product.resolve("start").toFile().setExecutable(true)).isTrue();
        Files.writeString(product.resolve("migrations/V2.sql"), "select 2");
        Files.writeString(product.resolve("migrations/V1.sql"), "select 1");
    }

    @Test
    void the_same_content_gives_the_same_digest_whenever_and_wherever_it_is_packed() throws Exception {
        String first = packages.build(product).digest();
        Files.setLastModifiedTime(product.resolve("index.html"), FileTime.fromMillis(1));
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        new Packages(elsewhere);

        assertThat(packages.build(product).digest()).isEqualTo(first);
        assertThat(new Packages(elsewhere).build(product).digest()).isEqualTo(first);
        Files.writeString(product.resolve("index.html"), "<h1>Shop</h1>");
        assertThat(packages.build(product).digest()).isNotEqualTo(first);
    }

    @Test
    void what_is_unpacked_is_what_was_packed() throws Exception {
        String digest = packages.build(product).digest();
        Path into = Files.createDirectories(directory.resolve("into"));

        packages.unpack(digest, into);

        assertThat(into.resolve("index.html")).hasContent("<h1>shop</h1>");
        assertThat(into.resolve("start").toFile().canExecute()).isTrue();
        assertThat(into.resolve("migrations/V1.sql")).exists();
        assertThat(packages.read(digest, "migrations").firstKey()).isEqualTo("V1.sql");
    }

    @Test
    void a_good_package_passes_its_test_and_leaves_nothing_behind() throws Exception {
        String digest = packages.build(product).digest();

        assertThat(packages.test(digest, "migrations")).isNotEmpty().allMatch(PackageCheck::passed);
        try (var left = Files.list(directory.resolve("store"))) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void a_package_that_rotted_or_is_gone_fails_its_test() throws Exception {
        String digest = packages.build(product).digest();
        Path kept = directory.resolve("store").resolve(Packages.hex(digest) + ".tar.gz");
        byte[] bytes = Files.readAllBytes(kept);
        bytes[bytes.length / 2] ^= 1;
        Files.write(kept, bytes);
        assertThat(packages.test(digest, "migrations")).noneMatch(PackageCheck::passed);

        Files.delete(kept);
        assertThat(packages.observed(digest)).isNull();
        assertThat(packages.test(digest, "migrations")).noneMatch(PackageCheck::passed);
    }

    @Test
    void an_empty_migration_fails_the_test() throws Exception {
        Files.writeString(product.resolve("migrations/V3.sql"), " \n");

        assertThat(packages.test(packages.build(product).digest(), "migrations"))
                .filteredOn(check -> !check.passed())
                .extracting(PackageCheck::detail)
                .containsExactly("empty: [V3.sql]");
    }

    @Test
    void what_is_missing_empty_or_a_link_is_not_packed() throws IOException {
        assertThatThrownBy(() -> packages.build(directory.resolve("nowhere"))).hasMessageContaining("there is no");
        Path empty = Files.createDirectories(directory.resolve("empty"));
        assertThatThrownBy(() -> packages.build(empty)).hasMessageContaining("is empty");
        Files.createSymbolicLink(product.resolve("link"), Path.of("/etc/passwd"));
        assertThatThrownBy(() -> packages.build(product)).hasMessageContaining("neither files nor folders");
    }

    @Test
    void an_entry_that_leaves_the_folder_is_not_unpacked() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            TarArchiveEntry entry = new TarArchiveEntry("../outside", true);
            entry.setSize(1);
            tar.putArchiveEntry(entry);
            tar.write('x');
            tar.closeArchiveEntry();
        }
        String digest = "sha256:" + Journal.hash(bytes.toByteArray());
        Files.write(directory.resolve("store").resolve(Packages.hex(digest) + ".tar.gz"), bytes.toByteArray());
        Path into = Files.createDirectories(directory.resolve("into"));

        assertThatThrownBy(() -> packages.unpack(digest, into)).hasMessageContaining("../outside");
        assertThat(directory.resolve("outside")).doesNotExist();
        assertThatThrownBy(() -> Packages.hex("sha256:../../etc")).isInstanceOf(IllegalArgumentException.class);
    }
}
