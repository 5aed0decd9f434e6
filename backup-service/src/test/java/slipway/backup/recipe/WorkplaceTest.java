package slipway.backup.recipe;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.backup.recipe.Declared.Verb;
import slipway.program.Programs;
import slipway.program.Running;

/// How the acts of a recipe are done.
@Timeout(60)
class WorkplaceTest {

    private static final String SECRET = "a \"planted\" secret+";

    @TempDir
    private Path folder;

    private final Deque<Programs.Ended> answers = new ArrayDeque<>();
    private final List<Hands.Call> calls = new ArrayList<>();
    private Declared declared;

    /// Says what it was told to say.
    private final Hands recorded = new Hands() {
        @Override
        public Programs.Ended run(Call call, @Nullable InputStream in, @Nullable OutputStream out) throws IOException {
            calls.add(call);
            if (out != null) {
                out.write(answers.element().out().getBytes(StandardCharsets.UTF_8));
            }
            return answers.remove();
        }

        @Override
        public Running start(Call call) {
            throw new AssertionError("nothing is to be started");
        }
    };

    private Workplace place(Hands hands, String capture) throws Exception {
        String yaml =
                """
                id: it
                version: 1
                system: it
                category: STORAGE
                tier: CONTRACT_ONLY
                summary: It.
                consistency: none
                programs: [cp, cat, tool, tail, sleep, "true", "false", diff]
                parameters:
                  password: {type: SECRET, doc: of nothing}
                look: [{run: [cat, x]}]
                restoreScratch: [{run: [cat, x]}]
                capture:
                """
                        + capture.indent(2);
        Path password = Files.writeString(folder.resolve("password"), SECRET);
        declared = RecipeFile.read("it", yaml.getBytes(StandardCharsets.UTF_8));
        return new Workplace(
                folder.resolve("home"),
                folder.resolve("tree"),
                declared,
                Map.of("password", "file:" + password),
                hands);
    }

    private Map<String, String> done(Workplace place) throws Exception {
        return place.look(declared.acts(Verb.CAPTURE));
    }

    @Test
    void what_a_program_makes_nobody_else_can_read() throws Exception {
        try (Workplace place = place(ProgramFolders.USUAL, "- run: [cp, --no-preserve=mode, /etc/passwd, \"{work}/copy\"]")) {
            done(place);
            assertThat(Files.getPosixFilePermissions(folder.resolve("home/copy")))
                    .containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);
            assertThat(Files.getPosixFilePermissions(folder.resolve("home"))).hasSize(3);
        }
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void a_program_gets_its_arguments_as_they_are_and_no_environment_of_ours() throws Exception {
        try (Workplace place = place(
                ProgramFolders.USUAL,
                """
                - {write: "{work}/$(touch x); 'y'", text: "whole"}
                - run: [cat, "{work}/$(touch x); 'y'", /proc/self/environ]
                  expect: [{contains: "^whole"}, {lacks: "JAVA_HOME|SHELL"}]
                """)) {
            done(place);
        }
    }

    @Test
    void a_long_answer_is_compared_whole() throws Exception {
        String same = "x".repeat(200_000);
        answers.add(new Programs.Ended(0, same + "1", ""));
        answers.add(new Programs.Ended(0, same + "2", ""));
        String tells = "- {run: [tool], tell: [{name: all, digest: true}]}";
        Map<String, String> one;
        try (Workplace place = place(recorded, tells)) {
            one = done(place);
        }
        try (Workplace place = place(recorded, tells)) {
            assertThat(done(place)).isNotEqualTo(one);
        }
    }

    @Test
    void what_has_to_be_waited_for_is_asked_again_until_it_is_so() throws Exception {
        answers.add(new Programs.Ended(0, "{\"state\": \"IN_PROGRESS\"}", ""));
        answers.add(new Programs.Ended(0, "{\"state\": \"IN_PROGRESS\"}", ""));
        answers.add(new Programs.Ended(0, "{\"state\": \"SUCCESS\", \"n\": 3}", ""));
        try (Workplace place = place(
                recorded,
                """
                - run: [tool]
                  every: PT0.001S
                  expect: [{lacks: PARTIAL}]
                  until: [{pointer: /state, equals: SUCCESS}]
                  tell: [{name: n, pointer: /n}]
                """)) {
            assertThat(done(place)).containsExactly(Map.entry("n", "3"));
        }
        assertThat(calls).hasSize(3);
    }

    @Test
    void what_will_never_be_so_is_waited_for_no_longer() throws Exception {
        answers.add(new Programs.Ended(0, "{\"state\": \"PARTIAL\"}", ""));
        try (Workplace place = place(
                recorded, "- {run: [tool], expect: [{lacks: PARTIAL}], until: [{pointer: /state, equals: SUCCESS}]}")) {
            assertThatThrownBy(() -> done(place)).hasMessage("what it said says 'PARTIAL'");
        }
        answers.add(new Programs.Ended(0, "{\"state\": \"LATE\"}", ""));
        try (Workplace place =
                place(recorded, "- {run: [tool], timeout: PT0.000001S, until: [{pointer: /state, equals: SUCCESS}]}")) {
            assertThatThrownBy(() -> done(place)).hasMessageContaining("still: what it said has LATE at /state");
        }
    }

    @Test
    void a_code_that_is_worth_another_try_gets_two_more() throws Exception {
        for (int i = 0; i < 3; i++) {
            answers.add(new Programs.Ended(75, "", "busy"));
        }
        try (Workplace place = place(recorded, "- {run: [tool], every: PT0.001S, exit: {ok: [0], retry: [75]}}")) {
            assertThatThrownBy(() -> done(place)).hasMessage("tool failed with exit 75: busy");
        }
        assertThat(answers).isEmpty();
    }

    @Test
    void what_is_waited_for_may_be_busy_however_often_it_was_asked_before() throws Exception {
        for (int i = 0; i < 4; i++) {
            answers.add(new Programs.Ended(0, "{\"state\": \"IN_PROGRESS\"}", ""));
        }
        answers.add(new Programs.Ended(75, "", "busy"));
        answers.add(new Programs.Ended(0, "{\"state\": \"SUCCESS\"}", ""));
        try (Workplace place = place(
                recorded,
                """
                - run: [tool]
                  every: PT0.001S
                  exit: {ok: [0], retry: [75]}
                  until: [{pointer: /state, equals: SUCCESS}]
                """)) {
            done(place);
        }
        assertThat(answers).isEmpty();
    }

    @Test
    void of_a_restored_copy_is_expected_what_is_expected_of_the_system() throws Exception {
        Files.writeString(folder.resolve("copied"), "{\"n\": 3, \"state\": \"PARTIAL\"}");
        try (Workplace place = place(
                recorded,
                """
                - run: [tool]
                  copied: "{tree}/../copied"
                  expect: [{lacks: PARTIAL}]
                  tell: [{name: n, pointer: /n}]
                """)) {
            Files.createDirectory(folder.resolve("tree"));
            place.turnToCopy();
            assertThatThrownBy(() -> done(place)).hasMessage("what it said says 'PARTIAL'");
        }
    }

    @Test
    void what_a_system_gave_fills_gaps_of_later_acts_unless_it_would_be_an_option() throws Exception {
        String capture = "- {run: [tool], take: {job: /id}}\n- {run: [tool, \"--job={job}\"]}\n";
        answers.add(new Programs.Ended(0, "{\"id\": 17}", ""));
        answers.add(new Programs.Ended(0, "", ""));
        try (Workplace place = place(recorded, capture)) {
            done(place);
        }
        assertThat(calls.getLast().argv()).containsExactly("tool", "--job=17");
        for (String id : List.of("\"--force\"", "null", "[1]", "\"a\\nb\"")) {
            answers.add(new Programs.Ended(0, "{\"id\": " + id + "}", ""));
            try (Workplace place = place(recorded, capture)) {
                assertThatThrownBy(() -> done(place)).as(id).hasMessage("what it said has no job at /id");
            }
        }
    }

    /// restic makes a snapshot all the same.
    @Test
    void a_backup_of_restic_that_could_not_read_a_file_is_none() throws Exception {
        answers.add(new Programs.Ended(0, "", ""));
        answers.add(new Programs.Ended(3, "", "error: open /data/secret: permission denied"));
        declared = LiveRecipes.declared("restic");
        Path tree = Files.createDirectory(folder.resolve("tree"));
        try (Workplace place =
                new Workplace(folder.resolve("home"), tree, declared, Map.of("directory", "/data"), recorded)) {
            assertThatThrownBy(() -> done(place)).hasMessageContaining("restic failed with exit 3");
        }
    }

    @Test
    void a_secret_is_told_in_none_of_the_ways_in_which_it_can_be_written() throws Exception {
        answers.add(new Programs.Ended(
                1, "", "no " + SECRET + " a \\\"planted\\\" secret+ a+%22planted%22+secret%2B "
                        + "YSAicGxhbnRlZCIgc2VjcmV0Kw=="));
        try (Workplace place = place(recorded, "- {run: [tool], environment: {P: \"{password.value}\"}}")) {
            assertThatThrownBy(() -> done(place))
                    .hasMessage("tool failed with exit 1: no *** *** *** ***");
        }
        assertThat(calls.getFirst().argv()).containsExactly("tool");
        assertThat(calls.getFirst().environment()).containsEntry("P", SECRET);
        answers.add(new Programs.Ended(0, SECRET + "=1", ""));
        try (Workplace place = place(recorded, "- {run: [tool], tell: [{match: \"^(.*)=(.*)$\"}]}")) {
            assertThat(done(place)).as("what is learnt goes into facts").containsExactly(Map.entry("***", "1"));
        }
    }

    @Test
    void a_secret_across_the_end_of_what_is_told_is_not_told_in_part() throws Exception {
        answers.add(new Programs.Ended(1, "", "x".repeat(Findings.FOR_PEOPLE - 4) + SECRET + "y".repeat(9)));
        try (Workplace place = place(recorded, "- {run: [tool], environment: {P: \"{password.value}\"}}")) {
            assertThatThrownBy(() -> done(place))
                    .hasMessageContaining("xxx***y")
                    .hasMessageEndingWith(" …")
                    .hasMessageNotContaining(SECRET.substring(0, 4));
        }
    }

    @Test
    void when_one_secret_cannot_be_had_none_stays_on_the_disk() throws Exception {
        Declared two = RecipeFile.read(
                "two",
                """
                id: two
                version: 1
                system: it
                category: STORAGE
                tier: CONTRACT_ONLY
                summary: It.
                consistency: none
                programs: [cat]
                parameters:
                  there: {type: SECRET, doc: of nothing}
                  gone: {type: SECRET, doc: of nothing}
                look: [{run: [cat, x]}]
                capture: [{run: [cat, x]}]
                restoreScratch: [{run: [cat, x]}]
                """
                        .getBytes(StandardCharsets.UTF_8));
        Path there = Files.writeString(folder.resolve("there"), SECRET);
        assertThatThrownBy(() -> new Workplace(
                        folder.resolve("home"),
                        folder.resolve("tree"),
                        two,
                        Map.of("there", "file:" + there, "gone", "file:/not/there"),
                        recorded))
                .isInstanceOf(IOException.class);
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void of_a_secret_that_is_a_whole_file_no_long_word_is_told() throws Exception {
        Secrets secrets = new Secrets(folder);
        secrets.keep("kubeconfig", "users:\n- name: keeper\n  user: {token: \"eyJhbGciOi.planted\"}\n");
        assertThat(secrets.hide("Unauthorized: keeper with eyJhbGciOi.planted")).isEqualTo("Unauthorized: keeper with ***");
    }

    @Test
    void what_is_served_ends_with_its_verb() throws Exception {
        ProcessHandle served;
        try (Workplace place = place(
                ProgramFolders.USUAL, "- {serve: [tail, -f, \"{password.file}\"], ready: [\"true\"]}")) {
            done(place);
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
                place(ProgramFolders.USUAL, "- {serve: [cat, /not/there], ready: [\"false\"], timeout: PT30S}")) {
            assertThatThrownBy(() -> done(place))
                    .hasMessageContaining("cat does not get ready:")
                    .hasMessageContaining("/not/there");
        }
    }

    @Test
    void one_that_has_ended_is_not_ready_whoever_answers_in_its_place() throws Exception {
        try (Workplace place = place(ProgramFolders.USUAL, "- {serve: [cat, /not/there], ready: [\"true\"]}")) {
            assertThatThrownBy(() -> done(place))
                    .hasMessageContaining("cat has ended, and another one is ready:")
                    .hasMessageContaining("/not/there");
        }
    }

    @Test
    void what_runs_to_its_end_is_written_down_as_well() throws Exception {
        try (Workplace place = place(ProgramFolders.USUAL, "- {run: [sleep, \"0.3\"]}")) {
            done(place);
            assertThat(folder.resolve("home/served"))
                    .content()
                    .as("a killed service leaves its programs running")
                    .matches("SLIPWAY_VERB [0-9a-f-]+\n[0-9]+ [0-9]{4}-.*Z\n");
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
        try (Workplace place = place(leaving(), "- {run: [tool]}")) {
            done(place);
            left = left();
            assertThat(left.isAlive()).isTrue();
        }
        assertThat(left.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    @Test
    void so_does_what_an_attempt_that_was_killed_left_behind() throws Exception {
        Workplace killed = place(leaving(), "- {run: [tool]}");
        done(killed);
        ProcessHandle left = left();
        Workplace.clear(folder.resolve("home"));
        assertThat(left.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    @Test
    void what_puts_a_live_system_into_service_goes_on() throws Exception {
        ProcessHandle left;
        try (Workplace place = place(leaving(), "- {run: [tool]}")) {
            place.leaveWhatIsStarted();
            done(place);
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
