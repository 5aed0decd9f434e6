package slipway.backup.recipe;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.vault.Disk;
import slipway.program.Programs;

/// How the acts of a recipe are done.
@Timeout(60)
class WorkplaceTest {

    private final Path folder;
    private final Bench bench;

    WorkplaceTest(@TempDir Path folder) {
        this.folder = folder;
        this.bench = new Bench(folder);
    }

    @Test
    void what_a_program_makes_nobody_else_can_read() throws Exception {
        try (Workplace place = bench.place(ProgramFolders.USUAL, "- run: [cp, --no-preserve=mode, /etc/passwd, \"{work}/copy\"]")) {
            bench.done(place);
            assertThat(Files.getPosixFilePermissions(folder.resolve("home/copy")))
                    .containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);
            assertThat(Files.getPosixFilePermissions(folder.resolve("home"))).hasSize(3);
        }
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void what_may_lie_on_no_disk_is_in_memory_for_nobody_else_and_gone_afterwards() throws Exception {
        Path told = folder.resolve("told");
        Path memory;
        try (Workplace place = bench.place(
                ProgramFolders.USUAL,
                """
                - {write: "{memory}/value", text: hidden}
                - {write: "%s", text: "{memory}"}
                """.formatted(told))) {
            bench.done(place);
            memory = Path.of(Files.readString(told));
            assertThat(memory.resolve("value")).hasContent("hidden");
            assertThat(Files.getFileStore(memory).type()).isEqualTo("tmpfs");
            assertThat(Files.getPosixFilePermissions(memory)).hasSize(3);
        }
        assertThat(memory).doesNotExist();
    }

    @Test
    void what_a_process_that_is_no_more_left_in_memory_is_deleted_at_the_next_start() throws Exception {
        Process killed = new ProcessBuilder("sleep", "300").start();
        Path memory = Path.of("/dev/shm/slipway-" + ProcessWord.of(killed.toHandle()) + "-" + UUID.randomUUID());
        try {
            Files.writeString(Files.createDirectory(memory).resolve("value"), "hidden");
            InMemory.clear();
            assertThat(memory).as("it works").exists();
            killed.destroyForcibly().waitFor();
            InMemory.clear();
            assertThat(memory).doesNotExist();
        } finally {
            killed.destroyForcibly();
            Disk.delete(memory);
        }
    }

    @Test
    void what_a_program_writes_to_a_file_may_be_longer_than_anybody_reads_where_nothing_is_looked_for() throws Exception {
        try (Workplace place = bench.place(
                ProgramFolders.USUAL,
                """
                - {run: [cp, /dev/null, "{work}/large"]}
                - {run: [head, --bytes=70M, /dev/zero], stdout: "{work}/large"}
                - {expect: [{file: "{work}/large", minBytes: 73400320}]}
                """)) {
            bench.done(place);
        }
    }

    @Test
    void a_program_gets_its_arguments_as_they_are_and_no_environment_of_ours() throws Exception {
        try (Workplace place = bench.place(
                ProgramFolders.USUAL,
                """
                - {write: "{work}/$(touch x); 'y'", text: "whole"}
                - run: [cat, "{work}/$(touch x); 'y'", /proc/self/environ]
                  expect: [{contains: "^whole"}, {lacks: "JAVA_HOME|SHELL"}]
                """)) {
            bench.done(place);
        }
    }

    @Test
    void a_long_answer_is_compared_whole() throws Exception {
        String same = "x".repeat(200_000);
        bench.answers.add(new Programs.Ended(0, same + "1", ""));
        bench.answers.add(new Programs.Ended(0, same + "2", ""));
        String tells = "- {run: [tool], tell: [{name: all, digest: true}]}";
        Map<String, String> one;
        try (Workplace place = bench.place(bench.recorded, tells)) {
            one = bench.done(place);
        }
        try (Workplace place = bench.place(bench.recorded, tells)) {
            assertThat(bench.done(place)).isNotEqualTo(one);
        }
    }

    @Test
    void what_has_to_be_waited_for_is_asked_again_until_it_is_so() throws Exception {
        bench.answers.add(new Programs.Ended(0, "{\"state\": \"IN_PROGRESS\"}", ""));
        bench.answers.add(new Programs.Ended(0, "{\"state\": \"IN_PROGRESS\"}", ""));
        bench.answers.add(new Programs.Ended(0, "{\"state\": \"SUCCESS\", \"n\": 3}", ""));
        try (Workplace place = bench.place(
                bench.recorded,
                """
                - run: [tool]
                  every: PT0.001S
                  expect: [{lacks: PARTIAL}]
                  until: [{pointer: /state, equals: SUCCESS}]
                  tell: [{name: n, pointer: /n}]
                """)) {
            assertThat(bench.done(place)).containsExactly(Map.entry("n", "3"));
        }
        assertThat(bench.calls).hasSize(3);
    }

    @Test
    void a_warning_is_told_in_its_own_words_and_not_in_those_of_whoever_ran_it() throws Exception {
        bench.answers.add(new Programs.Ended(3, "", "the history of 'shop' is not in it\n"));
        bench.answers.add(new Programs.Ended(3, "", ""));
        try (Workplace place = bench.place(bench.recorded, "- {run: [tool], exit: {warn: [3]}}\n- {run: [tool], exit: {warn: [3]}}")) {
            bench.done(place);
            assertThat(place.warnings()).containsExactly("the history of 'shop' is not in it", "tool: exit 3");
        }
    }

    @Test
    void what_will_never_be_so_is_waited_for_no_longer() throws Exception {
        bench.answers.add(new Programs.Ended(0, "{\"state\": \"PARTIAL\"}", ""));
        try (Workplace place = bench.place(
                bench.recorded, "- {run: [tool], expect: [{lacks: PARTIAL}], until: [{pointer: /state, equals: SUCCESS}]}")) {
            assertThatThrownBy(() -> bench.done(place)).hasMessage("what it said says 'PARTIAL'");
        }
        bench.answers.add(new Programs.Ended(0, "{\"state\": \"LATE\"}", ""));
        try (Workplace place =
                bench.place(bench.recorded, "- {run: [tool], timeout: PT0.000001S, until: [{pointer: /state, equals: SUCCESS}]}")) {
            assertThatThrownBy(() -> bench.done(place)).hasMessageContaining("still: what it said has LATE at /state");
        }
    }

    @Test
    void a_code_that_is_worth_another_try_gets_two_more() throws Exception {
        for (int i = 0; i < 3; i++) {
            bench.answers.add(new Programs.Ended(75, "", "busy"));
        }
        try (Workplace place = bench.place(bench.recorded, "- {run: [tool], every: PT0.001S, exit: {ok: [0], retry: [75]}}")) {
            assertThatThrownBy(() -> bench.done(place)).hasMessage("tool failed with exit 75: busy");
        }
        assertThat(bench.answers).isEmpty();
    }

    @Test
    void what_is_waited_for_may_be_busy_however_often_it_was_asked_before() throws Exception {
        for (int i = 0; i < 4; i++) {
            bench.answers.add(new Programs.Ended(0, "{\"state\": \"IN_PROGRESS\"}", ""));
        }
        bench.answers.add(new Programs.Ended(75, "", "busy"));
        bench.answers.add(new Programs.Ended(0, "{\"state\": \"SUCCESS\"}", ""));
        try (Workplace place = bench.place(
                bench.recorded,
                """
                - run: [tool]
                  every: PT0.001S
                  exit: {ok: [0], retry: [75]}
                  until: [{pointer: /state, equals: SUCCESS}]
                """)) {
            bench.done(place);
        }
        assertThat(bench.answers).isEmpty();
    }

    @Test
    void of_a_restored_copy_is_expected_what_is_expected_of_the_system() throws Exception {
        Files.writeString(folder.resolve("copied"), "{\"n\": 3, \"state\": \"PARTIAL\"}");
        try (Workplace place = bench.place(
                bench.recorded,
                """
                - run: [tool]
                  copied: "{tree}/../copied"
                  expect: [{lacks: PARTIAL}]
                  tell: [{name: n, pointer: /n}]
                """)) {
            Files.createDirectory(folder.resolve("tree"));
            place.turnToCopy();
            assertThatThrownBy(() -> bench.done(place)).hasMessage("what it said says 'PARTIAL'");
        }
    }

    @Test
    void what_a_system_gave_fills_gaps_of_later_acts_unless_it_would_be_an_option() throws Exception {
        String capture = "- {run: [tool], take: {job: /id}}\n- {run: [tool, \"--job={job}\"]}\n";
        bench.answers.add(new Programs.Ended(0, "{\"id\": 17}", ""));
        bench.answers.add(new Programs.Ended(0, "", ""));
        try (Workplace place = bench.place(bench.recorded, capture)) {
            bench.done(place);
        }
        assertThat(bench.calls.getLast().argv()).containsExactly("tool", "--job=17");
        for (String id : List.of("\"--force\"", "null", "[1]", "\"a\\nb\"")) {
            bench.answers.add(new Programs.Ended(0, "{\"id\": " + id + "}", ""));
            try (Workplace place = bench.place(bench.recorded, capture)) {
                assertThatThrownBy(() -> bench.done(place)).as(id).hasMessage("what it said has no job at /id");
            }
        }
    }

    /// restic makes a snapshot all the same.
    @Test
    void a_backup_of_restic_that_could_not_read_a_file_is_none() throws Exception {
        bench.answers.add(new Programs.Ended(0, "", ""));
        bench.answers.add(new Programs.Ended(3, "", "error: open /data/secret: permission denied"));
        Path tree = Files.createDirectory(folder.resolve("tree"));
        try (Workplace place =
                bench.place(bench.recorded, LiveRecipes.declared("restic"), tree, Map.of("directory", "/data"))) {
            assertThatThrownBy(() -> bench.done(place)).hasMessageContaining("restic failed with exit 3");
        }
    }

    @Test
    void one_act_is_done_for_each_file_of_a_folder_in_the_order_of_their_names() throws Exception {
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.writeString(files.resolve("b"), "two");
        Files.writeString(files.resolve("a"), "one");
        try (Workplace place = bench.place(
                ProgramFolders.USUAL,
                """
                - each: "%s"
                  run: [cp, "{each}", "{work}/copy of {each.name}"]
                - each: "%s"
                  run: [cat, "{each}"]
                  stdin: "{each}"
                  tell: [{match: "^(.)(.*)$"}]
                """.formatted(files, files))) {
            assertThat(bench.done(place)).isEqualTo(Map.of("o", "ne", "t", "wo"));
            assertThat(folder.resolve("home/copy of a")).hasContent("one");
            assertThat(folder.resolve("home/copy of b")).hasContent("two");
            Files.delete(files.resolve("a"));
            Files.delete(files.resolve("b"));
            assertThat(bench.done(place)).as("there may be none").isEmpty();
            Files.delete(files);
            assertThatThrownBy(() -> bench.done(place)).hasMessageContaining("files");
        }
        assertThatThrownBy(() -> bench.place(ProgramFolders.USUAL, "- {each: \"{tree}\", write: \"{each}\", text: x}"))
                .hasMessageContaining("capture[0].each: is for a program");
        assertThatThrownBy(() -> bench.place(ProgramFolders.USUAL, "- {run: [cat, \"{each}\"]}")).hasMessageContaining("nothing fills {each}");
    }
}
