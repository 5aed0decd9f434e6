package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.program.Programs;
import slipway.program.Running;

/// What an attempt that was killed left running.
class ServedTest {

    @TempDir
    private Path folder;

    private Path home() {
        return folder.resolve("home");
    }

    private Running shell(String script) throws Exception {
        return Programs.start(List.of("sh", "-c", script), folder, Map.of());
    }

    @Test
    void a_line_that_says_nothing_hinders_nobody_from_ending_the_others() throws Exception {
        try (Running left = shell("sleep 600")) {
            Served served = new Served(home());
            served.claim();
            served.note(left.handle());
            Files.writeString(home().resolve("served"), "SLIPWAY_VERB\n\n12x 3\n99999999999999999999-1\n417", StandardOpenOption.APPEND);
            Served.endAll(home());
            assertThat(left.runs()).isFalse();
        }
    }

    @Test
    void the_last_is_ended_first() throws Exception {
        String slowly = "trap 'sleep 0.2; echo %1$s >> ended; exit' TERM; touch %1$s; while :; do sleep 0.05; done";
        try (Running first = shell(slowly.formatted("first"));
                Running last = shell(slowly.formatted("last"))) {
            Awaitility.await().until(() -> Files.exists(folder.resolve("first")) && Files.exists(folder.resolve("last")));
            Served served = new Served(home());
            served.note(first.handle());
            served.note(last.handle());
            Served.endAll(home());
            assertThat(Files.readAllLines(folder.resolve("ended"))).containsExactly("last", "first");
        }
    }
}
