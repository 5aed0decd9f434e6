package slipway.change.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Intervals against the plainest model of them: one bit for each of twenty seconds.
class IntervalsProperties {

    private static final int SECONDS = 20;

    @Provide
    Arbitrary<List<Window>> windows() {
        return window().list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<Window> window() {
        Arbitrary<Integer> second = Arbitraries.integers().between(0, SECONDS);
        return Combinators.combine(second, second).as(IntervalsProperties::window);
    }

    private static Window window(int from, int to) {
        return new Window(Instant.ofEpochSecond(from), Instant.ofEpochSecond(to));
    }

    private static BitSet bits(List<Window> windows) {
        BitSet bits = new BitSet();
        windows.stream()
                .filter(window -> !window.neverOpens())
                .forEach(window -> bits.set(
                        (int) window.notBefore().getEpochSecond(),
                        (int) window.notAfter().getEpochSecond()));
        return bits;
    }

    private static BitSet bits(Intervals intervals) {
        return bits(intervals.windows());
    }

    @Property
    void they_hold_the_same_moments_in_the_fewest_windows_in_order(@ForAll("windows") List<Window> windows) {
        Intervals intervals = Intervals.of(windows);
        assertThat(bits(intervals)).isEqualTo(bits(windows));
        for (int i = 1; i < intervals.windows().size(); i++) {
            assertThat(intervals.windows().get(i - 1).notAfter())
                    .isBefore(intervals.windows().get(i).notBefore());
        }
    }

    @Property
    void union_intersection_and_difference_are_those_of_sets(
            @ForAll("windows") List<Window> some, @ForAll("windows") List<Window> others) {
        Intervals one = Intervals.of(some);
        Intervals other = Intervals.of(others);
        BitSet or = bits(one);
        or.or(bits(other));
        assertThat(bits(one.union(other))).isEqualTo(or);
        BitSet and = bits(one);
        and.and(bits(other));
        assertThat(bits(one.intersect(other))).isEqualTo(and);
        BitSet not = bits(one);
        not.andNot(bits(other));
        assertThat(bits(one.minus(other))).isEqualTo(not);
    }

    @Property
    void covering_and_overlapping_are_subset_and_common_moments(
            @ForAll("windows") List<Window> windows, @ForAll("window") Window window) {
        Intervals intervals = Intervals.of(windows);
        BitSet wanted = bits(List.of(window));
        BitSet missing = (BitSet) wanted.clone();
        missing.andNot(bits(intervals));
        assertThat(intervals.covers(window)).isEqualTo(missing.isEmpty());
        assertThat(intervals.overlaps(window)).isEqualTo(wanted.intersects(bits(intervals)) && !window.neverOpens());
    }

    @Property
    void windows_that_touch_do_not_overlap(@ForAll("window") Window one, @ForAll("window") Window other) {
        if (!one.neverOpens() && !other.neverOpens()) {
            assertThat(one.overlaps(other)).isEqualTo(bits(List.of(one)).intersects(bits(List.of(other))));
        }
    }
}
