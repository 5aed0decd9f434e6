package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryDeployerTest {

    private static final String FIRST = "REL-CHG-1";
    private static final String SECOND = "REL-CHG-2";

    @TempDir
    Path folder;

    private Path store;
    private Path instance;
    private DirectoryDeployer deployer;
    private String old;
    private String fresh;

    @BeforeEach
    void two_packages() throws Exception {
        store = folder.resolve("store");
        instance = Files.createDirectories(folder.resolve("instance"));
        Packages packages = new Packages(store);
        deployer = new DirectoryDeployer(packages);
        old = packages.build(Folders.write(folder.resolve("1"), Map.of("index.html", "old", "a/b", "old")))
                .digest();
        fresh = packages.build(Folders.write(folder.resolve("2"), Map.of("index.html", "new", "a/b", "new")))
                .digest();
    }

    private Path release(String digest) {
        return instance.resolve("releases").resolve(Packages.hex(digest));
    }

    private String served() throws IOException {
        return Files.readString(instance.resolve("current/index.html"));
    }

    /// The instance as the first release left it.
    private void running_old() throws IOException {
        deployer.apply(instance, FIRST, old);
    }

    @Test
    void an_instance_runs_what_current_leads_to() throws IOException {
        assertThat(deployer.probe(instance)).isNull();
        assertThat(deployer.apply(instance, FIRST, old)).as("adopted").isFalse();
        assertThat(deployer.probe(instance)).isEqualTo(old);
        assertThat(Files.readSymbolicLink(instance.resolve("current")))
                .isEqualTo(Path.of("releases", Packages.hex(old)));
        assertThat(Folders.read(release(old)))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("index.html", "old", "a/b", "old", DirectoryDeployer.IDENTITY, old + "\n"));
        assertThat(Files.getPosixFilePermissions(release(old))).as("readable by the web server").hasSize(7);
    }

    @Test
    void done_again_it_is_found_done() throws IOException {
        running_old();
        deployer.apply(instance, SECOND, fresh);
        assertThat(deployer.apply(instance, SECOND, fresh)).as("adopted").isTrue();
        assertThat(served()).isEqualTo("new");
        assertThat(deployer.previous(instance, SECOND)).as("still the one before").isEqualTo(old);
    }

    @Test
    void it_goes_back_to_what_ran_before() throws IOException {
        running_old();
        deployer.apply(instance, SECOND, fresh);
        assertThat(deployer.undo(instance, SECOND, fresh)).as("adopted").isFalse();
        assertThat(served()).isEqualTo("old");
        assertThat(deployer.undo(instance, SECOND, fresh)).as("adopted").isTrue();
        assertThat(served()).isEqualTo("old");
    }

    @Test
    void where_nothing_ran_nothing_runs_again() throws IOException {
        deployer.apply(instance, FIRST, old);
        assertThat(deployer.previous(instance, FIRST)).isNull();
        assertThat(deployer.undo(instance, FIRST, old)).isFalse();
        assertThat(deployer.probe(instance)).isNull();
        assertThat(instance.resolve("current")).doesNotExist();
        assertThat(deployer.undo(instance, FIRST, old)).isTrue();
    }

    @Test
    void an_instance_that_the_release_never_reached_stays() throws IOException {
        running_old();
        assertThat(deployer.previous(instance, SECOND)).as("goes back to what it runs").isEqualTo(old);
        assertThat(deployer.undo(instance, SECOND, fresh)).isTrue();
        assertThat(served()).isEqualTo("old");
    }

    @Test
    void what_a_later_release_put_there_stays() throws IOException {
        running_old();
        deployer.apply(instance, SECOND, fresh);
        assertThat(deployer.undo(instance, FIRST, old)).isTrue();
        assertThat(served()).isEqualTo("new");
    }

    @Test
    void the_same_digest_again_needs_no_way_back() throws IOException {
        running_old();
        assertThat(deployer.apply(instance, SECOND, old)).isTrue();
        assertThat(deployer.undo(instance, SECOND, old)).isTrue();
        assertThat(served()).isEqualTo("old");
    }

    @Test
    void whatever_a_crash_left_the_next_try_finishes() throws IOException {
        running_old();
        // Died while unpacking, …
        Folders.write(instance.resolve("releases/.half-123"), Map.of("index.html", "ne"));
        // … while writing the link anew, …
        Files.createSymbolicLink(instance.resolve(".current.new"), Path.of("releases/nowhere"));
        // … or while keeping the way back.
        Files.createDirectories(instance.resolve("rollback"));
        Files.createSymbolicLink(instance.resolve("rollback/." + SECOND + ".new"), Path.of("nowhere"));

        assertThat(deployer.apply(instance, SECOND, fresh)).isFalse();
        assertThat(served()).isEqualTo("new");
        assertThat(deployer.previous(instance, SECOND)).isEqualTo(old);
        assertThat(Folders.names(instance.resolve("releases")))
                .containsOnlyKeys(Packages.hex(old), Packages.hex(fresh));
        assertThat(Folders.names(instance)).containsOnlyKeys("current", "releases", "rollback");
    }

    @Test
    void after_a_crash_behind_the_switch_the_way_back_is_not_forgotten() throws IOException {
        running_old();
        deployer.apply(instance, SECOND, fresh);
        DirectoryDeployer restarted = new DirectoryDeployer(new Packages(store));
        assertThat(restarted.apply(instance, SECOND, fresh)).isTrue();
        assertThat(restarted.undo(instance, SECOND, fresh)).isFalse();
        assertThat(served()).isEqualTo("old");
    }

    @Test
    void after_a_crash_before_the_switch_it_is_unpacked_already_and_only_switched() throws Exception {
        running_old();
        deployer.apply(instance, SECOND, fresh);
        deployer.undo(instance, SECOND, fresh);
        Files.delete(store.resolve(Packages.hex(fresh) + ".tar.gz"));
        assertThat(deployer.holds(instance, fresh)).isTrue();
        assertThat(deployer.apply(instance, SECOND, fresh)).isFalse();
        assertThat(served()).isEqualTo("new");
    }

    @Test
    void a_lost_or_damaged_package_leaves_the_instance_as_it_was() throws IOException {
        running_old();
        Path kept = store.resolve(Packages.hex(fresh) + ".tar.gz");
        Files.copy(
                store.resolve(Packages.hex(old) + ".tar.gz"), kept, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> deployer.apply(instance, SECOND, fresh)).hasMessageContaining("is in truth");
        Files.delete(kept);
        assertThatThrownBy(() -> deployer.apply(instance, SECOND, fresh)).hasMessageContaining("no longer kept");
        assertThat(served()).isEqualTo("old");
        assertThat(deployer.holds(instance, fresh)).isFalse();
    }

    @Test
    void what_was_tidied_away_is_unpacked_again_before_going_back_to_it() throws IOException {
        running_old();
        deployer.apply(instance, SECOND, fresh);
        Trees.delete(release(old));
        deployer.undo(instance, SECOND, fresh);
        assertThat(served()).isEqualTo("old");
    }

    @Test
    void where_there_is_no_way_back_any_more_it_stays_and_says_so() throws IOException {
        running_old();
        deployer.apply(instance, SECOND, fresh);
        Trees.delete(release(old));
        Files.delete(store.resolve(Packages.hex(old) + ".tar.gz"));
        assertThatThrownBy(() -> deployer.undo(instance, SECOND, fresh)).hasMessageContaining("no longer kept");
        assertThat(served()).as("a bad release is better than none").isEqualTo("new");
    }

    @Test
    void what_is_named_by_no_digest_is_not_taken_for_nothing() throws IOException {
        Files.createDirectories(instance.resolve("releases/by-hand"));
        Files.createSymbolicLink(instance.resolve("current"), Path.of("releases/by-hand"));
        assertThatThrownBy(() -> deployer.probe(instance)).hasMessageContaining("named by no digest");
        assertThatThrownBy(() -> deployer.apply(instance, SECOND, fresh)).hasMessageContaining("named by no digest");
        assertThat(Files.readSymbolicLink(instance.resolve("current"))).isEqualTo(Path.of("releases/by-hand"));

        Files.delete(instance.resolve("current"));
        Files.createDirectories(instance.resolve("current"));
        assertThatThrownBy(() -> deployer.probe(instance)).hasMessageContaining("is no symbolic link");
    }

    @Test
    void a_release_that_somebody_else_put_there_learns_to_tell_its_digest() throws IOException {
        Folders.write(release(old), Map.of("index.html", "old"));
        Files.createSymbolicLink(instance.resolve("current"), Path.of("releases", Packages.hex(old)));
        deployer.apply(instance, SECOND, fresh);
        deployer.undo(instance, SECOND, fresh);
        assertThat(Files.readString(instance.resolve("current").resolve(DirectoryDeployer.IDENTITY)))
                .isEqualTo(old + "\n");
    }

    @Test
    void so_does_one_that_this_release_never_replaced() throws IOException {
        Folders.write(release(old), Map.of("index.html", "old"));
        Files.createSymbolicLink(instance.resolve("current"), Path.of("releases", Packages.hex(old)));
        assertThat(deployer.undo(instance, SECOND, fresh)).isTrue();
        assertThat(Files.readString(release(old).resolve(DirectoryDeployer.IDENTITY))).isEqualTo(old + "\n");
    }

    @Test
    void an_observer_sees_the_old_or_the_new_never_none() throws Exception {
        running_old();
        AtomicBoolean over = new AtomicBoolean();
        AtomicBoolean gap = new AtomicBoolean();
        Thread observer = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                try {
                    String seen = served();
                    gap.compareAndSet(false, !seen.equals("old") && !seen.equals("new"));
                } catch (IOException e) {
                    gap.set(true);
                }
            }
        });
        for (int i = 0; i < 200; i++) {
            deployer.apply(instance, SECOND, fresh);
            deployer.undo(instance, SECOND, fresh);
        }
        over.set(true);
        observer.join();
        assertThat(gap).isFalse();
    }
}
