package slipway.release.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.http.Form;
import slipway.release.domain.Shape;
import slipway.release.packages.Folders;
import slipway.release.packages.Packages;
import slipway.release.packages.Trees;

class DirectoryDeployerTest {

    @TempDir
    Path folder;

    private Path store;
    private Path instance;
    private Target target;
    private String old;
    private String fresh;

    @BeforeEach
    void two_packages() throws Exception {
        store = folder.resolve("store");
        instance = Files.createDirectories(folder.resolve("instance"));
        Packages packages = new Packages(store);
        target = target();
        old = packages.build(Folders.write(folder.resolve("1"), Map.of("index.html", "old", "a/b", "old")))
                .digest();
        fresh = packages.build(Folders.write(folder.resolve("2"), Map.of("index.html", "new", "a/b", "new")))
                .digest();
    }

    private Target target() throws IOException {
        Form settings = Form.read("instances: {one: instance}".getBytes(StandardCharsets.UTF_8), Form.YAML);
        Target read = new DirectoryDeployer(new Packages(store)).target(settings, folder);
        assertThat(settings.faults()).isEmpty();
        return read;
    }

    private static Shape shape(@Nullable String digest) {
        return Shape.of(new Shape.Part("one", digest, 100));
    }

    private void apply(String digest) throws Exception {
        target.apply(new Move("REL-1/dev/1", digest, digest, target.probe(), shape(digest)));
        assertThat(target.probe()).isEqualTo(shape(digest));
    }

    /// Takes back a release of this digest.
    private void undo(String digest, @Nullable String before) throws Exception {
        target.undo(new Move("REL-1/dev/back", digest, digest, target.probe(), shape(before)));
    }

    private Path release(String digest) {
        return instance.resolve("releases").resolve(Packages.hex(digest));
    }

    private String served() throws IOException {
        return Files.readString(instance.resolve("current/index.html"));
    }

    /// The instance as the first release left it.
    private void running_old() throws Exception {
        apply(old);
    }

    @Test
    void an_instance_runs_what_current_leads_to() throws Exception {
        assertThat(target.probe()).isEqualTo(shape(null));
        apply(old);
        assertThat(Files.readSymbolicLink(instance.resolve("current")))
                .isEqualTo(Path.of("releases", Packages.hex(old)));
        assertThat(Folders.read(release(old)))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("index.html", "old", "a/b", "old", Instance.IDENTITY, old + "\n"));
        assertThat(Files.getPosixFilePermissions(release(old))).as("readable by the web server").hasSize(7);
    }

    @Test
    void done_again_it_stays_done() throws Exception {
        running_old();
        apply(fresh);
        apply(fresh);
        assertThat(served()).isEqualTo("new");
    }

    @Test
    void it_goes_back_to_what_ran_before_and_done_again_it_stays_there() throws Exception {
        running_old();
        apply(fresh);
        undo(fresh, old);
        assertThat(served()).isEqualTo("old");
        undo(fresh, old);
        assertThat(served()).isEqualTo("old");
    }

    @Test
    void where_nothing_ran_nothing_runs_again() throws Exception {
        apply(old);
        undo(old, null);
        assertThat(target.probe()).isEqualTo(shape(null));
        assertThat(instance.resolve("current")).doesNotExist();
        undo(old, null);
    }

    @Test
    void what_somebody_else_put_there_meanwhile_stays() throws Exception {
        apply(fresh);
        undo(old, null);
        assertThat(served()).isEqualTo("new");
    }

    @Test
    void whatever_a_crash_left_the_next_try_finishes() throws Exception {
        running_old();
        // Died while unpacking, …
        Folders.write(instance.resolve("releases/.half-123"), Map.of("index.html", "ne"));
        // … or while writing the link anew.
        Files.createSymbolicLink(instance.resolve(".current.new"), Path.of("releases/nowhere"));

        apply(fresh);
        assertThat(served()).isEqualTo("new");
        assertThat(Folders.names(instance.resolve("releases")))
                .containsOnlyKeys(Packages.hex(old), Packages.hex(fresh));
        assertThat(Folders.names(instance)).containsOnlyKeys("current", "releases");
    }

    @Test
    void after_a_crash_before_the_switch_it_is_unpacked_already_and_only_switched() throws Exception {
        running_old();
        apply(fresh);
        undo(fresh, old);
        Files.delete(store.resolve(Packages.hex(fresh) + ".tar.gz"));
        apply(fresh);
        assertThat(served()).isEqualTo("new");
    }

    @Test
    void a_lost_or_damaged_package_leaves_the_instance_as_it_was() throws Exception {
        running_old();
        Path kept = store.resolve(Packages.hex(fresh) + ".tar.gz");
        Files.copy(
                store.resolve(Packages.hex(old) + ".tar.gz"), kept, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> apply(fresh)).hasMessageContaining("is in truth");
        Files.delete(kept);
        assertThatThrownBy(() -> apply(fresh)).hasMessageContaining("no longer kept");
        assertThat(served()).isEqualTo("old");
        assertThat(target.missing(shape(fresh))).containsExactly("one has no " + fresh);
        assertThat(target.missing(shape(old))).isEmpty();
    }

    @Test
    void what_was_tidied_away_is_unpacked_again_before_going_back_to_it() throws Exception {
        running_old();
        apply(fresh);
        Trees.delete(release(old));
        undo(fresh, old);
        assertThat(served()).isEqualTo("old");
    }

    @Test
    void where_there_is_no_way_back_any_more_it_stays_and_says_so() throws Exception {
        running_old();
        apply(fresh);
        Trees.delete(release(old));
        Files.delete(store.resolve(Packages.hex(old) + ".tar.gz"));
        assertThatThrownBy(() -> undo(fresh, old)).hasMessageContaining("no longer kept");
        assertThat(served()).as("a bad release is better than none").isEqualTo("new");
    }

    @Test
    void what_is_named_by_no_digest_is_not_taken_for_nothing() throws Exception {
        Files.createDirectories(instance.resolve("releases/by-hand"));
        Files.createSymbolicLink(instance.resolve("current"), Path.of("releases/by-hand"));
        assertThatThrownBy(() -> target.probe()).hasMessageContaining("named by no digest");
        assertThat(Files.readSymbolicLink(instance.resolve("current"))).isEqualTo(Path.of("releases/by-hand"));

        Files.delete(instance.resolve("current"));
        Files.createDirectories(instance.resolve("current"));
        assertThatThrownBy(() -> target.probe()).hasMessageContaining("is no symbolic link");
    }

    @Test
    void a_release_that_somebody_else_put_there_learns_to_tell_its_digest() throws Exception {
        Folders.write(release(old), Map.of("index.html", "old"));
        Files.createSymbolicLink(instance.resolve("current"), Path.of("releases", Packages.hex(old)));
        apply(fresh);
        undo(fresh, old);
        assertThat(Files.readString(instance.resolve("current").resolve(Instance.IDENTITY)))
                .isEqualTo(old + "\n");
    }

    @Test
    void so_does_one_that_this_release_never_replaced() throws Exception {
        Folders.write(release(old), Map.of("index.html", "old"));
        Files.createSymbolicLink(instance.resolve("current"), Path.of("releases", Packages.hex(old)));
        undo(fresh, old);
        assertThat(Files.readString(release(old).resolve(Instance.IDENTITY))).isEqualTo(old + "\n");
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
            apply(fresh);
            undo(fresh, old);
        }
        over.set(true);
        observer.join();
        assertThat(gap).isFalse();
    }

    @Test
    void every_fault_of_its_settings_is_named() {
        Form settings = Form.read(
                "{instances: {a: x, b: y/../x}, speed: 1}".getBytes(StandardCharsets.UTF_8), Form.YAML);
        new DirectoryDeployer(null).target(settings, folder);
        assertThat(settings.faults())
                .containsExactlyInAnyOrder(
                        "instances.b: y/../x is that of a, too", "speed: there is no such field; known are instances");
        Form none = Form.read("{}".getBytes(StandardCharsets.UTF_8), Form.YAML);
        new DirectoryDeployer(null).target(none, folder);
        assertThat(none.faults()).containsExactly("instances: none; a folder by name is needed");
    }
}
