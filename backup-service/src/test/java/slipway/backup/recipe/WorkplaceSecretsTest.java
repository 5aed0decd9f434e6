package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import slipway.program.Programs;

/// What of secrets is told, and where they lie.
@Timeout(60)
class WorkplaceSecretsTest {

    private final Path folder;
    private final Bench bench;

    WorkplaceSecretsTest(@TempDir Path folder) {
        this.folder = folder;
        this.bench = new Bench(folder);
    }

    @Test
    void a_secret_is_told_in_none_of_the_ways_in_which_it_can_be_written() throws Exception {
        bench.answers.add(new Programs.Ended(
                1, "", "no " + Bench.SECRET + " a \\\"planted\\\" secret+ a+%22planted%22+secret%2B "
                        + "YSAicGxhbnRlZCIgc2VjcmV0Kw=="));
        try (Workplace place = bench.place(bench.recorded, "- {run: [tool], environment: {P: \"{password.value}\"}}")) {
            assertThatThrownBy(() -> bench.done(place))
                    .hasMessage("tool failed with exit 1: no *** *** *** ***");
        }
        assertThat(bench.calls.getFirst().argv()).containsExactly("tool");
        assertThat(bench.calls.getFirst().environment()).containsEntry("P", Bench.SECRET);
        bench.answers.add(new Programs.Ended(0, Bench.SECRET + "=1", ""));
        try (Workplace place = bench.place(bench.recorded, "- {run: [tool], tell: [{match: \"^(.*)=(.*)$\"}]}")) {
            assertThat(bench.done(place)).as("what is learnt goes into facts").containsExactly(Map.entry("***", "1"));
        }
    }

    @Test
    void a_secret_across_the_end_of_what_is_told_is_not_told_in_part() throws Exception {
        bench.answers.add(new Programs.Ended(1, "", "x".repeat(Findings.FOR_PEOPLE - 4) + Bench.SECRET + "y".repeat(9)));
        try (Workplace place = bench.place(bench.recorded, "- {run: [tool], environment: {P: \"{password.value}\"}}")) {
            assertThatThrownBy(() -> bench.done(place))
                    .hasMessageContaining("xxx***y")
                    .hasMessageEndingWith(" …")
                    .hasMessageNotContaining(Bench.SECRET.substring(0, 4));
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
        Path there = Files.writeString(folder.resolve("there"), Bench.SECRET);
        assertThatThrownBy(() -> new Workplace(
                        folder.resolve("home"),
                        folder.resolve("tree"),
                        two,
                        Map.of("there", "file:" + there, "gone", "file:/not/there"),
                        bench.recorded))
                .isInstanceOf(IOException.class);
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void of_a_secret_that_is_a_whole_file_no_long_word_is_told() throws Exception {
        Secrets secrets = new Secrets(folder);
        secrets.keep("kubeconfig", "users:\n- name: keeper\n  user: {token: \"eyJhbGciOi.planted\"}\n");
        assertThat(secrets.hide("Unauthorized: keeper with eyJhbGciOi.planted")).isEqualTo("Unauthorized: keeper with ***");
    }
}
