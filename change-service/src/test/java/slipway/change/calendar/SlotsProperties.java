package slipway.change.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Free slots on a day of 96 quarters of an hour, where every start can be tried.
class SlotsProperties {

    private static final int QUARTERS = 96;

    @Provide
    Arbitrary<Intervals> times() {
        Arbitrary<Integer> quarter = Arbitraries.integers().between(0, QUARTERS);
        return Combinators.combine(quarter, quarter)
                .as((from, to) -> window(from, to))
                .list()
                .ofMaxSize(6)
                .map(Intervals::of);
    }

    private static Window window(int from, int to) {
        return new Window(Instant.EPOCH.plus(Duration.ofMinutes(15L * from)), Instant.EPOCH.plus(Duration.ofMinutes(15L * to)));
    }

    @Property
    void the_first_is_the_earliest_that_fits_and_all_are_open_free_and_apart(
            @ForAll("times") Intervals open, @ForAll("times") Intervals taken) {
        int length = 3;
        List<Window> slots = Slots.next(Duration.ofMinutes(15L * length), open, taken, 4);
        slots.forEach(slot -> {
            assertThat(open.covers(slot)).isTrue();
            assertThat(taken.overlaps(slot)).isFalse();
        });
        for (int i = 1; i < slots.size(); i++) {
            assertThat(slots.get(i).notBefore())
                    .isAfterOrEqualTo(slots.get(i - 1).notAfter());
        }
        Window earliest = null;
        for (int start = QUARTERS; start >= 0; start--) {
            Window tried = window(start, start + length);
            if (open.covers(tried) && !taken.overlaps(tried)) {
                earliest = tried;
            }
        }
        assertThat(slots.isEmpty() ? null : slots.getFirst()).isEqualTo(earliest);
    }
}
