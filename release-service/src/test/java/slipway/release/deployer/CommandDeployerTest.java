package slipway.release.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static slipway.release.deployer.DeployerContract.NEW;
import static slipway.release.deployer.DeployerContract.OLD;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.http.Form;
import slipway.release.domain.Shape;
import slipway.release.domain.Shape.Part;
import slipway.release.domain.StepKind;

@Timeout(120)
class CommandDeployerTest {

    private static final String ANY = """
            environment: prod
            folder: tools
            timeoutSeconds: 1
            """;
    private static final String ONE = ANY + """
            parts: [shop]
            probe: [/bin/sh, shop.sh, digest]
            apply: [/bin/sh, shop.sh, switch, shop, "{digest}"]
            """;
    private static final String THREE = ANY + """
            parts: [one, two, three]
            probe: [/bin/sh, shop.sh, look, one, two, three]
            apply: [/bin/sh, shop.sh, switch, "{part}", "{digest}"]
            """;
    private static final String SLOTS = ANY + """
            slots: [blue, green]
            probe: [/bin/sh, shop.sh, look, blue, green]
            apply: [/bin/sh, shop.sh, share, "{part}", "{digest}", "{weight}"]
            """;
    private static final String WHOLE = ANY + """
            slots: [blue, green]
            steps: [SWITCH, PREVIEW, WEIGHT, CUTOVER, RETIRE]
            probe: [/bin/sh, shop.sh, look, blue, green]
            apply: [/bin/sh, shop.sh, become, "{to}"]
            undo: [/bin/sh, shop.sh, become, "{to}", back]
            """;

    @TempDir
    Path folder;

    private Path tools;

    @BeforeEach
    void a_tool() throws IOException {
        tools = Files.createDirectories(folder.resolve("tools"));
        try (InputStream script = Objects.requireNonNull(getClass().getResourceAsStream("shop.sh"))) {
            Files.copy(script, tools.resolve("shop.sh"));
        }
        Files.createFile(tools.resolve("ledger"));
    }

    private Target target(String settings) {
        Form form = DeployerContract.form(settings);
        Target target = new CommandDeployer().target(form, folder);
        assertThat(form.faults()).isEmpty();
        return target;
    }

    private void runs(Shape shape) throws IOException {
        for (Part part : shape.parts()) {
            Files.writeString(
                    tools.resolve(part.name() + ".digest"), (part.digest() == null ? "" : part.digest()) + "\n");
            Files.writeString(tools.resolve(part.name() + ".weight"), part.weight() + "\n");
        }
    }

    private static Move move(Shape from, Shape to) {
        return new Move("REL-CHG-7/prod/3", NEW, "registry.example/shop@" + NEW, from, to);
    }

    private static Shape shop(@Nullable String digest) {
        return Shape.of(new Part("shop", digest, 100));
    }

    private static Shape three(String one, String two, String three) {
        return Shape.of(new Part("one", one, 33), new Part("two", two, 33), new Part("three", three, 33));
    }

    private static Shape slots(@Nullable String blue, int share, @Nullable String green) {
        return Shape.of(new Part("blue", blue, share), new Part("green", green, 100 - share));
    }

    private List<String> lines(String file) throws IOException {
        return Files.exists(tools.resolve(file)) ? Files.readAllLines(tools.resolve(file)) : List.of();
    }

    abstract class Contract implements DeployerContract {

        @Override
        public Deployer deployer() {
            return new CommandDeployer();
        }

        @Override
        public Path folder() {
            return folder;
        }

        @Override
        public Shape fresh() throws IOException {
            Files.deleteIfExists(tools.resolve("die"));
            Shape before = ways().getFirst().getFirst().move().from();
            runs(before);
            return before;
        }

        @Override
        public int effects() {
            try {
                return lines("ledger").size();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean diesAt(int act, Move move) throws Exception {
            Files.writeString(tools.resolve("die"), act + "\n");
            try {
                target().apply(move);
            } catch (IOException e) {
                // The tool was killed, and with it whoever waited for it.
            }
            return !Files.deleteIfExists(tools.resolve("die"));
        }

        @Override
        public void silence() throws IOException {
            Files.createFile(tools.resolve("away"));
        }

        @Override
        public String faultySettings() {
            return """
                    parts: [one, one]
                    slots: [blue]
                    steps: [BAKE]
                    probe: [tool, "{digest}"]
                    apply: [tool, "{secret:token}"]
                    undo: [" "]
                    variables: {"A=B": c, SLIPWAY_KEY: mine, TOKEN: "{secret:nowhere}"}
                    secrets: {token: token}
                    password: abc
                    """;
        }

        @Override
        public List<String> faultyFields() {
            return List.of(
                    "parts",
                    "parts",
                    "slots",
                    "steps",
                    "probe",
                    "apply",
                    "undo",
                    "variables.A=B",
                    "variables.SLIPWAY_KEY",
                    "variables.TOKEN",
                    "timeoutSeconds",
                    "password");
        }
    }

    @Nested
    class One_target_as_a_whole extends Contract {
        @Override
        public String settings() {
            return ONE;
        }

        @Override
        public List<List<Step>> ways() {
            return List.of(List.of(new Step(StepKind.SWITCH, move(shop(OLD), shop(NEW)))));
        }
    }

    @Nested
    class Parts_one_by_one extends Contract {
        @Override
        public String settings() {
            return THREE;
        }

        @Override
        public List<List<Step>> ways() {
            Shape before = three(OLD, OLD, OLD);
            Shape first = three(NEW, OLD, OLD);
            return List.of(
                    List.of(
                            new Step(StepKind.SWITCH, move(before, first)),
                            new Step(StepKind.SWITCH, move(first, three(NEW, NEW, NEW)))));
        }
    }

    abstract class Slots extends Contract {
        @Override
        public List<List<Step>> ways() {
            Shape before = slots(OLD, 100, null);
            Shape beside = slots(OLD, 100, NEW);
            return List.of(
                    List.of(
                            new Step(StepKind.PREVIEW, move(before, beside)),
                            new Step(StepKind.WEIGHT, move(beside, slots(OLD, 90, NEW))),
                            new Step(StepKind.WEIGHT, move(slots(OLD, 90, NEW), slots(OLD, 0, NEW))),
                            new Step(StepKind.RETIRE, move(slots(OLD, 0, NEW), slots(null, 0, NEW)))),
                    List.of(
                            new Step(StepKind.PREVIEW, move(before, beside)),
                            new Step(StepKind.CUTOVER, move(beside, slots(OLD, 0, NEW)))));
        }
    }

    @Nested
    class Slots_one_after_the_other extends Slots {
        @Override
        public String settings() {
            return SLOTS;
        }
    }

    @Nested
    class Slots_at_once extends Slots {
        @Override
        public String settings() {
            return WHOLE;
        }

        @Override
        public List<List<Step>> ways() {
            return List.of(
                    super.ways().getFirst(),
                    super.ways().getLast(),
                    List.of(new Step(StepKind.SWITCH, move(slots(OLD, 100, null), slots(NEW, 100, NEW)))));
        }
    }

    @Test
    void whatever_is_put_into_an_argument_it_stays_one() throws Exception {
        runs(slots(OLD, 100, NEW));
        Target target = target(SLOTS.replace(
                        "\"{weight}\"]",
                        "\"{weight}\", \"$(id); {reference} 'x\", \"{environment}/{key}\", \"{from}\", \"{file:ca}\"]")
                + "secrets: {ca: 'a folder/ca'}");
        target.apply(move(slots(OLD, 100, NEW), slots(OLD, 90, NEW)));
        // The second slot was done with the first: it is not asked for again.
        assertThat(lines("calls"))
                .containsExactly("[blue][" + OLD + "][90][$(id); registry.example/shop@" + OLD + " 'x][prod/REL-CHG-7/prod/3/blue]"
                        + "[{\"parts\":[{\"name\":\"blue\",\"digest\":\"" + OLD + "\",\"weight\":100},{\"name\":\"green\",\"digest\":\""
                        + NEW + "\",\"weight\":0}]}][" + folder.resolve("a folder/ca") + "]");
    }

    @Test
    void a_program_is_given_its_variables_and_none_of_ours() throws Exception {
        runs(shop(OLD));
        Files.writeString(folder.resolve("token"), "s3cret\n");
        Target target = target(ONE.replace("apply: [", "apply: [/bin/sh, env.sh, ").replace("parts: [shop]", """
                parts: [shop]
                secrets: {token: token}
                variables: {TOKEN: "Bearer {secret:token}", REGION: "eu {environment}"}"""));
        Files.writeString(tools.resolve("env.sh"), "env > env; shift; exec /bin/sh \"$@\"");
        target.apply(move(shop(OLD), shop(NEW)));
        assertThat(lines("env"))
                .contains(
                        "TOKEN=Bearer s3cret",
                        "REGION=eu prod",
                        "SLIPWAY_KEY=REL-CHG-7/prod/3",
                        "SLIPWAY_DIGEST=" + NEW,
                        "SLIPWAY_REFERENCE=registry.example/shop@" + NEW,
                        "SLIPWAY_ENVIRONMENT=prod",
                        "SLIPWAY_PART=shop",
                        "SLIPWAY_WEIGHT=100")
                .filteredOn(line -> !line.matches("(TOKEN|REGION|SLIPWAY_[A-Z]+|PATH|HOME|PWD|OLDPWD|SHLVL|_)=.*"))
                .isEmpty();
    }

    @Test
    void a_program_beside_the_others_is_found_from_their_folder() throws Exception {
        Path runs = Files.writeString(tools.resolve("runs"), "#!/bin/sh\necho " + OLD + "\n");
        Files.setPosixFilePermissions(runs, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(target(ONE.replace("probe: [/bin/sh, shop.sh, digest]", "probe: [./runs]")).probe()).isEqualTo(shop(OLD));
    }

    @Test
    void a_failure_is_told_in_the_programs_words_and_without_our_secrets() throws Exception {
        Files.writeString(folder.resolve("token"), "s3cret\n");
        Files.createFile(tools.resolve("away"));
        Target target = target(ONE + "secrets: {token: token}\nvariables: {TOKEN: \"{secret:token}\"}\n");
        assertThatThrownBy(target::probe)
                .isInstanceOf(IOException.class)
                .hasMessage("/bin/sh: exit 69: cannot reach the shop with token ***");
    }

    @Test
    void an_image_by_its_digest_names_what_runs_and_the_word_none_that_nothing_does() throws Exception {
        runs(shop(OLD));
        Files.writeString(tools.resolve("shop.digest"), "registry.example/shop@" + OLD + "\n");
        assertThat(target(ONE).probe()).isEqualTo(shop(OLD));
        Files.writeString(tools.resolve("shop.digest"), "none\n");
        assertThat(target(ONE).probe()).isEqualTo(shop(null));
    }

    @Test
    void what_tells_no_shape_is_a_fault() throws Exception {
        for (Map.Entry<String, String> row : Map.of(
                        "", "the parts are [shop]",
                        "registry.example/shop:latest", "Unrecognized token",
                        "{\"parts\":[{\"name\":\"shop\"}]}", "the digest of 'shop' is neither sha256:… nor null",
                        "{\"parts\":[{\"name\":\"shop\",\"digest\":\"latest\"}]}", "the digest of 'shop' is neither",
                        "{\"parts\":[{\"name\":\"shop\",\"digest\":null},{\"name\":\"x\",\"digest\":null}]}", "the parts are [shop]")
                .entrySet()) {
            Files.writeString(tools.resolve("shop.digest"), row.getKey() + "\n");
            assertThatThrownBy(() -> target(ONE).probe())
                    .as(row.getKey())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("/bin/sh tells no shape but")
                    .hasMessageContaining(row.getValue());
        }
        runs(slots(OLD, 100, null));
        Files.writeString(tools.resolve("blue.weight"), "101\n");
        assertThatThrownBy(() -> target(SLOTS).probe()).hasMessageContaining("the weight of 'blue' is no number from 0 to 100");
    }

    @Test
    void exit_code_0_is_no_proof() throws Exception {
        runs(shop(OLD));
        Files.createFile(tools.resolve("deaf"));
        assertThatThrownBy(() -> target(ONE).apply(move(shop(OLD), shop(NEW))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("waited 1 s in vain for 'shop runs " + NEW)
                .hasMessageContaining("last seen was 'shop runs " + OLD);
    }

    @Test
    void a_last_look_that_is_cut_off_hides_nothing_of_what_was_seen_before() throws Exception {
        runs(shop(OLD));
        Files.createFile(tools.resolve("deaf"));
        Files.writeString(
                tools.resolve("stuck.sh"),
                """
                [ -f "$(dirname "$0")/looked-twice" ] && exec sleep 60
                [ -f "$(dirname "$0")/looked" ] && touch "$(dirname "$0")/looked-twice"
                touch "$(dirname "$0")/looked"
                cat "$(dirname "$0")/shop.digest"
                """);
        assertThatThrownBy(() -> target(ONE.replace("shop.sh, digest", "stuck.sh")).apply(move(shop(OLD), shop(NEW))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("last seen was 'shop runs " + OLD)
                .hasMessageContaining("; then /bin/sh does not end within");
    }

    @Test
    void a_tool_that_returns_before_all_is_done_is_looked_at_until_it_is() throws Exception {
        runs(slots(OLD, 100, null));
        Files.writeString(tools.resolve("before"), "not yet\n");
        Target target = target(WHOLE.replace("apply: [/bin/sh,", "apply: [/bin/sh, late.sh,"));
        Files.writeString(tools.resolve("late.sh"), "/bin/sh \"$@\"; touch lag");
        target.apply(move(slots(OLD, 100, null), slots(OLD, 100, NEW)));
        assertThat(target.probe()).isEqualTo(slots(OLD, 100, NEW));
    }

    @Test
    void going_back_works_where_nobody_can_tell_what_runs() throws Exception {
        runs(shop(OLD));
        Files.writeString(tools.resolve("shop.digest"), "crash loop\n");
        assertThatThrownBy(() -> target(ONE).probe()).isInstanceOf(IOException.class);
        target(ONE).undo(move(shop(NEW), shop(OLD)));
        assertThat(target(ONE).probe()).isEqualTo(shop(OLD));
    }

    @Test
    void what_somebody_else_put_there_is_not_taken_away() throws Exception {
        String hotfix = "sha256:" + "7".repeat(64);
        runs(shop(hotfix));
        assertThatThrownBy(() -> target(ONE).undo(move(shop(NEW), shop(OLD)))).hasMessageContaining("somebody else was there");
        assertThat(target(ONE).probe()).isEqualTo(shop(hotfix));
    }

    @Test
    void a_step_can_be_left_out_by_the_settings() {
        assertThat(target(ONE).can(StepKind.CUTOVER)).isFalse();
        assertThat(target(SLOTS).can(StepKind.SWITCH)).isFalse();
        assertThat(target(SLOTS + "steps: [cutover]").can(StepKind.WEIGHT)).isFalse();
        assertThat(target(SLOTS + "steps: [cutover]").can(StepKind.CUTOVER)).isTrue();
    }

    /// The service may have been killed before it knew the number of the process.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_run_that_outlived_the_service_that_started_it_is_waited_for(boolean noted) throws Exception {
        runs(shop(OLD));
        Target target = target(ONE);
        AtWork work = ((CommandTarget) target).work();
        String mark = UUID.randomUUID().toString();
        ProcessBuilder builder = new ProcessBuilder(
                "/bin/sh", "-c", "while [ ! -f go ]; do sleep 0.05; done; exec /bin/sh shop.sh switch shop " + NEW);
        builder.environment().put(AtWork.MARK, mark);
        work.begins(mark);
        Process outlived = builder.directory(tools.toFile()).start();
        try {
            if (noted) {
                work.begun(mark, outlived.toHandle());
            }
            Thread next = Thread.ofPlatform().start(() -> {
                try {
                    target(ONE.replace("timeoutSeconds: 1", "timeoutSeconds: 60")).apply(move(shop(OLD), shop(NEW)));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            await().during(Duration.ofMillis(700)).atMost(Duration.ofSeconds(10)).until(() -> lines("calls").isEmpty());
            assertThatThrownBy(target::probe).hasMessageContaining("is still at work as process " + outlived.pid());
            Files.createFile(tools.resolve("go"));
            next.join();
        } finally {
            outlived.destroyForcibly();
        }
        assertThat(lines("calls")).hasSize(1);
        assertThat(lines("ledger")).containsExactly("shop.digest " + NEW);
    }

    @Test
    void what_a_program_leaves_running_on_purpose_is_not_waited_for() throws Exception {
        runs(shop(OLD));
        Files.writeString(tools.resolve("leaves.sh"), "sleep 30 >/dev/null 2>&1 & echo $! > left; exec /bin/sh \"$@\"");
        target(ONE.replace("apply: [/bin/sh,", "apply: [/bin/sh, leaves.sh,")).apply(move(shop(OLD), shop(NEW)));
        ProcessHandle left = ProcessHandle.of(Long.parseLong(lines("left").getFirst())).orElseThrow();
        try {
            assertThat(left.isAlive()).isTrue();
            assertThat(target(ONE.replace("apply: [/bin/sh,", "apply: [/bin/sh, leaves.sh,")).probe()).isEqualTo(shop(NEW));
            assertThat(left.isAlive()).as("it was not waited for").isTrue();
        } finally {
            left.destroyForcibly();
        }
    }
}
