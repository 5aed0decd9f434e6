package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
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
        return ProcessHandle.of(Long.parseLong(line.split("-")[0])).orElseThrow();
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
                    .matches("SLIPWAY_VERB [0-9a-f-]+ of " + ProcessWord.PATTERN + "\n" + ProcessWord.PATTERN + "\n");
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
                    ProcessWord.of(left.toHandle()) + "\n" + other.pid() + "-1\n");
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
        String me = ProcessWord.mine();
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
    void what_a_capture_left_that_was_killed_with_its_service_is_ended_and_deleted_at_the_next_start() throws Exception {
        Path work = folder.resolve("work");
        Path file = Files.writeString(folder.resolve("data"), "what is captured");
        Process service = LongCapture.start(work, file, Files.writeString(folder.resolve("secret"), Bench.SECRET));
        ProcessHandle left;
        try {
            Awaitility.await().atMost(Duration.ofSeconds(50)).until(() -> sleeping(work).isPresent());
            left = sleeping(work).orElseThrow();
        } finally {
            assertThat(service.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        try {
            assertThat(left.isAlive()).isTrue();
            new RecipeFiles(work, ProgramFolders.USUAL, Clock.systemUTC()).clear();
            assertThat(left.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
            assertThat(work).as("neither the secret nor what was captured").isEmptyDirectory();
        } finally {
            left.destroyForcibly();
        }
    }

    /// The last program that an attempt below `work` wrote down, as soon as that is the one that goes on.
    private static Optional<ProcessHandle> sleeping(Path work) throws IOException {
        for (Path home : Leftovers.in(work)) {
            Path served = home.resolve("served");
            if (Files.isRegularFile(served)) {
                Optional<ProcessHandle> last = ProcessWord.alive(Files.readAllLines(served).getLast().replaceFirst("^SLIPWAY_VERB .*", "0-0"));
                if (last.flatMap(each -> each.info().command()).filter(command -> command.contains("sleep")).isPresent()) {
                    return last;
                }
            }
        }
        return Optional.empty();
    }

    @Test
    void a_home_says_whose_it_is_before_a_secret_lies_there() throws Exception {
        Served served = new Served(folder.resolve("home"));
        served.claim();
        Path file = folder.resolve("home/served");
        assertThat(file).content().matches("SLIPWAY_VERB [0-9a-f-]+ of " + ProcessWord.mine() + "\n");
        try (Workplace place = bench.place(ProgramFolders.USUAL, "- {run: [\"true\"]}")) {
            assertThat(folder.resolve("home/served")).as("nothing has run yet").content().contains(" of " + ProcessWord.mine());
            place.leaveWhatIsStarted();
            assertThat(folder.resolve("home/served")).as("of a live system nothing is ended").isEmptyFile();
        }
    }

    @Test
    void half_a_note_and_what_was_captured_in_the_clear_go_too_and_what_cannot_go_keeps_nobody_from_starting() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        String gone = ProcessHandle.current().pid() + "-1";
        Path home = work.resolve("ended");
        Path tree = Files.createDirectory(Homes.tree(home));
        Files.writeString(tree.resolve("data"), "in the clear");
        Path half = Files.createFile(work.resolve("home-" + gone + "-" + UUID.randomUUID() + ".half"));
        Path note = Files.writeString(work.resolve("home-" + gone + "-" + UUID.randomUUID()), home.toString());
        Path broken = Files.createDirectory(work.resolve("home-" + gone + "-" + UUID.randomUUID()));
        new RecipeFiles(work, ProgramFolders.USUAL, Clock.systemUTC()).clear();
        assertThat(half).doesNotExist();
        assertThat(note).doesNotExist();
        assertThat(tree).doesNotExist();
        assertThat(work).isDirectoryContaining(broken::equals);
    }

    @Test
    void a_process_is_known_by_what_no_clock_that_is_set_moves() throws Exception {
        assertThat(ProcessWord.mine())
                .as("ticks since the machine was started, and which start that was")
                .startsWith(ProcessHandle.current().pid() + "-" + Files.readString(Path.of("/proc/self/stat")).split(" ")[21] + "b")
                .endsWith(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).replace("-", "").substring(0, 12));
        assertThat(ProcessWord.alive(ProcessWord.mine())).contains(ProcessHandle.current());
        assertThat(ProcessWord.alive(ProcessWord.mine().replaceFirst("-[0-9]+b", "-1b"))).isEmpty();
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
