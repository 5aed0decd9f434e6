package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.messaging.NotYet;

class BulkheadTest {

    private final Bulkhead bulkhead = new Bulkhead(3);

    private void answers(String... counterparts) throws IOException, NotYet {
        for (String each : counterparts) {
            assertThat(bulkhead.<Boolean>ask(each, () -> {}, () -> true)).isTrue();
        }
    }

    private void fails(String... counterparts) {
        for (String each : counterparts) {
            assertThatThrownBy(() -> bulkhead.ask(each, () -> {}, () -> {
                throw new IOException("not now");
            })).hasMessage("not now");
        }
    }

    /// Whether all of them can be asked, each while those before it have not answered yet.
    private boolean fit(String... counterparts) throws IOException {
        return fit(List.of(counterparts));
    }

    private boolean fit(List<String> counterparts) throws IOException {
        try {
            return counterparts.isEmpty()
                    || bulkhead.ask(counterparts.getFirst(), () -> {}, () -> fit(counterparts.subList(1, counterparts.size())));
        } catch (NotYet _) {
            return false;
        }
    }

    @Test
    void with_one_that_answers_are_so_many_at_once_and_no_more() throws Exception {
        answers("a", "b");
        assertThat(fit("a", "a", "a", "b", "b", "b")).isTrue();
        assertThat(fit("a", "a", "a", "a")).isFalse();
    }

    @Test
    void with_one_that_never_answered_is_one_at_once() throws Exception {
        assertThat(fit("a", "b", "c", "d")).isTrue();
        assertThat(fit("e", "e")).isFalse();
    }

    @Test
    void with_all_those_that_failed_last_are_so_many_together_and_the_others_have_their_own() throws Exception {
        answers("well");
        fails("a", "b", "c", "d");
        assertThat(fit("a", "b", "c", "well", "well", "well")).isTrue();
        fails("a", "b", "c", "d");
        assertThat(fit("a", "b", "c", "d")).isFalse();
        fails("a", "b");
        answers("b");
        assertThat(fit("b", "b", "b", "a")).as("who answers again has its own").isTrue();
    }

    @Test
    void who_was_not_asked_has_not_failed() throws Exception {
        answers("a");
        assertThatThrownBy(() -> bulkhead.ask("a", () -> {
            throw new NotYet("another message by now");
        }, () -> true)).isInstanceOf(NotYet.class);
        fails("b", "c", "d");
        assertThat(fit("b", "c", "d", "a")).isTrue();
    }
}
