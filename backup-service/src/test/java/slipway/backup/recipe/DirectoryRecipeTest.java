package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.program.Installed;
import slipway.program.Programs;

class DirectoryRecipeTest {

    @TempDir
    private Path work;

    private final DirectoryRecipe recipe = new DirectoryRecipe(Clock.systemUTC());
    private Path source;
    private Item item;

    @BeforeEach
    void make() throws Exception {
        source = Files.createDirectories(work.resolve("source"));
        Files.createDirectories(source.resolve("a/empty"));
        Files.writeString(source.resolve("a/settings.yaml"), "answer: 42\n");
        Files.write(source.resolve("big"), new byte[300_000]);
        Files.writeString(source.resolve("näme " + "x".repeat(150)), "long name");
        Files.createSymbolicLink(source.resolve("link"), Path.of("a/settings.yaml"));
        Files.createSymbolicLink(source.resolve("outside"), Path.of("/nowhere/at/all"));
        // The platform's own paths have no slash at the end.
        assertThat(new ProcessBuilder("ln", "-s", "a/", source.resolve("slash").toString()).start().waitFor()).isZero();
        Files.setPosixFilePermissions(source.resolve("big"), PosixFilePermissions.fromString("r-x-wx--x"));
        Files.setLastModifiedTime(source.resolve("big"), FileTime.fromMillis(1_700_000_000_123L));
        Files.setPosixFilePermissions(source.resolve("a"), PosixFilePermissions.fromString("r-x------"));
        item = new Item("configuration", "directory", Map.of("path", source.toString()));
    }

    @Test
    void whose_files_are_to_be_is_looked_at_before_the_first_capture() {
        assertThat(recipe.faults(Map.of("owners", "somebody")))
                .containsExactly(Map.entry("owners", "'kept' or 'restorer' is needed, not 'somebody'"));
        assertThat(recipe.faults(Map.of("owners", "restorer"))).isEmpty();
    }

    @Test
    void names_modes_times_links_and_contents_come_back() throws Exception {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        Capture capture = recipe.capture(item, "BKP-1", tar);
        Path restored = work.resolve("restored");
        assertThat(recipe.restore(item, capture.notes(), new ByteArrayInputStream(tar.toByteArray()), restored))
                .isEqualTo(capture.contents());
        assertThat(restored.resolve("a/settings.yaml")).hasContent("answer: 42\n");
        assertThat(Files.readSymbolicLink(restored.resolve("outside"))).hasToString("/nowhere/at/all");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(restored.resolve("big"))))
                .isEqualTo("r-x-wx--x");
        assertThat(Files.getLastModifiedTime(restored.resolve("big")).toMillis()).isEqualTo(1_700_000_000_123L);
        assertThat(restored.resolve("a/empty")).isEmptyDirectory();
    }

    @Test
    void a_changed_byte_name_or_mode_changes_the_look() throws Exception {
        String look = TreeLook.of(source).digest();
        Files.writeString(source.resolve("more"), "1");
        String more = TreeLook.of(source).digest();
        Files.writeString(source.resolve("more"), "2");
        String other = TreeLook.of(source).digest();
        Files.setPosixFilePermissions(source.resolve("more"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(look).isNotIn(more, other, TreeLook.of(source).digest());
        assertThat(more).isNotIn(other, TreeLook.of(source).digest());
        assertThat(other).isNotEqualTo(TreeLook.of(source).digest());
    }

    @Test
    void nothing_is_written_outside_of_the_scratch_directory() throws Exception {
        for (String name : new String[] {"../escaped", "link/escaped"}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (TarArchiveOutputStream tar = Tree.tar(out)) {
                TarArchiveEntry link = new TarArchiveEntry("link", TarArchiveEntry.LF_SYMLINK);
                link.setLinkName("..");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
                Tree.put(name, new byte[1], tar);
            }
            Path scratch = work.resolve("scratch-" + name.length());
            assertThatThrownBy(() -> Tree.read(new ByteArrayInputStream(out.toByteArray()), scratch, Owners.KEPT))
                    .hasMessageContaining("leads out of the backup");
            assertThat(work.resolve("escaped")).doesNotExist();
        }
    }

    @Test
    void what_is_not_there_is_not_captured() {
        Item missing = new Item("configuration", "directory", Map.of("path", work.resolve("none").toString()));
        assertThatThrownBy(() -> recipe.capture(missing, "BKP-1", new ByteArrayOutputStream()))
                .hasMessageContaining("is no directory");
    }

    /// Root can give files to others; everybody else keeps what is their own.
    private static int somebody(Path path) throws Exception {
        return Inode.of(path).uid() == 0 ? 12_345 : Inode.of(path).uid();
    }

    private Map<String, String> restored(Capture capture, ByteArrayOutputStream tar, Path to) throws Exception {
        return recipe.restore(item, capture.notes(), new ByteArrayInputStream(tar.toByteArray()), to);
    }

    @Test
    void owners_set_id_and_sticky_bits_and_hard_links_come_back() throws Exception {
        int somebody = somebody(source);
        Path program = Files.writeString(source.resolve("program"), "#!/bin/true");
        Inode.own(program, somebody, Inode.of(program).gid());
        Inode.mode(program, 04750);
        Inode.own(source.resolve("outside"), somebody, Inode.of(program).gid());
        Inode.mode(source.resolve("a"), 03755);
        Files.createLink(source.resolve("a/again"), source.resolve("big"));

        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        Capture capture = recipe.capture(item, "BKP-1", tar);
        Path restored = work.resolve("restored");

        assertThat(restored(capture, tar, restored)).isEqualTo(capture.contents()).containsKeys("attributes", "owners");
        assertThat(Inode.of(restored.resolve("program")).mode()).isEqualTo(04750);
        assertThat(Inode.of(restored.resolve("program")).uid()).isEqualTo(somebody);
        assertThat(Inode.of(restored.resolve("outside")).uid()).isEqualTo(somebody);
        assertThat(Inode.of(restored.resolve("a")).mode()).isEqualTo(03755);
        assertThat(Inode.of(restored.resolve("a/again")).key()).isEqualTo(Inode.of(restored.resolve("big")).key());
        assertThat(Files.readAllBytes(restored.resolve("a/again"))).hasSize(300_000);
        assertThat(capture.notes()).containsEntry("attributes", "owners, set-id and sticky bits, hard links");

        Map<String, String> look = recipe.look(item);
        assertThat(look).isEqualTo(capture.contents());
        Inode.mode(source.resolve("a"), 0755);
        assertThat(recipe.look(item)).isNotEqualTo(look);
        Inode.mode(source.resolve("a"), 03755);
        assertThat(recipe.look(item)).isEqualTo(look);
        Files.delete(source.resolve("a/again"));
        Files.copy(source.resolve("big"), source.resolve("a/again"), StandardCopyOption.COPY_ATTRIBUTES);
        Inode.mode(source.resolve("a"), 03755);
        assertThat(recipe.look(item).get("tree")).isEqualTo(look.get("tree"));
        assertThat(recipe.look(item).get("attributes")).isNotEqualTo(look.get("attributes"));
    }

    @Test
    void what_an_older_version_sealed_comes_back_and_is_looked_at_as_it_was_then() throws Exception {
        // Owners were those of nobody, and contents had two names.
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = Tree.tar(out)) {
            TarArchiveEntry top = new TarArchiveEntry("./");
            top.setMode(0755);
            tar.putArchiveEntry(top);
            tar.closeArchiveEntry();
            Tree.put("file", "1".getBytes(), tar);
        }
        Path restored = work.resolve("restored");
        Map<String, String> contents = recipe.restore(item, Map.of(), new ByteArrayInputStream(out.toByteArray()), restored);
        assertThat(contents).containsOnlyKeys("files", "tree");
        assertThat(Inode.of(restored.resolve("file")).uid()).isEqualTo(Inode.of(work).uid());
        assertThat(recipe.restores(1)).isTrue();
        assertThat(recipe.restores(3)).isFalse();
        Item there = new Item("configuration", "directory", Map.of("path", restored.toString()));
        assertThat(recipe.look(there, Map.of())).isEqualTo(contents);
        // The digest of such a tree, as it was when sets had no more than this.
        assertThat(contents)
                .containsEntry("tree", "sha256:af345abdbeb60ea10e90e0eb12ad2e1e968d8b850d1c1a035a237b306d111d27");
    }

    @Test
    void what_cannot_be_kept_is_named_all_of_it_and_not_captured() throws Exception {
        Installed.program("mkfifo");
        Programs.run(List.of("mkfifo", "pipe"), source, Map.of(), Duration.ofSeconds(10));
        Path odd = Path.of(URI.create(source.toUri() + "not%FFutf8"));
        Files.writeString(odd, "1");
        Files.createSymbolicLink(source.resolve("leads"), odd.getFileName());
        assertThatThrownBy(() -> recipe.capture(item, "BKP-1", new ByteArrayOutputStream()))
                .hasMessageContaining("cannot be kept: ")
                .hasMessageContaining("pipe is a pipe, a socket or a device")
                .hasMessageContaining("/not%FFutf8 is no name in UTF-8")
                .hasMessageContaining("leads leads to what is no name in UTF-8");
        for (int i = 0; i < 30; i++) {
            Files.writeString(Path.of(URI.create(source.toUri() + "%FF" + i)), "1");
        }
        assertThatThrownBy(() -> recipe.look(item)).hasMessageContaining("; and 13 more");
    }

    @Test
    void owners_that_only_root_could_give_back_are_named_unless_they_are_given_up() throws Exception {
        assertThatThrownBy(() -> Oddities.of(source, _ -> true, Owners.KEPT, false, (_, _) -> false))
                .hasMessageContaining("a/settings.yaml belongs to " + Inode.of(source).owner() + ", which only root could give back");
        Inode.mode(source.resolve("big"), 04755);
        assertThatThrownBy(() -> Oddities.of(source, _ -> true, Owners.RESTORER, false, (_, _) -> false))
                .hasMessageContaining("big runs as its owner or group")
                .hasMessageNotContaining("belongs to");
        Inode.mode(source.resolve("big"), 0755);
        Inode.own(source.resolve("big"), somebody(source), Inode.of(source).gid());
        item = new Item("configuration", "directory", Map.of("path", source.toString(), "owners", "restorer"));
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        Capture capture = recipe.capture(item, "BKP-1", tar);
        Path restored = work.resolve("restored");
        assertThat(restored(capture, tar, restored)).isEqualTo(capture.contents()).doesNotContainKey("owners");
        assertThat(Inode.of(restored.resolve("big")).uid()).isEqualTo(Inode.of(work).uid());
        Item wrong = new Item("configuration", "directory", Map.of("path", source.toString(), "owners", "mine"));
        assertThatThrownBy(() -> recipe.look(wrong)).hasMessageContaining("'kept' or 'restorer' is needed, not 'mine'");
    }

    @Test
    void a_name_outside_of_the_directory_is_told() throws Exception {
        Files.createLink(work.resolve("outside"), source.resolve("a/settings.yaml"));
        Capture capture = recipe.capture(item, "BKP-1", new ByteArrayOutputStream());
        assertThat(capture.notes().get("warnings")).contains("other names outside of the directory").endsWith(": a/settings.yaml");
    }

    /// What a JVM does that was started without a locale.
    static final class Elsewhere {
        public static void main(String[] arguments) throws Exception {
            Recipe recipe = new DirectoryRecipe(Clock.systemUTC());
            Item item = new Item("configuration", "directory", Map.of("path", "source"));
            if (arguments[0].equals("capture")) {
                recipe.capture(item, "BKP-1", new ByteArrayOutputStream());
            } else {
                recipe.restore(item, Map.of(), Files.newInputStream(Path.of("tar")), Path.of("restored"));
            }
        }
    }

    @Test
    void in_a_locale_without_umlauts_a_file_with_one_is_named_and_not_captured() throws Exception {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        recipe.capture(item, "BKP-1", tar);
        Files.write(work.resolve("tar"), tar.toByteArray());
        for (String verb : List.of("capture", "restore")) {
            Programs.Ended ended = Programs.run(
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Elsewhere.class.getName(),
                            verb),
                    work,
                    Map.of("LC_ALL", "C"),
                    Duration.ofMinutes(1));
            assertThat(ended.exit()).isEqualTo(1);
            assertThat(ended.err())
                    .contains(
                            verb.equals("capture")
                                    ? "n%C3%A4me%20" + "x".repeat(150) + " is no name in ANSI_X3.4-1968, start this service with LC_ALL=C.UTF-8"
                                    : "cannot be written in ANSI_X3.4-1968, start this service with LC_ALL=C.UTF-8");
        }
    }
}
