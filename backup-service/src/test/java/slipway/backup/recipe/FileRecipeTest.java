package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.backup.recipe.LiveRecipes.capture;
import static slipway.backup.recipe.LiveRecipes.damaged;
import static slipway.backup.recipe.LiveRecipes.restore;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.LiveRecipes.Captured;
import slipway.backup.vault.Disk;
import slipway.program.Installed;
import slipway.program.Programs;

/// What is made of files: settings, archives, logs, certificates, directories. Each captured, damaged, restored and compared.
class FileRecipeTest {

    @TempDir
    private Path folder;

    @BeforeAll
    static void programs() {
        List.of("unzip", "restic", "openssl").forEach(Installed::program);
    }

    private Recipe recipe(String id) {
        return LiveRecipes.recipe(id, folder.resolve("work"));
    }

    private Programs.Ended run(String... argv) throws Exception {
        return Programs.run(List.of(argv), folder, Map.of(), Duration.ofSeconds(60));
    }

    private void good(String... argv) throws Exception {
        assertThat(run(argv)).satisfies(ended -> assertThat(ended.exit()).as(ended.words()).isZero());
    }

    /// As it was sealed, laid out so that a test can ask a tool about it.
    private Path laid(Captured captured) throws Exception {
        Path tree = Files.createTempDirectory(folder, "laid").resolve("tree");
        Tree.read(new ByteArrayInputStream(captured.bytes()), tree, Owners.KEPT);
        return tree;
    }

    @Test
    void an_env_file_comes_back_with_its_mode_and_one_that_is_cut_off_does_not_pass() throws Exception {
        Path file = Files.writeString(folder.resolve(".env"), "# shop\nDATABASE_URL=postgres://x\nexport TOKEN='a b'\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Item item = new Item("settings", "env-file", Map.of("file", file.toString()));
        Captured captured = capture(recipe("env-file"), item);
        Files.delete(file);
        assertThat(restore(recipe("env-file"), item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
        assertThat(folder.resolve("scratch/env")).content().contains("TOKEN='a b'");
        assertThat(Files.getPosixFilePermissions(folder.resolve("scratch/env"))).hasSize(3);
        assertThat(LiveRecipes.overwrite(recipe("env-file"), item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
        assertThat(file).content().contains("TOKEN='a b'");

        Captured cut = damaged(captured, folder, "env", bytes -> "DATABASE_URL=postgres://x\nexport TOK".getBytes());
        assertThatThrownBy(() -> restore(recipe("env-file"), item, cut, folder.resolve("cut")))
                .hasMessage("env does not fit on line 2");
    }

    private Path archive() throws IOException {
        Path file = folder.resolve("shop.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < 20; i++) {
                zip.putNextEntry(new ZipEntry("shop/Class" + i + ".class"));
                zip.write(("bytes of class " + i + " ").repeat(50).getBytes());
                zip.closeEntry();
            }
        }
        return file;
    }

    /// Of a damaged entry `unzip -Z`, which lists, says nothing.
    @Test
    void an_archive_comes_back_and_one_with_a_rotten_entry_does_not_pass() throws Exception {
        Path file = archive();
        Item item = new Item("shop", "java-archive", Map.of("file", file.toString()));
        Captured captured = capture(recipe("java-archive"), item);
        assertThat(captured.capture().contents()).containsEntry("entries", "20");
        Files.write(file, LiveRecipes.cut(Files.readAllBytes(file)));
        assertThat(restore(recipe("java-archive"), item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
        assertThat(LiveRecipes.overwrite(recipe("java-archive"), item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());

        Captured rotten = damaged(captured, folder, "archive", bytes -> {
            byte[] copy = bytes.clone();
            // In the data of the first entry, behind its heading.
            copy[60] ^= 0x55;
            return copy;
        });
        good("unzip", "-Z", "-t", laid(rotten).resolve("archive").toString());
        assertThatThrownBy(() -> restore(recipe("java-archive"), item, rotten, folder.resolve("rotten")))
                .hasMessageContaining("unzip failed");
    }

    @Test
    void logs_come_back_to_where_they_were_and_a_cut_stream_does_not_pass() throws Exception {
        Path logs = Files.createDirectories(folder.resolve("log/nginx")).getParent();
        Files.writeString(logs.resolve("syslog"), "line\n".repeat(1000));
        Files.writeString(logs.resolve("nginx/access.log"), "GET /\n".repeat(5000));
        Item item = new Item("logs", "log-files", Map.of("directory", logs.toString()));
        Captured captured = capture(recipe("log-files"), item);
        Files.writeString(logs.resolve("syslog"), "after\n", StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(restore(recipe("log-files"), item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents())
                .isEqualTo(Map.of("syslog", "5000", "nginx/access.log", "30000"));
        assertThat(folder.resolve("scratch/syslog")).content().startsWith("line\nline\n");

        Captured cut = new Captured(captured.capture(), LiveRecipes.cut(captured.bytes()));
        assertThatThrownBy(() -> restore(recipe("log-files"), item, cut, folder.resolve("cut")))
                .hasMessageContaining("tar failed with exit 2");
    }

    private void certificate(String name) throws Exception {
        good("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=" + name, "-keyout", folder.resolve(name + ".key").toString(),
                "-out", folder.resolve(name + ".pem").toString());
    }

    private Item tls(String certificate, String key) {
        return new Item("front", "tls-certificate", Map.of(
                "certificate", folder.resolve(certificate + ".pem").toString(),
                "key", folder.resolve(key + ".key").toString()));
    }

    @Test
    void a_certificate_comes_back_with_its_key_and_shakes_hands() throws Exception {
        certificate("shop");
        Captured captured = capture(recipe("tls-certificate"), tls("shop", "shop"));
        Files.delete(folder.resolve("shop.key"));
        assertThat(restore(recipe("tls-certificate"), tls("shop", "shop"), captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents())
                .containsKeys("fingerprint", "serial", "ends", "chain", "public key");
        assertThat(LiveRecipes.overwrite(
                        recipe("tls-certificate"), tls("shop", "shop"), captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
    }

    /// As certbot lays them out.
    @Test
    void what_links_lead_to_is_captured_and_put_back_and_the_links_stay() throws Exception {
        certificate("shop1");
        for (String end : List.of(".pem", ".key")) {
            Files.createSymbolicLink(folder.resolve("live" + end), Path.of("shop1" + end));
        }
        Captured captured = capture(recipe("tls-certificate"), tls("live", "live"));
        assertThat(laid(captured).resolve("key.pem")).isRegularFile();
        certificate("shop1");
        restore(recipe("tls-certificate"), tls("live", "live"), captured, folder.resolve("scratch"));
        assertThat(LiveRecipes.overwrite(
                        recipe("tls-certificate"), tls("live", "live"), captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
        assertThat(folder.resolve("live.key")).isSymbolicLink();
        assertThat(folder.resolve("shop1.key")).hasSameBinaryContentAs(folder.resolve("scratch/key.pem"));
    }

    /// openssl ends with 0 on each of the two.
    @Test
    void a_certificate_with_the_key_of_another_is_no_backup() throws Exception {
        certificate("shop");
        certificate("other");
        Captured mixed = capture(recipe("tls-certificate"), tls("shop", "other"));
        assertThatThrownBy(() -> restore(recipe("tls-certificate"), tls("shop", "other"), mixed, folder.resolve("mixed")))
                .hasMessageContaining("cmp failed with exit 1");
    }

    private Path directory() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("data/photos")).getParent();
        for (int i = 0; i < 30; i++) {
            Files.writeString(directory.resolve("photos/" + i), ("picture " + i + " ").repeat(2000));
        }
        return directory;
    }

    @Test
    void a_directory_comes_back_from_restic_as_it_was() throws Exception {
        Path directory = directory();
        Item item = new Item("data", "restic", Map.of("directory", directory.toString()));
        Captured captured = capture(recipe("restic"), item);
        assertThat(captured.capture().contents()).containsEntry("files", "30");
        Files.writeString(directory.resolve("photos/7"), "gone");
        assertThat(restore(recipe("restic"), item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
    }

    /// `restic backup` of a link keeps the link, which leads to the live data.
    @Test
    void what_a_link_leads_to_is_in_the_repository_and_comes_back_when_it_leads_elsewhere() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("current"), directory());
        Item item = new Item("data", "restic", Map.of("directory", link.toString()));
        Captured captured = capture(recipe("restic"), item);
        assertThat(captured.capture().contents()).containsEntry("files", "30");
        Files.delete(link);
        Files.createSymbolicLink(link, Files.createDirectory(folder.resolve("next")));
        Disk.delete(folder.resolve("data"));
        assertThat(restore(recipe("restic"), item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents());
    }

    /// As version 2 sealed it.
    @Test
    void a_set_that_has_a_link_alone_is_not_proven_by_what_the_link_leads_to() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("current"), directory());
        Item item = new Item("data", "restic", Map.of("directory", link.toString()));
        Captured captured = capture(recipe("restic"), item);
        Path tree = laid(captured);
        Disk.delete(tree.resolve("repository"));
        for (List<String> does : List.of(List.of("init"), List.of("backup", link.toString()))) {
            good(Stream.concat(
                            Stream.of("restic", "--no-cache", "--repo=" + tree.resolve("repository"), "--password-file=" + tree.resolve("password")),
                            does.stream())
                    .toArray(String[]::new));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        var tar = Tree.tar(out);
        Tree.write(tree, _ -> true, tar);
        tar.finish();
        Map<String, String> notes = new TreeMap<>(captured.capture().notes());
        notes.put("version", "2");
        assertThatThrownBy(() -> recipe("restic").restore(item, notes, new ByteArrayInputStream(out.toByteArray()), folder.resolve("scratch")))
                .hasMessageContaining("is a symbolic link out of what was restored, to " + folder.resolve("data"));
    }

    /// And what version 2 sealed of a directory.
    @Test
    void restic_keeps_attributes_so_nobody_is_warned_and_one_that_differs_is_seen() throws Throwable {
        Path directory = directory();
        AttributesTest.set(directory.resolve("photos/7"), "user.note", "before".getBytes());
        Item item = new Item("data", "restic", Map.of("directory", directory.toString()));
        Captured captured = capture(recipe("restic"), item);
        assertThat(captured.capture().notes()).doesNotContainKey("warnings");
        assertThat(restore(recipe("restic"), item, captured, folder.resolve("scratch")))
                .isEqualTo(captured.capture().contents())
                .containsKey("extended attributes");
        AttributesTest.set(directory.resolve("photos/7"), "user.note", "after".getBytes());
        assertThat(recipe("restic").look(item, captured.capture().notes()).get("extended attributes"))
                .isNotEqualTo(captured.capture().contents().get("extended attributes"));

        Map<String, String> older = new TreeMap<>(captured.capture().notes());
        older.put("version", "2");
        assertThat(recipe("restic").restore(item, older, new ByteArrayInputStream(captured.bytes()), folder.resolve("older")))
                .isEqualTo(recipe("restic").look(item, older))
                .containsOnlyKeys("files", "tree", "attributes", "owners");
    }

    /// `restic check`, as people run it, says 0 to this.
    @Test
    void a_rotten_pack_of_which_restic_says_nothing_unless_it_reads_it_is_no_backup() throws Exception {
        Item item = new Item("data", "restic", Map.of("directory", directory().toString()));
        Captured captured = capture(recipe("restic"), item);
        Path largest;
        Path laid = laid(captured);
        try (var files = Files.walk(laid.resolve("repository/data"))) {
            largest = files.filter(Files::isRegularFile)
                    .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
        }
        Captured rotten = damaged(captured, folder, laid.relativize(largest).toString(), bytes -> {
            byte[] copy = bytes.clone();
            copy[100] ^= 0x01;
            return copy;
        });
        Path again = laid(rotten);
        good("restic", "--no-cache", "--repo=" + again.resolve("repository"),
                "--password-file=" + again.resolve("password"), "check");
        assertThatThrownBy(() -> restore(recipe("restic"), item, rotten, folder.resolve("rotten")))
                .hasMessageContaining("restic failed with exit 1");
    }
}
