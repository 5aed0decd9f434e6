package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class VerdictTextTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int print(String verdicts) {
        return VerdictText.print(
                "REL-CHG-1",
                new JsonMapper().readTree(verdicts),
                new PrintStream(out, true, StandardCharsets.ISO_8859_1),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void the_bytes_of_every_verdict_and_nothing_else_go_to_the_output() {
        assertThat(print("[{\"stored\": \"{\\\"a\\\":\\\"ä\\\"}\\n\", \"again\": \"\", \"identical\": true},"
                        + " {\"stored\": \"{}\\n\", \"again\": \"\", \"identical\": true}]"))
                .isZero();
        assertThat(out.toByteArray()).isEqualTo("{\"a\":\"ä\"}\n{}\n".getBytes(StandardCharsets.UTF_8));
        assertThat(err.size()).isZero();
    }

    @Test
    void one_that_differs_is_told_of_and_is_a_failure() {
        assertThat(print(
                        "[{\"environment\": \"prod\", \"step\": 3, \"stored\": \"{}\\n\", \"again\": \"{1}\\n\", \"identical\": false},"
                                + " {\"stored\": \"{2}\\n\", \"again\": \"\", \"identical\": true}]"))
                .isEqualTo(1);
        assertThat(out).hasToString("{}\n{2}\n");
        assertThat(err).hasToString("prod, step 3: judged again it is {1}\n");
    }

    @Test
    void one_without_its_definition_is_a_failure_and_none_at_all_is_another() {
        assertThat(print("[{\"environment\": \"prod\", \"step\": 3, \"stored\": \"\", \"again\": null, \"identical\": false}]"))
                .isEqualTo(1);
        assertThat(err).asString().contains("cannot be judged again");
        assertThat(print("[]")).isEqualTo(2);
        assertThat(err).asString().endsWith("REL-CHG-1 has no verdict\n");
    }
}
