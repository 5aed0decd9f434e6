package slipway.launcher.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildrenTest {

    @TempDir
    Path directory;

    @Test
    void what_a_killed_launcher_left_behind_is_ended_and_a_stranger_with_a_used_number_is_not() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try (Home home = Home.take(directory)) {
            Process left = new Children(home).start("left", List.of("sleep", "60"), Map.of());
            Files.writeString(
                    directory.resolve("children"), stranger.pid() + " " + Instant.EPOCH + "\n", StandardOpenOption.APPEND);
            new Children(home).close();
            assertThat(left.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void whoever_cannot_be_written_down_does_not_run() throws Exception {
        Path register = directory.resolve("children");
        try (Home home = Home.take(directory);
                Children children = new Children(home)) {
            Files.createDirectory(register);
            assertThatThrownBy(() -> children.start("nobody", List.of("sleep", "61"), Map.of()))
                    .isInstanceOf(Trouble.class)
                    .hasMessageStartingWith("cannot start nobody: it cannot be written down in " + register);
            await().atMost(Duration.ofSeconds(30)).until(() -> ProcessHandle.current()
                    .children()
                    .noneMatch(each -> each.info().commandLine().orElse("").endsWith("sleep 61")));
            Files.delete(register);
        }
    }

    @Test
    void secrets_reach_a_child_by_its_environment_and_its_words_go_to_a_log() throws Exception {
        try (Home home = Home.take(directory);
                Children children = new Children(home)) {
            Process child = children.start("speaker", List.of("printenv", "SECRET"), Map.of("SECRET", "hush"));
            assertThat(child.waitFor()).isZero();
            assertThat(children.log("speaker")).hasContent("hush");
            assertThat(child.info().commandLine().orElse("")).doesNotContain("hush");
        }
    }
}
