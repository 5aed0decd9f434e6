package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        Files.setPosixFilePermissions(source.resolve("big"), PosixFilePermissions.fromString("r-x-wx--x"));
        Files.setLastModifiedTime(source.resolve("big"), FileTime.fromMillis(1_700_000_000_123L));
        Files.setPosixFilePermissions(source.resolve("a"), PosixFilePermissions.fromString("r-x------"));
        item = new Item("configuration", "directory", Map.of("path", source.toString()));
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
        String look = Tree.look(source).digest();
        Files.writeString(source.resolve("more"), "1");
        String more = Tree.look(source).digest();
        Files.writeString(source.resolve("more"), "2");
        String other = Tree.look(source).digest();
        Files.setPosixFilePermissions(source.resolve("more"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(look).isNotIn(more, other, Tree.look(source).digest());
        assertThat(more).isNotIn(other, Tree.look(source).digest());
        assertThat(other).isNotEqualTo(Tree.look(source).digest());
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
            assertThatThrownBy(() -> Tree.read(new ByteArrayInputStream(out.toByteArray()), scratch))
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
}
