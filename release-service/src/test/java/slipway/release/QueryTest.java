package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryTest {

    private static String fill(String text, String part) {
        return new Query(text).fill(Map.of("part", part, "digest", "sha256:a", "environment", "prod"));
    }

    @Test
    void gaps_are_filled_and_other_braces_are_promql() {
        assertThat(fill("sum(rate(r{slot=\"{part}\",env='{environment}'}[1m])) by (code)", "green"))
                .isEqualTo("sum(rate(r{slot=\"green\",env='prod'}[1m])) by (code)");
        assertThat(fill("up{image=\"shop@{digest}\"}", "x")).isEqualTo("up{image=\"shop@sha256:a\"}");
        assertThat(fill("up{a=\"{other}\"} # it's {part}", "x")).as("a comment is one").isEqualTo("up{a=\"{other}\"} # it's {part}");
    }

    @Test
    void no_value_breaks_out_of_its_string() {
        assertThat(fill("r{slot=\"{part}\"}", "a\"} or up{b=\"")).isEqualTo("r{slot=\"a\\\"} or up{b=\\\"\"}");
        assertThat(fill("r{slot='{part}'}", "a' or \"")).isEqualTo("r{slot='a\\' or \"'}");
        assertThat(fill("r{slot=\"{part}\"}", "a\\")).isEqualTo("r{slot=\"a\\\\\"}");
        assertThat(fill("r{slot=\"{part}\"}", "a\nb")).isEqualTo("r{slot=\"a\\nb\"}");
        assertThat(fill("r{a=\"\\\"{part}\"}", "\"")).as("after a quote that is escaped").isEqualTo("r{a=\"\\\"\\\"\"}");
    }

    @Test
    void a_value_in_a_regular_expression_means_itself() {
        assertThat(fill("r{pod=~\"{part}-.*\"}", "shop.v1-a")).isEqualTo("r{pod=~\"shop\\\\.v1-a-.*\"}");
        assertThat(fill("r{pod !~ '{part}'}", ".*")).isEqualTo("r{pod !~ '\\\\.\\\\*'}");
        assertThat(fill("r{pod=~\"x\",slot=\"{part}\"}", "a.b")).isEqualTo("r{pod=~\"x\",slot=\"a.b\"}");
    }

    @Test
    void a_gap_outside_of_a_string_or_in_one_without_escapes_is_a_fault() {
        assertThat(new Query("r{slot={part}}").faults()).containsExactly("{part} has to stand within quotes");
        assertThat(new Query("r{slot=`{part}`}").faults()).singleElement().asString().contains("backquotes");
        assertThat(new Query("r{a=\"\\\"\",slot={part}}").faults()).as("the string is over").hasSize(1);
        assertThat(new Query(" ").faults()).containsExactly("is missing");
        assertThat(new Query("r{slot=\"{part}\"} / ignoring(slot) r{digest='{digest}'}").faults()).isEmpty();
    }
}
