package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryDeployerTest {

    @TempDir
    Path directory;

    private Packages packages;
    private DirectoryDeployer deployer;
    private Path instance;
    private String one;
    private String two;

    @BeforeEach
    void make() throws Exception {
        packages = new Packages(directory.resolve("store"));
        deployer = new DirectoryDeployer(packages);
        instance = directory.resolve("instance");
        one = build("one");
        two = build("two");
    }

    private String build(String content) throws Exception {
        Path product = Files.createDirectories(directory.resolve(content));
        Files.writeString(product.resolve("index.html"), content);
        return packages.build(product).digest();
    }

    private String served() throws IOException {
        return Files.readString(instance.resolve("current").resolve("index.html"));
    }

    @Test
    void an_instance_is_switched_and_back_and_tells_its_digest() throws IOException {
        assertThat(deployer.probe(instance)).isNull();
        assertThat(deployer.apply(instance, "REL-1", one)).as("adopted").isFalse();
        assertThat(deployer.apply(instance, "REL-2", two)).isFalse();

        assertThat(served()).isEqualTo("two");
        assertThat(deployer.probe(instance)).isEqualTo(two);
        assertThat(instance.resolve("current").resolve(DirectoryDeployer.IDENTITY)).hasContent(two);
        assertThat(deployer.previous(instance, "REL-2")).isEqualTo(one);
        assertThat(deployer.undo(instance, "REL-2", two)).isFalse();
        assertThat(served()).isEqualTo("one");
    }

    @Test
    void done_again_it_is_found_done_and_still_knows_the_way_back() throws IOException {
        deployer.apply(instance, "REL-1", one);
        deployer.apply(instance, "REL-2", two);

        assertThat(deployer.apply(instance, "REL-2", two)).as("adopted").isTrue();
        assertThat(deployer.previous(instance, "REL-2")).isEqualTo(one);
        deployer.undo(instance, "REL-2", two);
        assertThat(deployer.undo(instance, "REL-2", two)).as("adopted").isTrue();
        assertThat(served()).isEqualTo("one");
    }

    @Test
    void what_a_crash_left_half_unpacked_is_swept_away() throws IOException {
        deployer.apply(instance, "REL-1", one);
        Path half = Files.createDirectories(instance.resolve("releases").resolve(".half-1"));
        Files.writeString(half.resolve("index.html"), "tw");

        deployer.apply(instance, "REL-2", two);

        assertThat(half).doesNotExist();
        assertThat(served()).isEqualTo("two");
    }

    @Test
    void an_instance_that_another_release_moved_on_is_not_taken_back() throws IOException {
        deployer.apply(instance, "REL-1", one);
        deployer.apply(instance, "REL-2", two);
        deployer.apply(instance, "REL-3", one);

        assertThat(deployer.undo(instance, "REL-2", two)).as("nothing to do").isTrue();
        assertThat(served()).isEqualTo("one");
    }

    @Test
    void an_instance_that_was_not_touched_stays() throws IOException {
        deployer.apply(instance, "REL-1", two);

        assertThat(deployer.undo(instance, "REL-2", two)).isTrue();
        assertThat(served()).isEqualTo("two");
    }

    @Test
    void the_same_version_released_again_and_undone_stays() throws IOException {
        deployer.apply(instance, "REL-1", one);
        assertThat(deployer.apply(instance, "REL-2", one)).as("adopted").isTrue();

        assertThat(deployer.undo(instance, "REL-2", one)).isTrue();
        assertThat(served()).isEqualTo("one");
    }

    @Test
    void the_first_release_of_an_empty_instance_is_undone_to_nothing() throws IOException {
        deployer.apply(instance, "REL-1", one);
        assertThat(deployer.previous(instance, "REL-1")).isNull();

        assertThat(deployer.undo(instance, "REL-1", one)).isFalse();
        assertThat(deployer.probe(instance)).isNull();
    }

    @Test
    void a_release_that_somebody_else_put_there_learns_to_tell_its_digest() throws IOException {
        Path release = Files.createDirectories(instance.resolve("releases").resolve(Packages.hex(one)));
        Files.createSymbolicLink(instance.resolve("current"), Path.of("releases", Packages.hex(one)));
        Files.writeString(release.resolve("index.html"), "one");

        deployer.apply(instance, "REL-2", two);
        deployer.undo(instance, "REL-2", two);

        assertThat(release.resolve(DirectoryDeployer.IDENTITY)).hasContent(one);
        assertThat(served()).isEqualTo("one");
    }
}
