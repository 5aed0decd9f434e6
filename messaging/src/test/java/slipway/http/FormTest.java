package slipway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | {\"a\": 1}\\n {\"b\": 2} | line 2, column 2: there is more than one document",
                "application/json | {\"a\": 1} 7             | line 1, column 10: there is more than one document",
                "application/json | {\"a\":\\n NaN}          | line 2, column 5: NaN is no number here",
                "application/json | {\"a\": -Infinity}       | line 1, column 16: -Infinity is no number here",
                "application/json | {\"a\": \"x             | line 1, column 9: it ends too early",
                "application/json | // so\\n{}              | line 1, column 1: Unexpected character ('/' (code 47)): maybe a (non-standard) comment?",
                "application/json | {\"a\":\\n \"\u00e9\"}    | line 2, column 3: it is no UTF-8",
                "application/yaml | a: 1\\n---\\nb: 2       | line 3, column 1: there is more than one document",
                "application/yaml | a: .inf                 | line 1, column 8: .inf is no number here",
                "application/yaml | a: -.inf                | line 1, column 9: -.inf is no number here",
                "application/yaml | a: .nan                 | line 1, column 8: .nan is no number here",
                "application/yaml | %YAML 9.9\\n---\\na: 1  | line 1, column 1: YAML 9.9 is not understood here",
                "application/yaml | a: 1\\nb: \u00e9        | line 2, column 4: it is no UTF-8"
            })
    void what_cannot_be_read_is_told_in_plain_words(String type, String body, String fault) {
        // As bytes of Latin-1 an é is no UTF-8.
        byte[] bytes = body.replace("\\n", "\n").getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Form.read(bytes, MediaType.valueOf(type)))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.getStatusCode().value()).isEqualTo(400);
                    assertThat(refusal.reasons()).containsExactly(fault);
                });
    }

    @Test
    void what_is_long_and_of_many_languages_is_utf_8() {
        for (String odd : List.of("é７😀", "😀", "a😀")) {
            String text = odd.repeat(10_000);
            assertThat(read("title: \"" + text + "\"\n").text("title")).isEqualTo(text);
        }
        assertThat(read("\uFEFFtitle: \"a\"\n").text("title")).isEqualTo("a");
    }

    @Test
    void what_is_no_yaml_is_refused_with_the_place() {
        assertThatThrownBy(() -> read("title: [a\n"))
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                        .containsExactly("line 1, column 10: while parsing a flow sequence"));
    }

    @Test
    void what_may_be_a_list_or_one_text_and_names_that_the_writer_chose_are_asked_for_first() {
        Form form = read("one: a\nmany: [a, b]\nnothing:\n");
        assertThat(form.names()).containsExactly("one", "many", "nothing");
        assertThat(form.isList("many")).isTrue();
        assertThat(form.isList("one")).isFalse();
        assertThat(form.isList("nothing")).isFalse();
        assertThat(form.isList("absent")).isFalse();
        assertThat(form.written("many").size()).isEqualTo(2);
        assertThat(form.written("absent").isMissingNode()).isTrue();
    }
}
