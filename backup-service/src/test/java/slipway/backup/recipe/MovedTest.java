package slipway.backup.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.backup.domain.RestoreCheck;

/// A source that goes on working while it is captured.
class MovedTest {

    @Test
    void what_stayed_has_to_be_the_same_and_a_number_has_to_lie_between() throws IOException {
        Map<String, String> between = Moved.between(Map.of("rows", "10", "name", "a"), Map.of("rows", "12", "name", "a"));
        assertThat(between).isEqualTo(Map.of("rows", "10..12", "name", "a"));
        assertThat(passes(between, "rows", "11")).isTrue();
        assertThat(passes(between, "rows", "13")).isFalse();
        assertThat(passes(between, "name", "b")).isFalse();
    }

    @Test
    void what_came_went_or_is_another_text_says_nothing_about_the_copy() throws IOException {
        Map<String, String> between = Moved.between(
                Map.of("stays", "1", "goes", "2", "text", "a"), Map.of("stays", "1", "comes", "3", "text", "b"));
        for (String name : new String[] {"goes", "comes", "text"}) {
            assertThat(passes(between, name, "anything")).as(name).isTrue();
            assertThat(passes(between, name, "not there")).as(name).isTrue();
        }
        assertThat(passes(between, "stays", "not there")).isFalse();
    }

    @Test
    void what_the_trial_cannot_tell_says_nothing_about_the_copy_either() {
        assertThat(passes(Map.of("definitions", "a"), "definitions", RestoreCheck.NOT_COMPARED + "the source is 10, and the trial 11")).isTrue();
    }

    @Test
    void when_everything_moved_nothing_is_proven() {
        assertThatThrownBy(() -> Moved.between(Map.of("text", "a"), Map.of("text", "b")))
                .hasMessageContaining("changed while it was captured");
    }

    @Test
    void a_value_that_would_be_taken_for_a_word_about_values_is_refused() {
        for (String value : new String[] {"1..9", RestoreCheck.MOVED, "not there", "not compared: whatever"}) {
            assertThatThrownBy(() -> Moved.between(Map.of("range", value), Map.of("range", value)))
                    .as(value)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("range is '" + value + "'");
            assertThatThrownBy(() -> Moved.between(Map.of("range", "a", "b", "1"), Map.of("range", value, "b", "1")))
                    .as(value)
                    .isInstanceOf(IOException.class);
        }
    }

    private static boolean passes(Map<String, String> between, String name, String actual) {
        return RestoreCheck.of("item", name, between.get(name), actual).passed();
    }
}
