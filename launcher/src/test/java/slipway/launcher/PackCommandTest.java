package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.launcher.evidence.PackBench;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an auditor reads who has a pack, a key, and no service.
class PackCommandTest {

    @TempDir
    private static Path home;

    private static PackBench bench;

    @BeforeAll
    static void packs() throws IOException {
        bench = new PackBench(home);
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private record Told(int code, String out, String err) {}

    private static Told verify(String... arguments) {
        List<String> all = new ArrayList<>(List.of("audit", "verify"));
        all.addAll(List.of(arguments));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream screen = System.out;
        PrintStream errors = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int code = Slipway.run(all.toArray(String[]::new));
            return new Told(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(screen);
            System.setErr(errors);
        }
    }

    @Test
    void each_decision_is_a_line_and_the_last_lines_count() {
        Told told = verify(bench.sound().toString(), "--key", bench.key());
        assertThat(told.code()).isZero();
        assertThat(told.out().lines())
                .anyMatch(line -> line.matches("about    CHG-[0-9]+, written at 2026-01-02T03:04:05Z by olu"))
                .anyMatch(line -> line.matches("MATCH    RiskAssessed of CHG-[0-9]+: [A-Z]+, [0-9]+"))
                .anyMatch(line -> line.matches("MATCH    PolicyEvaluated of CHG-[0-9]+: default/1: APPROVAL_REQUIRED, .*"))
                .anyMatch(line -> line.matches("MATCH    ChangeApproved of CHG-[0-9]+: [0-9]+ approvals, .*"))
                .anyMatch(line -> line.matches("MATCH    CanaryAnalysisCompleted of REL-[^:]+: PASS, .*"))
                .anyMatch(line -> line.matches("all holds: ([0-9]+) facts of [0-9]+ aggregates, \\1 of them proven to be in the log of .*"))
                .last()
                .asString()
                // What is there as a cause only is there without its past.
                .matches("decisions made again: [1-9][0-9]* match, 0 differ, [0-9]+ cannot be made again");
    }

    @Test
    void what_was_touched_is_named_and_the_exit_code_is_1() {
        Told told = verify(bench.touched().toString(), "--key", bench.key());
        assertThat(told.code()).isEqualTo(1);
        assertThat(told.out()).containsPattern("FAULT  .* is missing: deleted").contains("it does NOT hold");
    }

    @Test
    void a_program_reads_the_same_as_json() {
        Told told = verify(bench.touched().toString(), "--key", bench.key(), "--output", "json");
        assertThat(told.code()).isEqualTo(1);
        JsonNode json = new JsonMapper().readTree(told.out());
        assertThat(json.path("holds").booleanValue()).isFalse();
        assertThat(json.path("faults").toString()).contains("deleted");
        assertThat(json.path("scope").path("change").asString()).startsWith("CHG-");
        assertThat(json.path("scope").path("createdBy").asString()).isEqualTo("olu");
        assertThat(json.path("decisions").get(0).path("result").asString()).isEqualTo("MATCH");
        assertThat(json.path("checkpoint").path("size").longValue()).isPositive();
    }

    @Test
    void what_cannot_be_read_is_2() throws IOException {
        String pack = bench.sound().toString();
        assertThat(verify(pack).code()).as("without a key").isEqualTo(2);
        assertThat(verify(pack, "--key", "none").code()).isEqualTo(2);
        assertThat(verify(pack, "--key", bench.key(), "--log", home.toString()).code()).isEqualTo(2);
        assertThat(verify(pack, "--key", bench.key(), "--kept", home.resolve("nowhere").toString()).code()).isEqualTo(2);
        assertThat(verify(home.resolve("nowhere").toString(), "--key", bench.key()).code()).isEqualTo(2);
        Told told = verify(Files.writeString(home.resolve("text"), "no zip").toString(), "--key", bench.key());
        assertThat(told.code()).isEqualTo(2);
        assertThat(told.err()).isNotBlank();
        assertThat(told.out()).isEmpty();
    }
}
