package slipway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormTest {

    private static Form read(String yaml) {
        return Form.read(yaml.getBytes(StandardCharsets.UTF_8), Form.YAML);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "title: &it Shops           | line 1, column 8: the anchor &it",
                "title: *it                 | line 1, column 8: the alias *it",
                "title: !!str 7             | line 1, column 8: the tag tag:yaml.org,2002:str",
                "title: !secret Shops       | line 1, column 8: the tag !secret",
                "items: !!set {a, b}        | line 1, column 8: the tag tag:yaml.org,2002:set",
                "items: [a, &b [c], d]      | line 1, column 12: the anchor &b",
                "{<<: *base, title: Shops}  | line 1, column 6: the alias *base"
            })
    void what_stands_for_something_else_is_refused_where_it_stands(String yaml, String fault) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.getStatusCode().value()).isEqualTo(400);
                    assertThat(refusal.reasons()).containsExactly(fault + " is not understood here; write it out");
                });
    }

    @Test
    void a_billion_laughs_are_refused_at_the_first() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [lol]\n");
        for (int i = 1; i < 40; i++) {
            yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        assertThatThrownBy(() -> read(yaml.toString()))
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                        .containsExactly("line 1, column 5: the anchor &a0 is not understood here; write it out"));
    }

    @Test
    void signs_within_text_are_text() {
        Form form = read("title: \"*it & !that\"\nwhy: R&D *and* so on!\n");
        assertThat(form.text("title")).isEqualTo("*it & !that");
        assertThat(form.text("why")).isEqualTo("R&D *and* so on!");
        assertThat(form.faults()).isEmpty();
    }

    @Test
    void what_is_no_yaml_is_refused_with_the_place() {
        assertThatThrownBy(() -> read("title: [a\n"))
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                        .containsExactly("line 1, column 10: while parsing a flow sequence"));
    }
}
