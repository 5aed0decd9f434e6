package slipway.audit.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.audit.domain.Sample.NOON;
import static slipway.audit.domain.Sample.fact;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimelineTest {

    @Test
    void facts_come_by_time_whatever_order_they_were_stored_in() {
        Entry first = fact("CHG-1", 1, null, NOON);
        Entry second = fact("REL-1", 1, "CHG-1#1", NOON.plusSeconds(1));
        Entry third = fact("BKP-1", 1, "REL-1#1", NOON.plusSeconds(2));

        assertThat(Timeline.order(List.of(third, first, second))).containsExactly(first, second, third);
    }

    @Test
    void a_cause_comes_before_its_effect_though_clocks_differ() {
        Entry cause = fact("CHG-1", 1, null, NOON);
        Entry effect = fact("REL-1", 1, "CHG-1#1", NOON.minusSeconds(5));
        Entry later = fact("REL-1", 2, "REL-1#1", NOON.minusSeconds(4));

        assertThat(Timeline.order(List.of(later, effect, cause))).containsExactly(cause, effect, later);
    }

    @Test
    void facts_of_one_decision_come_by_their_sequence() {
        List<Entry> decision = List.of(fact("CHG-1", 1), fact("CHG-1", 2), fact("CHG-1", 3), fact("CHG-1", 4));
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            List<Entry> shuffled = new ArrayList<>(decision);
            Collections.shuffle(shuffled, random);

            assertThat(Timeline.order(shuffled)).isEqualTo(decision);
        }
    }

    @Test
    void a_cause_outside_the_story_holds_nothing_up() {
        Entry fact = fact("CHG-1", 1, "elsewhere", NOON);

        assertThat(Timeline.order(List.of(fact))).containsExactly(fact);
    }

    @Test
    void facts_that_name_each_other_are_still_shown() {
        Entry one = fact("CHG-1", 1, "REL-1#1", NOON);
        Entry two = fact("REL-1", 1, "CHG-1#1", NOON.plusSeconds(1));
        Entry self = fact("BKP-1", 1, "BKP-1#1", NOON.minusSeconds(1));

        assertThat(Timeline.order(List.of(two, one, self))).containsExactly(self, one, two);
    }
}
