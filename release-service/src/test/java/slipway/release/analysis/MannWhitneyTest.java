package slipway.release.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MannWhitneyTest {

    /// Where R searches to 0.0001.
    private static final double AS_R = 0.0002;

    /// From the examples of R's `wilcox.test`: Hollander and Wolfe, permeability of the chorioamnion.
    private static final double[] TERM = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};

    private static final double[] EARLY = {1.15, 0.88, 0.90, 0.74, 1.21};

    /// R's `mtcars`: miles by gallon with automatic and with manual transmission; with ties within and across.
    private static final double[] AUTOMATIC = {
        21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 21.5, 15.5, 15.2, 13.3, 19.2
    };

    private static final double[] MANUAL = {
        21.0, 21.0, 22.8, 32.4, 30.4, 33.9, 27.3, 26.0, 30.4, 15.8, 19.7, 15.0, 21.4
    };

    /// R's `airquality`, also of that example: ozone in May and in August.
    private static final double[] MAY = {
        41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37
    };

    private static final double[] AUGUST = {
        39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85
    };

    /// R's `sleep`: hours gained by two drugs.
    private static final double[] ONE = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

    private static final double[] OTHER = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

    /// R's `PlantGrowth`: control and second treatment.
    private static final double[] CONTROL = {4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14};

    private static final double[] TREATED = {6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26};

    /// Mostly ties: without the correction for them the upper end would be 0.
    private static final double[] FEW = {0, 0, 0, 0, 0, 0, 0, 4, 4, 4};

    private static final double[] MANY = {0, 0, 5, 5, 5, 5, 5, 5, 5, 9};

    /// What R 4.2.2 gives for `wilcox.test(x, y, exact = FALSE, conf.int = TRUE, conf.level = 0.98)`.
    static Stream<Arguments> asGivenByR() {
        return Stream.of(
                Arguments.of("chorioamnion", TERM, EARLY, -0.31999721, 0.98994618),
                Arguments.of("mtcars", AUTOMATIC, MANUAL, -12.40007842, -1.89996604),
                Arguments.of("mtcars, the other way", MANUAL, AUTOMATIC, 1.89999884, 12.40008904),
                Arguments.of("airquality", MAY, AUGUST, -55.00005190, -11.99996141),
                Arguments.of("sleep", ONE, OTHER, -4.39995629, 0.69998897),
                Arguments.of("ties", FEW, MANY, -5.00003862, -0.99996669),
                Arguments.of("PlantGrowth", CONTROL, TREATED, -1.11998501, 0.07994101));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("asGivenByR")
    void the_interval_is_that_of_r(String data, double[] canary, double[] baseline, double lower, double upper) {
        MannWhitney shift = MannWhitney.of(canary, baseline).orElseThrow();
        assertThat(shift.lower()).isEqualTo(lower, within(AS_R));
        assertThat(shift.upper()).isEqualTo(upper, within(AS_R));
    }

    /// R gives -6.79996 and -31.99996 for the first two. Where the number of pairs is even, R stops anywhere between the middle two.
    @Test
    void the_estimate_is_the_median_of_all_differences() {
        assertThat(MannWhitney.of(AUTOMATIC, MANUAL).orElseThrow().estimate()).isEqualTo(-6.8, within(AS_R));
        assertThat(MannWhitney.of(MAY, AUGUST).orElseThrow().estimate()).isEqualTo(-32, within(AS_R));
        assertThat(MannWhitney.of(TERM, EARLY).orElseThrow().estimate()).isEqualTo(0.305, within(1e-12));
    }

    /// By hand: 5 and 5 values, 25 pairs, σ = √(25/12 · 11) = 4.7871; 12.5 − 0.5 − 2.32635 · 4.7871 = 0.8635, so the first and the
    /// last difference are the interval. With 4 and 4 it is 8 − 0.5 − 2.32635 · 3.4641 = −0.5587: no interval is that sure.
    @Test
    void as_worked_by_hand() {
        assertThat(MannWhitney.of(new double[] {11, 12, 13, 14, 15}, new double[] {1, 2, 3, 4, 5}))
                .contains(new MannWhitney(6, 14, 10));
        assertThat(MannWhitney.of(new double[] {11, 12, 13, 14}, new double[] {1, 2, 3, 4})).isEmpty();
        assertThat(MannWhitney.of(new double[] {}, new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9})).isEmpty();
        assertThat(MannWhitney.of(new double[] {1}, new double[] {1})).isEmpty();
    }

    /// By hand: 4 and 4 values that are all equal, T = 2 · (4³ − 4), σ = √(16/12 · (9 − 120/56)) = 3.0237; 8 − 0.5 − 2.32635 · σ = 0.466.
    @Test
    void ties_make_an_interval_surer() {
        assertThat(MannWhitney.of(constant(2, 4), constant(5, 4))).contains(new MannWhitney(-3, -3, -3));
        assertThat(MannWhitney.of(constant(2, 3), constant(5, 3))).isEmpty();
    }

    @Test
    void series_that_stand_still_need_no_noise() {
        double[] two = constant(2, 10);
        assertThat(MannWhitney.of(two, two)).contains(new MannWhitney(0, 0, 0));
        assertThat(MannWhitney.of(two, constant(5, 10))).contains(new MannWhitney(-3, -3, -3));
        double[] nearly = two.clone();
        nearly[9] = 3;
        // R gives −0.00008 and 0 for the same series less one.
        assertThat(MannWhitney.of(two, nearly)).contains(new MannWhitney(0, 0, 0));
    }

    private static double[] constant(double value, int size) {
        return DoubleStream.generate(() -> value).limit(size).toArray();
    }

    @Property(tries = 300)
    void the_other_way_round_the_interval_is_mirrored(
            @ForAll @Size(min = 5, max = 25) @DoubleRange(min = -100, max = 100) double[] canary,
            @ForAll @Size(min = 5, max = 25) @DoubleRange(min = -100, max = 100) double[] baseline) {
        MannWhitney there = MannWhitney.of(canary, baseline).orElseThrow();
        MannWhitney back = MannWhitney.of(baseline, canary).orElseThrow();
        assertThat(back.lower()).isEqualTo(-there.upper(), within(0.0));
        assertThat(back.upper()).isEqualTo(-there.lower(), within(0.0));
        assertThat(back.estimate()).isEqualTo(-there.estimate(), within(0.0));
    }

    @Property(tries = 300)
    void the_order_of_values_is_nothing_and_the_estimate_lies_between_the_ends(
            @ForAll @Size(min = 5, max = 25) double[] canary, @ForAll @Size(min = 5, max = 25) double[] baseline) {
        double[] reversed = new double[canary.length];
        Arrays.setAll(reversed, i -> canary[canary.length - 1 - i]);
        MannWhitney shift = MannWhitney.of(canary, baseline).orElseThrow();
        assertThat(MannWhitney.of(reversed, baseline)).contains(shift);
        assertThat(shift.lower()).isLessThanOrEqualTo(shift.estimate());
        assertThat(shift.upper()).isGreaterThanOrEqualTo(shift.estimate());
    }
}
