package slipway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.jwt.Jwt;

class PersonTest {

    private static Jwt token(String subject, @Nullable Object groups, @Nullable Object act) {
        Jwt.Builder token = Jwt.withTokenValue("t").header("alg", "none").subject(subject);
        if (groups != null) {
            token.claim("groups", groups);
        }
        if (act != null) {
            token.claim("act", act);
        }
        return token.build();
    }

    @Test
    void whoever_acts_in_another_s_place_is_known_from_the_keyboard_to_the_first() {
        Map<String, Object> chain = Map.of("sub", "a-bot", "act", Map.of("sub", "dana"));
        assertThat(Person.of(token("aki", List.of("approvers"), chain)).actors()).containsExactly("a-bot", "dana");
        assertThat(Person.of(token("aki", List.of("approvers"), null)).actors()).isEmpty();
        assertThat(Person.of(token("aki", null, null)).groups()).isEmpty();
    }

    @Test
    void a_token_that_does_not_say_who_acts_is_nobody_s() {
        for (Object act : List.of("dana", Map.of("iss", "x"), Map.of("sub", ""), Map.of("sub", "a", "act", List.of()))) {
            assertThatThrownBy(() -> Person.of(token("aki", List.of(), act))).hasMessageContaining("403");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", " ", "a\u001b[2K", "a\u202eb", "a\nb"})
    void a_subject_that_nobody_could_read_or_store_is_nobody(String subject) {
        assertThatThrownBy(() -> Person.of(token(subject, List.of(), null))).hasMessageContaining("403");
    }

    @Test
    void a_group_without_a_name_gives_no_right() {
        assertThatThrownBy(() -> Person.of(token("aki", Arrays.asList("approvers", null), null))).hasMessageContaining("403");
        assertThatThrownBy(() -> Person.of(token("aki", List.of(7), null))).hasMessageContaining("403");
        assertThatThrownBy(() -> Person.of(token("aki", Map.of("a", "b"), null))).hasMessageContaining("403");
    }
}
