package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.Item;
import slipway.backup.recipe.Recipe;

/// What the service's recipes find when it starts.
class RecipeBookTest {

    @TempDir
    private Path folder;

    private RecipeBook book() throws Exception {
        return new RecipeBook(List.of(), BackupProperties.in(folder), Clock.systemUTC());
    }

    private Path looks(ProcessHandle process) throws Exception {
        return folder.resolve("work/looks-" + word(process));
    }

    /// As no clock that is set changes it: the ticks at its start, and which start of the machine that was.
    private static String word(ProcessHandle process) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).replace("-", "").substring(0, 12);
        return process.pid() + "-" + stat.replaceFirst("^.*\\) ", "").split(" ")[19] + "b" + boot;
    }

    @Test
    void a_look_that_was_killed_leaves_no_secret_for_longer_than_until_the_next_start() throws Exception {
        Process killed = new ProcessBuilder("sleep", "300").start();
        Process served = new ProcessBuilder("sleep", "300").start();
        Process other = new ProcessBuilder("sleep", "300").start();
        try {
            Path looks = looks(killed.toHandle());
            Path left = Files.createDirectories(looks.resolve("slipway-1"));
            Files.writeString(left.resolve("secret-password"), "a planted secret");
            Files.writeString(
                    left.resolve("served"),
                    word(served.toHandle()) + "\n");
            Files.createDirectories(looks.resolve("slipway-1.tree/part"));
            killed.destroyForcibly().waitFor();
            Path theirs = Files.createDirectories(looks(other.toHandle()).resolve("slipway-1"));
            Path ours = Files.createDirectories(looks(ProcessHandle.current()).resolve("slipway-1"));
            book();
            assertThat(looks).doesNotExist();
            assertThat(served.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(theirs).as("another process looks at the same time").exists();
            assertThat(ours).exists();
        } finally {
            killed.destroyForcibly();
            served.destroyForcibly();
            other.destroyForcibly();
        }
    }

    @Test
    void a_look_works_where_the_next_start_finds_what_it_left() throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("logs")).resolve("one.log"), "a line\n");
        Recipe recipe = book().find("log-files").orElseThrow();
        recipe.look(new Item("logs", "log-files", Map.of("directory", folder.resolve("logs").toString())));
        assertThat(looks(ProcessHandle.current())).isEmptyDirectory();
    }

    @Test
    void a_recipe_of_ones_own_that_names_one_that_is_not_there_is_a_fault() throws Exception {
        Path own = Files.createDirectory(folder.resolve("own"));
        Files.writeString(own.resolve("disk.yaml"), """
                id: disk
                version: 1
                system: disks
                category: STORAGE
                tier: CONTRACT_ONLY
                summary: A snapshot of a disk.
                consistency: as after a crash
                provenBy: [dump]
                programs: [echo]
                look: [{run: [echo, a], tell: [{name: a, match: (a)}]}]
                capture: [{run: [echo, a]}]
                restoreScratch: [{run: [echo, a]}]
                """);
        BackupProperties places = new BackupProperties(folder, null, null, null, null, own, null, null, null, null);
        assertThatThrownBy(() -> new RecipeBook(List.of(), places, Clock.systemUTC()))
                .hasMessageContaining("disk: provenBy: there is no recipe 'dump'");
    }
}
