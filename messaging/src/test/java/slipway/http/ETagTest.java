package slipway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ETagTest {

    @Test
    void what_was_answered_is_what_a_request_is_meant_for() {
        assertThat(ETag.meantFor(ETag.of(7))).isEqualTo(7);
        assertThat(ETag.meantFor(" \"12\" ")).isEqualTo(12);
    }

    @Test
    void without_one_or_with_a_star_it_is_meant_for_whatever_is_there() {
        assertThat(ETag.meantFor(null)).isNull();
        assertThat(ETag.meantFor("*")).isNull();
    }

    @Test
    void in_several_headers_it_is_a_list_as_in_one() {
        assertThat(ETag.meantForAll(Collections.<String>emptyEnumeration())).isNull();
        assertThat(ETag.meantForAll(Collections.enumeration(List.of("\"7\"")))).isEqualTo(7);
        assertThatThrownBy(() -> ETag.meantForAll(Collections.enumeration(List.of("\"7\"", "\"8\""))))
                .isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3", "+3", "\"+3\"", "\"03\"", "\"-3\"", "W/\"3\"", "\"3\", \"4\"", "\"3", "\"\"", "", "last",
                "\"12345678901234567890\"", "\"٣\""
            })
    void anything_else_is_no_answer_of_ours(String odd) {
        assertThatThrownBy(() -> ETag.meantFor(odd))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.getStatusCode().value()).isEqualTo(400);
                    assertThat(refusal.reasons())
                            .containsExactly("If-Match: must be one ETag as it was answered, with its quotes, such as \"7\"");
                });
    }
}
