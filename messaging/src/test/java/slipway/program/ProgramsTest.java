package slipway.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ProgramsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private Programs.Ended run(Duration patience, String... argv) throws Exception {
        return Programs.run(List.of(argv), folder, Map.of("KUBECONFIG", "/some/file"), patience);
    }

    @Test
    void arguments_arrive_as_they_are_and_no_shell_reads_them() throws Exception {
        assertThat(run(PATIENCE, "printf", "%s|", "$HOME `id`", "a b", "; exit 3"))
                .isEqualTo(new Programs.Ended(0, "$HOME `id`|a b|; exit 3|", ""));
    }

    @Test
    void how_it_ended_is_told_with_its_own_words() throws Exception {
        Programs.Ended ended = run(PATIENCE, "sh", "-c", "echo out; echo 'not found' >&2; exit 7");
        assertThat(ended.exit()).isEqualTo(7);
        assertThat(ended.out()).isEqualTo("out\n");
        assertThat(ended.words()).isEqualTo("exit 7: not found");
        assertThat(run(PATIENCE, "false").words()).isEqualTo("exit 1");
    }

    @Test
    void nothing_of_our_environment_is_handed_on_but_path_and_home() throws Exception {
        assertThat(run(PATIENCE, "env").out().lines().map(line -> line.substring(0, line.indexOf('='))))
                .containsExactlyInAnyOrder("PATH", "HOME", "KUBECONFIG", "SLIPWAY_PROGRAM");
    }

    @Test
    void it_runs_in_the_folder_that_it_is_given_and_reads_nothing() throws Exception {
        assertThat(run(PATIENCE, "pwd").out().strip()).isEqualTo(folder.toRealPath().toString());
        assertThat(run(PATIENCE, "cat").out()).isEmpty();
    }

    @Test
    void of_much_that_is_said_the_beginning_is_kept_and_nobody_waits() throws Exception {
        Programs.Ended ended = run(PATIENCE, "sh", "-c", "head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2");
        assertThat(ended.exit()).isZero();
        assertThat(ended.out()).hasSize(Programs.LONGEST);
        assertThat(ended.err()).hasSize(Programs.LONGEST);
    }

    @Test
    void one_that_does_not_end_in_time_is_ended() {
        assertThatThrownBy(() -> run(Duration.ofMillis(100), "sh", "-c", "echo $$ > pid; exec sleep 60"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not end within 100 ms");
    }

    /// Runs it until something is so, and has it ended then.
    private void runUntil(Callable<Boolean> isSo, String... argv) throws Exception {
        Thread running = Thread.ofPlatform().start(() -> {
            try {
                run(Duration.ofMinutes(1), argv);
            } catch (Exception e) {
                // It is interrupted below.
            }
        });
        await().until(isSo);
        running.interrupt();
        running.join();
    }

    private List<String> pids() throws IOException {
        Path pids = folder.resolve("pids");
        return Files.exists(pids) ? Files.readAllLines(pids) : List.of();
    }

    @Test
    void it_is_ended_with_all_that_it_started() throws Exception {
        runUntil(
                () -> pids().size() == 2 && Files.exists(folder.resolve("alone")),
                "sh",
                "-c",
                // The second one's parent has ended before, and the first one does not listen.
                "sh -c 'trap \"\" TERM; echo $$ >> pids; while :; do sleep 1; done' & "
                        + "(sh -c 'sleep 60 & echo $! >> pids; sleep 0.3'; touch alone) & wait");
        assertThat(pids()).hasSize(2).allSatisfy(pid -> assertThat(ended(Long.parseLong(pid))).as(pid).isTrue());
    }

    /// Nobody's descendant: its session is its own, and its parent has ended before anybody looked.
    @Test
    void who_left_the_tree_is_ended_as_well() throws Exception {
        runUntil(
                () -> pids().size() == 1,
                "sh",
                "-c",
                "setsid sh -c 'setsid sh -c \"trap \\\"\\\" TERM; echo \\$\\$ >> pids; while :; do sleep 1; done\" & exit' & wait; sleep 60");
        String left = pids().getFirst();
        assertThat(ended(Long.parseLong(left))).as(left).isTrue();
    }

    /// What is left on purpose by one that ended as it should is nobody's here; who started it may know better.
    @Test
    void who_is_left_by_one_that_ended_well_is_found_by_the_mark_of_its_caller() throws Exception {
        Mark mark = Mark.fresh("WHOSE");
        Programs.run(List.of("sh", "-c", "setsid sleep 60 >/dev/null 2>&1 & echo $! > pid"), folder, mark.variable(), PATIENCE);
        long left = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
        assertThat(ProcessHandle.of(left)).isPresent();
        Mark.fresh("WHOSE").end();
        assertThat(ProcessHandle.of(left)).isPresent();
        mark.end();
        assertThat(ended(left)).isTrue();
    }

    private static boolean ended(long pid) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            if (!ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
                return true;
            }
            Thread.sleep(20);
        }
        return false;
    }

    @Test
    void one_that_is_asked_to_end_may_tidy_up() throws Exception {
        runUntil(
                () -> Files.exists(folder.resolve("listens")),
                "sh",
                "-c",
                "trap 'echo tidy > tidied; exit 1' TERM; touch listens; while :; do sleep 0.05; done");
        assertThat(folder.resolve("tidied")).hasContent("tidy");
    }

    @Test
    void whoever_is_interrupted_leaves_nothing_running() throws Exception {
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                run(PATIENCE, "sh", "-c", "echo $$ > pid; sleep 60");
            } catch (Exception e) {
                // It is interrupted below.
            }
        });
        Path pid = folder.resolve("pid");
        while (!Files.exists(pid) || Files.size(pid) == 0) {
            Thread.sleep(10);
        }
        waiting.interrupt();
        waiting.join();
        assertThat(ended(Long.parseLong(Files.readString(pid).strip()))).isTrue();
    }

    @Test
    void what_it_leaves_running_on_purpose_is_not_waited_for() throws Exception {
        long left = Long.parseLong(run(PATIENCE, "sh", "-c", "sleep 60 & echo $!").out().strip());
        assertThat(ProcessHandle.of(left)).get().matches(ProcessHandle::isAlive).matches(ProcessHandle::destroyForcibly);
    }

    @Test
    void a_program_that_is_not_there_is_named() {
        assertThatThrownBy(() -> run(PATIENCE, "no-such-program"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-program");
    }

    private Programs.Ended stream(InputStream in, OutputStream out, String... argv) throws Exception {
        return Programs.stream(List.of(argv), folder, Map.of(), PATIENCE, in, out, _ -> {});
    }

    @Test
    void streams_of_any_length_go_through_it() throws Exception {
        byte[] much = new byte[3_000_000];
        new Random(7).nextBytes(much);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(stream(new ByteArrayInputStream(much), out, "cat").exit()).isZero();
        assertThat(out.toByteArray()).isEqualTo(much);
    }

    @Test
    void a_program_may_leave_a_rest_and_its_exit_code_says_what_that_means() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Programs.Ended ended = stream(
                new ByteArrayInputStream(new byte[3_000_000]), out, "sh", "-c", "head -c 3; echo enough >&2; exit 4");
        assertThat(ended).isEqualTo(new Programs.Ended(4, "", "enough\n"));
        assertThat(out.size()).isEqualTo(3);
    }

    @Test
    void when_a_program_that_left_a_rest_has_ended_nobody_else_reads_it() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        AtomicBoolean reading = new AtomicBoolean();
        InputStream slow = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("it is read by the buffer");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                reading.set(true);
                if (reads.getAndIncrement() > 0) {
                    LockSupport.parkNanos(Duration.ofMillis(700).toNanos());
                }
                reading.set(false);
                return length;
            }
        };
        assertThat(stream(slow, OutputStream.nullOutputStream(), "head", "-c", "3").exit()).isZero();
        assertThat(reading).isFalse();
        int then = reads.get();
        Thread.sleep(1000);
        assertThat(reads).hasValue(then);
    }

    @Test
    void a_stream_that_breaks_off_ends_the_program_and_is_told() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the copy is damaged");
            }
        };
        assertThatThrownBy(() -> stream(broken, OutputStream.nullOutputStream(), "sleep", "60"))
                .hasMessage("the copy is damaged");
    }

    @Test
    void a_stream_that_fails_in_a_way_of_its_own_is_told_as_well() {
        InputStream broken = new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("no such chunk");
            }
        };
        assertThatThrownBy(() -> stream(broken, OutputStream.nullOutputStream(), "sleep", "60"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such chunk");
        OutputStream full = new OutputStream() {
            @Override
            public void write(int one) {
                throw new OutOfMemoryError("of the one who seals");
            }
        };
        assertThatThrownBy(() -> stream(InputStream.nullInputStream(), full, "echo", "data"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of the one who seals");
    }

    @Test
    void what_a_program_left_running_with_its_output_is_ended_and_no_answer_is_whole() throws Exception {
        assertThatThrownBy(() -> Programs.stream(
                        List.of("sh", "-c", "sleep 60 & echo $! > left; sleep 0.5"),
                        folder,
                        Map.of(),
                        Duration.ofSeconds(2),
                        null,
                        new ByteArrayOutputStream(),
                        _ -> {}))
                .hasMessageContaining("left something running");
        assertThat(ended(Long.parseLong(Files.readString(folder.resolve("left")).strip()))).isTrue();
    }

    @Test
    void what_goes_on_is_ended_with_all_that_it_started() throws Exception {
        long child;
        try (Running running = Programs.start(
                List.of("sh", "-c", "sleep 60 & echo $! > child; wait"), folder, Map.of())) {
            await().until(() -> Files.exists(folder.resolve("child"))
                    && !Files.readString(folder.resolve("child")).isBlank());
            assertThat(running.runs()).isTrue();
            child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
        }
        assertThat(ended(child)).isTrue();
    }

    @Test
    void what_is_made_privately_only_its_owner_reads_and_arguments_stay_as_they_are() throws Exception {
        assertThat(Programs.run(
                                Programs.privately(List.of("cp", "--no-preserve=mode", "/etc/passwd", "$(id) 'x'")),
                                folder,
                                Map.of(),
                                PATIENCE)
                        .exit())
                .isZero();
        assertThat(Files.getPosixFilePermissions(folder.resolve("$(id) 'x'")))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThatThrownBy(() -> Programs.run(
                        Programs.privately(List.of("sleep", "30")), folder, Map.of(), Duration.ofMillis(200)))
                .hasMessage("sleep does not end within 200 ms");
    }
}
