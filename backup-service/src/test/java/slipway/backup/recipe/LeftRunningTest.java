package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What programs of a verb leave running.
@Timeout(60)
class LeftRunningTest {

    private final Path folder;
    private final Bench bench;

    LeftRunningTest(@TempDir Path folder) {
        this.folder = folder;
        this.bench = new Bench(folder);
    }

    @Test
    void what_is_served_ends_with_its_verb() throws Exception {
        ProcessHandle served;
        try (Workplace place = bench.place(
                ProgramFolders.USUAL, "- {serve: [tail, -f, \"{password.file}\"], ready: [\"true\"]}")) {
            bench.done(place);
            served = ours();
            assertThat(served.isAlive()).isTrue();
        }
        assertThat(served.isAlive()).isFalse();
    }

    private ProcessHandle ours() throws IOException {
        String line = Files.readAllLines(folder.resolve("home/served")).get(1);
        return ProcessHandle.of(Long.parseLong(line.split(" ")[0])).orElseThrow();
    }

    @Test
    void one_that_never_gets_ready_is_told_with_its_own_words() throws Exception {
        try (Workplace place =
                bench.place(ProgramFolders.USUAL, "- {serve: [cat, /not/there], ready: [\"false\"], timeout: PT30S}")) {
            assertThatThrownBy(() -> bench.done(place))
                    .hasMessageContaining("cat does not get ready:")
                    .hasMessageContaining("/not/there");
        }
    }

    @Test
    void one_that_has_ended_is_not_ready_whoever_answers_in_its_place() throws Exception {
        try (Workplace place = bench.place(ProgramFolders.USUAL, "- {serve: [cat, /not/there], ready: [\"true\"]}")) {
            assertThatThrownBy(() -> bench.done(place))
                    .hasMessageContaining("cat has ended, and another one is ready:")
                    .hasMessageContaining("/not/there");
        }
    }

    @Test
    void what_runs_to_its_end_is_written_down_as_well() throws Exception {
        try (Workplace place = bench.place(ProgramFolders.USUAL, "- {run: [sleep, \"0.3\"]}")) {
            bench.done(place);
            assertThat(folder.resolve("home/served"))
                    .content()
                    .as("a killed service leaves its programs running")
                    .matches("SLIPWAY_VERB [0-9a-f-]+ of [0-9-]+\n[0-9]+ [0-9]{4}-.*Z\n");
        }
    }

    @Test
    void what_an_attempt_that_was_killed_left_running_is_ended_and_others_are_left_alone() throws Exception {
        Process left = new ProcessBuilder("sleep", "300").start();
        Process other = new ProcessBuilder("sleep", "300").start();
        try {
            Path home = Files.createDirectory(folder.resolve("home"));
            Files.writeString(
                    home.resolve("served"),
                    left.pid() + " " + left.info().startInstant().orElseThrow() + "\n" + other.pid()
                            + " 2001-01-01T00:00:00Z\n");
            Workplace.clear(home);
            assertThat(left.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(other.isAlive()).isTrue();
            assertThat(home).doesNotExist();
        } finally {
            left.destroyForcibly();
            other.destroyForcibly();
        }
    }

    /// A program that leaves a session of its own behind.
    private Hands leaving() throws IOException {
        Path tool = Files.writeString(
                Files.createDirectories(folder.resolve("bin")).resolve("tool"),
                "#!/bin/sh\nsetsid sleep 300 >/dev/null 2>&1 &\necho $! > \"$HOME/../left\"\n");
        tool.toFile().setExecutable(true);
        return new ProgramFolders(List.of(folder.resolve("bin"), Path.of("/usr/bin"), Path.of("/bin")));
    }

    private ProcessHandle left() throws IOException {
        return ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("left")).strip())).orElseThrow();
    }

    @Test
    void what_a_program_left_behind_in_a_session_of_its_own_ends_with_the_verb() throws Exception {
        ProcessHandle left;
        try (Workplace place = bench.place(leaving(), "- {run: [tool]}")) {
            bench.done(place);
            left = left();
            assertThat(left.isAlive()).isTrue();
        }
        assertThat(left.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    @Test
    void so_does_what_an_attempt_that_was_killed_left_behind() throws Exception {
        Workplace killed = bench.place(leaving(), "- {run: [tool]}");
        bench.done(killed);
        ProcessHandle left = left();
        Workplace.clear(folder.resolve("home"));
        assertThat(left.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    @Test
    void nor_does_it_go_on_where_nobody_takes_up_the_attempt_again() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        Path home = folder.resolve("home");
        String me = Looks.word(ProcessHandle.current());
        bench.done(bench.place(leaving(), "- {run: [tool]}"));
        ProcessHandle left = left();
        try {
            Path note = Homes.note(work, home).file();
            Homes.clear(work);
            assertThat(left.isAlive()).as("its service is alive").isTrue();
            // As a service left it that is no more: one that had the number of this process at another time.
            String gone = ProcessHandle.current().pid() + "-1";
            Files.move(note, work.resolve(note.getFileName().toString().replace(me, gone)));
            Homes.clear(work);
            assertThat(left.isAlive()).as("another attempt works there by now").isTrue();
            assertThat(work).isEmptyDirectory();
            note = Homes.note(work, home).file();
            Files.move(note, work.resolve(note.getFileName().toString().replace(me, gone)));
            Path served = home.resolve("served");
            Files.writeString(served, Files.readString(served).replace(me, gone));
            Homes.clear(work);
            assertThat(left.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
            assertThat(home).doesNotExist();
            assertThat(work).isEmptyDirectory();
        } finally {
            left.destroyForcibly();
        }
    }

    @Test
    void what_puts_a_live_system_into_service_goes_on() throws Exception {
        ProcessHandle left;
        try (Workplace place = bench.place(leaving(), "- {run: [tool]}")) {
            place.leaveWhatIsStarted();
            bench.done(place);
            left = left();
        }
        try {
            Workplace.clear(folder.resolve("home"));
            assertThat(left.isAlive()).isTrue();
        } finally {
            left.destroyForcibly();
        }
    }
}
