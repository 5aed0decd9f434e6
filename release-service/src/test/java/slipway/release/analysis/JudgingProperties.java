package slipway.release.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.analysis.Measured.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class JudgingProperties {

    private static final Judging COMPARING =
            Judging.of(Analysis.statistical("feel", List.of(compared("p99", "all", false)), List.of(), 95, 75));

    private static List<Measurement> both(double[] canary, double[] baseline) {
        return List.of(series("p99", Side.CANARY, canary), series("p99", Side.BASELINE, baseline));
    }

    @Property(tries = 300)
    void the_order_of_samples_changes_no_byte_of_a_verdict(
            @ForAll @Size(min = 5, max = 30) @DoubleRange(min = 0, max = 1e6) double[] canary,
            @ForAll @Size(min = 5, max = 30) @DoubleRange(min = 0, max = 1e6) double[] baseline,
            @ForAll Random random) {
        List<Double> other = new ArrayList<>(Arrays.stream(canary).boxed().toList());
        Collections.shuffle(other, random);
        double[] shuffled = other.stream().mapToDouble(Double::doubleValue).toArray();
        assertThat(COMPARING.judge(both(shuffled, baseline)).text())
                .isEqualTo(COMPARING.judge(both(canary, baseline)).text());
    }

    @Property(tries = 300)
    void no_nan_makes_a_pass_of_a_comparison_that_was_none(
            @ForAll @Size(max = 12) @DoubleRange(min = 0, max = 3) double[] canary,
            @ForAll @Size(max = 12) @DoubleRange(min = 0, max = 3) double[] baseline,
            @ForAll @IntRange(min = 1, max = 12) int more) {
        double[] longer = Arrays.copyOf(canary, canary.length + more);
        Arrays.fill(longer, canary.length, longer.length, Double.NaN);
        if (COMPARING.judge(both(canary, baseline)).verdict() != Verdict.PASS) {
            assertThat(COMPARING.judge(both(longer, baseline)).verdict()).isNotEqualTo(Verdict.PASS);
        }
    }

    /// Wherever it comes in: at best the next measurement decides.
    @Property(tries = 1000)
    void nothing_that_was_not_measured_makes_a_pass_of_what_was_none(
            @ForAll @StringLength(max = 8) @CharRange(from = 's', to = 's') @CharRange(from = 'f', to = 'f')
                    @CharRange(from = 'i', to = 'i') @CharRange(from = 'e', to = 'e') String letters,
            @ForAll @IntRange(min = 0, max = 8) int place,
            @ForAll @CharRange(from = 'N', to = 'N') @CharRange(from = 'I', to = 'I') @CharRange(from = '0', to = '0')
                    char nothing,
            @ForAll @IntRange(min = 1, max = 4) int count,
            @ForAll @IntRange(min = 0, max = 2) int failures,
            @ForAll @IntRange(min = 0, max = 2) int inconclusive,
            @ForAll @IntRange(min = 0, max = 2) int enough) {
        Judging judge = Judging.of(Analysis.threshold("rates", List.of(rate(count, failures, inconclusive, 2, enough))));
        String more = new StringBuilder(letters).insert(Math.min(place, letters.length()), nothing).toString();
        if (judge.judge(rates(letters)).verdict() != Verdict.PASS) {
            assertThat(judge.judge(rates(more)).verdict()).as(more).isNotEqualTo(Verdict.PASS);
        }
    }
}
