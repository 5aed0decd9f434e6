package slipway.release.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.analysis.Measured.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import slipway.release.analysis.Analysis.Weight;
import slipway.release.analysis.Metric.Comparison;
import slipway.release.analysis.Metric.Direction;
import slipway.release.analysis.Metric.Effect;
import slipway.release.analysis.Metric.Fault;
import slipway.release.analysis.Metric.Source;
import slipway.release.analysis.Metric.Traffic;

class StatisticalJudgeTest {

    private static final double[] BASE = {100, 101, 102, 103, 104, 105, 106, 107, 108, 109};

    private static double[] times(double factor) {
        return Arrays.stream(BASE).map(each -> each * factor).toArray();
    }

    private static Judging judge(List<Weight> weights, Metric... metrics) {
        return Judging.of(Analysis.statistical("feel", List.of(metrics), weights, 95, 75));
    }

    private static List<Measurement> both(String metric, double[] canary, double[] baseline) {
        return List.of(series(metric, Side.CANARY, canary), series(metric, Side.BASELINE, baseline));
    }

    /// PASS, HIGH, LOW or NODATA of one metric that is no critical one.
    private static String label(Metric metric, double[] canary, double[] baseline) {
        Judgement judgement = judge(List.of(), metric).judge(both(metric.name(), canary, baseline));
        return judgement.text().replaceAll(".*\"metrics\":\\[\\{\"name\":\"[^\"]*\",\"verdict\":\"([A-Z]*)\".*\n", "$1");
    }

    private static Metric metric(Direction direction, double increase, double decrease) {
        return compared("p99", "all", false, direction, Effect.MEAN_RATIO, increase, decrease, 1, 1);
    }

    /// By Kayenta's rule: the whole interval beyond a quarter of the estimate, in a direction that is for the worse, and the ratio of
    /// the means at least (at most) what is allowed. The baseline's mean is 104.5; the canary's is that times the factor.
    @ParameterizedTest(name = "{0} times the baseline, {1} is worse, allowed {2} and {3}: {4}")
    @CsvSource({
        "1.0,  EITHER,   1,    1,    PASS",
        "1.01, EITHER,   1,    1,    PASS",
        "1.2,  EITHER,   1,    1,    HIGH",
        "0.8,  EITHER,   1,    1,    LOW",
        "1.2,  DECREASE, 1,    1,    PASS",
        "0.8,  INCREASE, 1,    1,    PASS",
        "1.2,  INCREASE, 1.25, 1,    PASS",
        "1.3,  INCREASE, 1.25, 1,    HIGH",
        "0.8,  DECREASE, 1,    0.75, PASS",
        "0.7,  DECREASE, 1,    0.75, LOW",
    })
    void a_metric_is_high_or_low_beyond_doubt_and_beyond_what_is_allowed(
            double factor, Direction direction, double increase, double decrease, String label) {
        assertThat(label(metric(direction, increase, decrease), times(factor), BASE)).isEqualTo(label);
    }

    @Test
    void an_interval_that_begins_within_a_quarter_of_the_estimate_is_no_shift() {
        // By hand: σ = √(100/12 · 21), 50 − 0.5 − 2.32635 · σ = 18.7; the 19th of the 100 differences is 4 below the shift.
        double[] five = Arrays.stream(BASE).map(each -> each + 5).toArray();
        double[] six = Arrays.stream(BASE).map(each -> each + 6).toArray();
        assertThat(MannWhitney.of(five, BASE)).contains(new MannWhitney(1, 9, 5));
        assertThat(MannWhitney.of(six, BASE)).contains(new MannWhitney(2, 10, 6));
        assertThat(label(metric(Direction.EITHER, 1, 1), five, BASE)).isEqualTo("PASS");
        assertThat(label(metric(Direction.EITHER, 1, 1), six, BASE)).isEqualTo("HIGH");
    }

    @Test
    void equal_series_and_series_that_stand_still_are_judged_without_noise() {
        assertThat(label(metric(Direction.EITHER, 1, 1), BASE, BASE)).isEqualTo("PASS");
        double[] still = new double[10];
        assertThat(label(metric(Direction.EITHER, 1, 1), still, still)).as("nothing but zeros").isEqualTo("PASS");
        double[] seven = new double[10];
        Arrays.fill(seven, 7);
        assertThat(label(metric(Direction.EITHER, 1, 1), seven, seven)).isEqualTo("PASS");
        assertThat(label(metric(Direction.EITHER, 1, 1), seven, still)).as("and no ratio to excuse it").isEqualTo("HIGH");
        assertThat(label(metric(Direction.EITHER, 1.5, 1), still, seven)).isEqualTo("LOW");
    }

    @Test
    void a_ratio_of_numbers_that_are_not_positive_excuses_nothing() {
        double[] below = Arrays.stream(BASE).map(each -> -each).toArray();
        double[] further = Arrays.stream(below).map(each -> each * 2).toArray();
        assertThat(label(metric(Direction.DECREASE, 1, 0.9), further, below)).isEqualTo("LOW");
    }

    /// By hand: of 100 pairs of {1…10} against {0.5 … 9.5} the canary is higher in 10 + 9 + … + 1 = 55; against itself in 45, and equal
    /// in 10. Formula of [Vargha and Delaney, 2000](https://doi.org/10.3102/10769986025002101).
    @Test
    void the_effect_can_be_the_share_of_pairs_in_which_the_canary_is_higher() {
        double[] ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        double[] less = Arrays.stream(ten).map(each -> each - 0.5).toArray();
        Metric metric = compared("p99", "all", false, Direction.EITHER, Effect.CLES, 0.5, 0.5, 0.5, 0.5);
        assertThat(judge(List.of(), metric).judge(both("p99", ten, less)).text()).contains("\"effect\":0.55,");
        assertThat(judge(List.of(), metric).judge(both("p99", ten, ten)).text()).contains("\"effect\":0.5,");
        double[] far = Arrays.stream(ten).map(each -> each + 8).toArray();
        // Against these 97 of 100 are higher, and 2 equal.
        Metric strict = compared("p99", "all", false, Direction.INCREASE, Effect.CLES, 0.98, 0.5, 1, 0);
        Metric lax = compared("p99", "all", false, Direction.INCREASE, Effect.CLES, 0.99, 0.5, 1, 0);
        assertThat(judge(List.of(), strict).judge(both("p99", far, ten)).text()).contains("\"effect\":0.98,");
        assertThat(label(strict, far, ten)).isEqualTo("HIGH");
        assertThat(label(lax, far, ten)).isEqualTo("PASS");
    }

    /// Worked by the formula of Kayenta's WeightedSumScorer: 100 · passed / all of each group, weighted; groups without a weight share
    /// the rest. `+` passes, `-` is high, `0` has no data.
    @ParameterizedTest(name = "{0} with weights {1}: {2}, {3}")
    @CsvSource({
        "a+,            '',        100.0, PASS",
        "a-,            '',        0.0,   FAIL",
        "a+ a-,         '',        50.0,  FAIL",
        "a+ a- a-,      '',        33.33, FAIL",
        "a+ a+ b-,      a75 b25,   75.0,  INCONCLUSIVE",
        "a+ a- b-,      a50 b50,   25.0,  FAIL",
        "a- a- a+ b-,   a15 b85,   5.0,   FAIL",
        "a- b+ c+,      a10,       90.0,  INCONCLUSIVE",
        "a- b+ c+,      a4,        96.0,  PASS",
        "a+ b+ c-,      a20 b20,   40.0,  FAIL",
        "a- b+ c+,      '',        66.67, FAIL",
        // no data gives no points, and with any of it nothing passes
        "a+ a+ a0,      '',        66.67, FAIL",
        "a+ a+ a+ a0,   '',        75.0,  INCONCLUSIVE",
        "a+ a+ b0,      a99 b1,    99.0,  INCONCLUSIVE",
        "a+ a0,         '',        0.0,   ERROR",
        "a0,            '',        0.0,   ERROR",
    })
    void groups_have_scores_and_weights(String written, String weights, double score, Verdict verdict) {
        List<Metric> metrics = new ArrayList<>();
        List<Measurement> measured = new ArrayList<>();
        for (String each : written.split(" ")) {
            String name = each.charAt(0) + "" + metrics.size();
            metrics.add(compared(name, each.substring(0, 1), false));
            double factor = each.charAt(1) == '-' ? 2 : 1;
            measured.addAll(both(name, each.charAt(1) == '0' ? new double[] {} : times(factor), BASE));
        }
        List<Weight> given = weights.isEmpty()
                ? List.of()
                : Arrays.stream(weights.split(" "))
                        .map(each -> new Weight(each.substring(0, 1), Integer.parseInt(each.substring(1))))
                        .toList();
        Judgement judgement = judge(given, metrics.toArray(Metric[]::new)).judge(measured);
        assertThat(judgement.score()).isEqualTo(score);
        assertThat(judgement.verdict()).isEqualTo(verdict);
    }

    @Test
    void a_critical_metric_that_is_worse_by_enough_leaves_no_score() {
        Metric critical = compared("errors", "a", true, Direction.INCREASE, Effect.MEAN_RATIO, 1.1, 1, 1.5, 1);
        List<Weight> weights = List.of(new Weight("a", 1), new Weight("b", 99));
        Judging judge = judge(weights, critical, compared("p99", "b", false));
        List<Measurement> well = both("p99", BASE, BASE);
        assertThat(judge.judge(with(well, both("errors", times(2), BASE))))
                .returns(Verdict.FAIL, Judgement::verdict)
                .returns(0.0, Judgement::score)
                .extracting(Judgement::reason)
                .asString()
                .contains("errors is HIGH", "it is critical");
        assertThat(judge.judge(with(well, both("errors", times(1.2), BASE))))
                .as("high, but not critically so")
                .returns(Verdict.PASS, Judgement::verdict)
                .returns(99.0, Judgement::score);
        assertThat(judge.judge(with(well, both("errors", new double[] {}, BASE))))
                .as("nobody knows")
                .returns(Verdict.ERROR, Judgement::verdict)
                .returns(0.0, Judgement::score);
    }

    private static List<Measurement> with(List<Measurement> some, List<Measurement> more) {
        List<Measurement> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    @Test
    void what_was_not_measured_never_passes() {
        Metric metric = compared("p99", "all", false);
        Judging judge = judge(List.of(), metric);
        double[] nan = new double[10];
        Arrays.fill(nan, Double.NaN);
        double[] four = {1, 2, 3, 4};
        double[] infinite = BASE.clone();
        infinite[3] = Double.POSITIVE_INFINITY;
        assertThat(List.of(
                        judge.judge(List.of()),
                        judge.judge(List.of(series("p99", Side.CANARY, BASE))),
                        judge.judge(List.of(series("p99", Side.BASELINE, BASE))),
                        judge.judge(both("p99", nan, BASE)),
                        judge.judge(both("p99", BASE, nan)),
                        judge.judge(both("p99", four, four)),
                        judge.judge(both("p99", infinite, BASE)),
                        judge.judge(both("p99", BASE, infinite)),
                        judge.judge(List.of(error("p99", Side.CANARY), series("p99", Side.BASELINE, BASE))),
                        judge(List.of()).judge(both("p99", BASE, BASE))))
                .allSatisfy(judgement -> assertThat(judgement.verdict()).isEqualTo(Verdict.ERROR));
        assertThat(judge.judge(both("p99", four, four)).reason()).contains("the canary has 4 of 10 samples");
    }

    @Test
    void neither_side_passes_without_traffic() {
        Metric plain = compared("p99", "all", false);
        Metric metric = new Metric(
                "p99", Source.PROMETHEUS, "p99", "", 1000, 10, 1000, 0, 1, new Traffic("requests", 1), null, plain.comparison());
        Judging judge = judge(List.of(), metric);
        Measurement canary = series("p99", Side.CANARY, BASE);
        Measurement baseline = series("p99", Side.BASELINE, BASE);
        assertThat(judge.judge(List.of(Measured.with(canary, 1.0), Measured.with(baseline, 1.0))).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(judge.judge(List.of(Measured.with(canary, 0.0), Measured.with(baseline, 1.0))).reason())
                .contains("the canary has a traffic of 0.0");
        assertThat(judge.judge(List.of(Measured.with(canary, 1.0), Measured.with(baseline, null))))
                .returns(Verdict.ERROR, Judgement::verdict)
                .extracting(Judgement::reason)
                .asString()
                .contains("the baseline has no known traffic");
    }

    @Test
    void both_sides_are_asked_for_when_the_last_sample_is_there_and_again_after_an_error() {
        Judging judge = judge(List.of(), compared("p99", "all", false));
        List<Measurement> measured = new ArrayList<>();
        Look first = judge.next(BEGAN, measured).orElseThrow();
        // 5 s of delay, and ten samples a second apart.
        assertThat(first).isEqualTo(new Look(first.metric(), Side.CANARY, BEGAN.plusSeconds(14)));
        measured.add(at(first.due(), error("p99", Side.CANARY)));
        assertThat(judge.next(BEGAN, measured).orElseThrow())
                .isEqualTo(new Look(first.metric(), Side.BASELINE, first.due()));
        measured.add(series("p99", Side.BASELINE, BASE));
        assertThat(judge.next(BEGAN, measured).orElseThrow())
                .isEqualTo(new Look(first.metric(), Side.CANARY, first.due().plusMillis(1001)));
        measured.add(at(first.due(), error("p99", Side.CANARY)));
        assertThat(judge.next(BEGAN, measured)).as("one error is borne, and not two").isEmpty();
        assertThat(judge.judge(measured).reason()).contains("the canary: 503");
    }

    @Test
    void comparisons_that_could_show_nothing_are_faults() {
        Metric good = compared("p99", "all", false);
        assertThat(good.faults()).isEmpty();
        assertThat(compared("p99", "all", false, Direction.EITHER, Effect.MEAN_RATIO, 0.9, 1.1, 1, 1).faults())
                .extracting(Fault::field)
                .containsExactly("effect", "effect");
        assertThat(compared("p99", "all", false, Direction.EITHER, Effect.CLES, 1.1, 0.5, 0.5, -0.1).faults())
                .extracting(Fault::field)
                .containsExactly("effect", "effect");
        Comparison terms = good.comparison();
        assertThat(new Metric("p99", Source.HTTP, "/", "", 1, 4, 1, 0, 1, null, null, terms).faults())
                .extracting(Fault::field)
                .containsExactly("query", "count");
    }

    @Test
    void a_verdict_has_the_same_bytes_on_every_machine() {
        assertThat(judge(List.of(), compared("p99", "all", false)).judge(both("p99", times(1.5), BASE)).text())
                .isEqualTo("{\"analysis\":\"feel\",\"judge\":\"STATISTICAL\",\"version\":\"1\",\"verdict\":\"FAIL\",\"score\":0.0,"
                        + "\"reason\":\"score 0.0 of 100, 95.0 needed; p99 is HIGH: shifted by 52.25, with 98 % confidence between"
                        + " 47.0 and 57.5, effect 1.5\",\"groups\":[{\"name\":\"all\",\"weight\":100.0,\"score\":0.0}],"
                        + "\"metrics\":[{\"name\":\"p99\",\"verdict\":\"HIGH\",\"criticalFailure\":false,"
                        + "\"canary\":{\"samples\":10,\"missing\":0,\"mean\":156.75},"
                        + "\"baseline\":{\"samples\":10,\"missing\":0,\"mean\":104.5},"
                        + "\"estimate\":52.25,\"lower\":47.0,\"upper\":57.5,\"effect\":1.5,"
                        + "\"reason\":\"shifted by 52.25, with 98 % confidence between 47.0 and 57.5, effect 1.5\"}]}\n");
    }
}
