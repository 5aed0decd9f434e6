package slipway.release.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.release.analysis.Measured.*;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import slipway.release.analysis.Metric.Fault;
import slipway.release.analysis.Metric.Source;
import slipway.release.analysis.Metric.Threshold;
import slipway.release.analysis.Metric.Traffic;

class ThresholdJudgeTest {

    private static Judging judge(Metric... metrics) {
        return Judging.of(Analysis.threshold("rates", List.of(metrics)));
    }

    private static Verdict verdict(String success, String failure, Measurement measured) {
        return judge(rate("rate", 1, new Threshold(success, failure, 0, 0, 0), 0, null))
                .judge(List.of(measured))
                .verdict();
    }

    /// How the judge leads from one measurement to the next, until it wants no more.
    private static String lead(Judging judge, String letters) {
        List<Measurement> all = rates(letters);
        List<Measurement> measured = new ArrayList<>();
        while (judge.next(BEGAN, measured).isPresent() && measured.size() < all.size()) {
            measured.add(all.get(measured.size()));
        }
        return judge.next(BEGAN, measured).isPresent() ? "goes on" : letters.substring(0, measured.size());
    }

    /// Worked by hand from the sentences of
    /// [Argo Rollouts' page](https://argo-rollouts.readthedocs.io/en/stable/features/analysis/), sections "Failure Conditions and
    /// Failure Limit" and "ConsecutiveSuccessLimit and FailureLimit".
    @ParameterizedTest(name = "count {0}, failures {1}, inconclusive {2}, errors {3}, in a row {4}: {5} is {6} after {7}")
    @CsvSource({
        // as many good ones as there have to be
        "3, 0, 0, 4, 0, sss,     PASS,         sss",
        "1, 0, 0, 4, 0, s,       PASS,         s",
        // a failure more than is borne ends it at once
        "3, 0, 0, 4, 0, fss,     FAIL,         f",
        "5, 1, 0, 4, 0, sfsfs,   FAIL,         sfsf",
        "5, 1, 0, 4, 0, sfsss,   PASS,         sfsss",
        "3, 2, 0, 4, 0, ffs,     PASS,         ffs",
        // so does one that is neither
        "3, 0, 0, 4, 0, sis,     INCONCLUSIVE, si",
        "3, 0, 1, 4, 0, sis,     PASS,         sis",
        "4, 0, 1, 4, 0, siis,    INCONCLUSIVE, sii",
        // errors in a row
        "3, 0, 0, 1, 0, see,     ERROR,        see",
        "3, 0, 0, 1, 0, seseses, PASS,         seses",
        "3, 0, 0, 0, 0, e,       ERROR,        e",
        "1, 0, 0, 4, 0, eeees,   PASS,         eeees",
        "1, 0, 0, 4, 0, eeeee,   ERROR,        eeeee",
        // only consecutiveSuccessLimit: wait until it holds
        "9, -1, 0, 4, 3, fsfssffsss, FAIL,     fsfssffss",
        "9, -1, 0, 4, 3, ffsssffff,  PASS,     ffsss",
        "5, -1, 0, 4, 3, ssfss,      FAIL,     ssfss",
        "5, -1, 0, 4, 2, sisss,      INCONCLUSIVE, si",
        "5, -1, 0, 4, 2, sess,       PASS,     sess",
        // both: neither violated nor satisfied is inconclusive, and violated comes first
        "6, 2, 0, 4, 4, sssssf,  PASS,         ssss",
        "6, 2, 0, 4, 4, fsssss,  PASS,         fssss",
        "6, 2, 0, 4, 4, sfssfs,  INCONCLUSIVE, sfssfs",
        "6, 2, 0, 4, 4, ffssfs,  FAIL,         ffssf",
        "6, 2, 0, 4, 4, sssfff,  FAIL,         sssfff",
    })
    void the_limits_of_argo(
            int count, int failures, int inconclusive, int errors, int enough, String letters, Verdict verdict, String used) {
        Judging judge = judge(rate(count, failures, inconclusive, errors, enough));
        assertThat(lead(judge, letters)).isEqualTo(used);
        assertThat(judge.judge(rates(used)).verdict()).isEqualTo(verdict);
        assertThat(judge.judge(rates(letters)).text())
                .as("what came after the end changes nothing")
                .isEqualTo(judge.judge(rates(used)).text());
    }

    /// [Argo Rollouts' page](https://argo-rollouts.readthedocs.io/en/stable/features/analysis/): a measurement with only one of the
    /// conditions is the other where that one does not hold, with both it may be neither, and failure comes first.
    @Test
    void one_condition_implies_the_other_and_with_both_there_is_something_between() {
        assertThat(verdict("result[0] >= 0.9", "", vector("rate", 0.9))).isEqualTo(Verdict.PASS);
        assertThat(verdict("result[0] >= 0.9", "", vector("rate", 0.89))).isEqualTo(Verdict.FAIL);
        assertThat(verdict("", "result[0] < 0.5", vector("rate", 0.5))).isEqualTo(Verdict.PASS);
        assertThat(verdict("", "result[0] < 0.5", vector("rate", 0.49))).isEqualTo(Verdict.FAIL);
        assertThat(verdict("result[0] >= 0.9", "result[0] < 0.5", vector("rate", 0.7))).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(verdict("result[0] > 0", "result[0] > 0", vector("rate", 1))).isEqualTo(Verdict.FAIL);
    }

    @Test
    void a_vector_is_a_list_and_a_scalar_a_number_and_numbers_need_no_point() {
        assertThat(verdict("result >= 1", "", scalar("rate", 1))).isEqualTo(Verdict.PASS);
        assertThat(verdict("result.all(each, each < 3)", "", vector("rate", 1, 2))).isEqualTo(Verdict.PASS);
        assertThat(verdict("result.all(each, each < 2)", "", vector("rate", 1, 2))).isEqualTo(Verdict.FAIL);
        assertThat(verdict("result >= 1", "", vector("rate", 1))).as("a number was meant").isEqualTo(Verdict.ERROR);
        assertThat(verdict("result[0] >= 1", "", scalar("rate", 1))).as("a list was meant").isEqualTo(Verdict.ERROR);
        assertThat(verdict("result[1] >= 1", "", vector("rate", 1))).as("there is no second").isEqualTo(Verdict.ERROR);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "N, 'result.all(each, each >= 0) || true', ''",
        "N, '', result[0] > 0.5",
        "I, result[0] > 0.5, ''",
        "I, '', result[0] < 0.5",
        "0, 'result.all(each, each > 0.5)', ''",
        "0, '', 'result.exists(each, each < 0.5)'",
        "e, 'true', ''",
        "e, '', 'false'",
    })
    void what_was_not_measured_never_passes(String letter, String success, String failure) {
        Threshold always = new Threshold(success, failure, 0, 0, 0);
        Judging judge = judge(rate("rate", 1, always, 4, null));
        assertThat(lead(judge, letter)).as("it is looked at again").isEqualTo("goes on");
        assertThat(judge.judge(rates(letter)).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(judge.judge(rates(letter.repeat(5))).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(lead(judge, letter.repeat(6))).hasSize(5);
    }

    @Test
    void a_part_of_a_result_that_is_no_number_spoils_all_of_it() {
        assertThat(verdict("result[0] > 0", "", vector("rate", 1, Double.NaN))).isEqualTo(Verdict.ERROR);
    }

    @Test
    void nothing_passes_without_traffic() {
        Metric metric = rate(
                "rate", 1, new Threshold("result[0] >= 0.9", "", 0, 0, 0), 0, new Traffic("requests", 5));
        Measurement good = vector("rate", 1);
        assertThat(judge(metric).judge(List.of(with(good, 5.0))).verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge(metric).judge(List.of(with(good, 4.9))))
                .returns(Verdict.ERROR, Judgement::verdict)
                .extracting(Judgement::reason)
                .asString()
                .contains("traffic is 4.9");
        assertThat(judge(metric).judge(List.of(with(good, 0.0))).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(judge(metric).judge(List.of(with(good, Double.NaN))).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(judge(metric).judge(List.of(with(good, null))).reason()).contains("nobody knows how much traffic");
    }

    @Test
    void nothing_measured_and_nothing_measured_to_its_end_are_errors() {
        assertThat(judge().judge(List.of()).verdict()).isEqualTo(Verdict.ERROR);
        Judging judge = judge(rate(3, 1, 1, 4, 0));
        assertThat(judge.judge(List.of()).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(judge.judge(rates("ss")).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(judge.judge(rates("ss")).reason()).contains("stopped before it was decided");
        assertThat(judge.judge(List.of(series("rate", Side.BASELINE, 1, 1, 1))).verdict())
                .as("of somebody else")
                .isEqualTo(Verdict.ERROR);
    }

    @Test
    void whatever_limits_are_set_one_has_to_be_good() {
        assertThat(judge(rate(2, 1, 1, 4, 0)).judge(rates("fi")).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judge(http(2, 99)).judge(List.of(answer(false, "404"), answer(false, "404"))).verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void the_canary_s_own_silence_is_a_failure_and_no_error() {
        Measurement silence = new Measurement(
                "prod-1", BEGAN, 0, false, "ConnectException", Analysis.PROBE, Side.CANARY, false, List.of(), null);
        Judging judge = judge(new Metric(
                Analysis.PROBE, Source.HTTP, "/", "", 1, 3, 1, 0, 4, null, new Threshold("true", "", 1, 0, 0), null));
        assertThat(judge.judge(List.of(silence, silence)).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judge.judge(List.of(silence, silence)).reason()).contains("ConnectException");
        assertThat(judge(http(3, 1))
                        .judge(List.of(answer(true, "200"), answer(false, "503"), answer(true, "200")))
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void an_answer_can_be_judged_by_its_status_and_its_time() {
        Threshold quick = new Threshold("status == 404 && latencyMillis < 1", "", 0, 0, 0);
        Metric metric = new Metric(Analysis.PROBE, Source.HTTP, "/", "", 1, 1, 1, 0, 4, null, quick, null);
        assertThat(judge(metric).judge(List.of(answer(false, "404"))).verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge(metric).judge(List.of(answer(true, "200"))).verdict()).isEqualTo(Verdict.FAIL);
    }

    /// Argo's order: a failure is worse than an error, and that worse than what is inconclusive.
    @Test
    void the_worst_metric_is_the_verdict_and_the_first_that_did_not_pass_ends_all() {
        Threshold limits = new Threshold("result[0] >= 0.9", "result[0] < 0.5", 0, 0, 0);
        Judging judge = judge(rate("a", 2, limits, 0, null), rate("b", 1, limits, 0, null), rate("c", 1, limits, 0, null));
        Measurement error = error("a", Side.CANARY);
        assertThat(judge.judge(List.of(vector("a", 1), vector("b", 1), vector("c", 0.7))).verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judge.next(BEGAN, List.of(vector("c", 0.7)))).isEmpty();
        assertThat(judge.judge(List.of(error, vector("c", 0.7))).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(judge.judge(List.of(error, vector("b", 0), vector("c", 0.7))).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judge.judge(List.of(vector("a", 1), vector("b", 0), vector("c", 1))))
                .returns(Verdict.FAIL, Judgement::verdict)
                .extracting(Judgement::reason)
                .asString()
                .isEqualTo("b: 1 bad, at most 0 bad allowed; the last: the result is [0.0]");
    }

    @Test
    void measurements_are_due_after_a_delay_an_interval_or_soon_after_an_error() {
        Judging judge = judge(rate(3, 0, 0, 4, 0));
        Instant first = BEGAN.plusSeconds(5);
        assertThat(judge.next(BEGAN, List.of()).map(Look::due)).contains(first);
        assertThat(judge.next(BEGAN, List.of(at(first, vector("rate", 1)))).map(Look::due))
                .as("from its end on, which is a millisecond later")
                .contains(first.plusMillis(60_001));
        assertThat(judge.next(BEGAN, List.of(at(first, error("rate", Side.CANARY)))).map(Look::due))
                .contains(first.plusMillis(10_001));
        Threshold limits = new Threshold("result[0] > 0", "", 0, 0, 0);
        Judging two = judge(rate("a", 2, limits, 0, null), rate("b", 2, limits, 0, null));
        assertThat(two.next(BEGAN, List.of()).map(look -> look.metric().name())).contains("a");
        Optional<Look> next = two.next(BEGAN, List.of(at(first, vector("a", 1))));
        assertThat(next.map(look -> look.metric().name())).as("the first one due").contains("b");
    }

    @Test
    void what_no_condition_is_is_named() {
        assertThatThrownBy(() -> judge(rate("rate", 1, new Threshold("result[0] +", "", 0, 0, 0), 0, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rate.successCondition: 1:");
        assertThatThrownBy(() -> judge(rate("rate", 1, new Threshold("", "result[0]", 0, 0, 0), 0, null)))
                .hasMessageContaining("rate.failureCondition")
                .hasMessageContaining("bool");
        assertThatThrownBy(() -> judge(rate("rate", 1, new Threshold("status == 200", "", 0, 0, 0), 0, null)))
                .hasMessageContaining("undeclared reference to 'status'");
    }

    @ParameterizedTest(name = "count {0}, failures {1}, inconclusive {2}, in a row {3}: {4}")
    @CsvSource({
        "5, 1, 1, 0, ''",
        "5, -1, 0, 5, ''",
        "6, 2, 0, 4, ''",
        "0, 0, 0, 0, count",
        "1001, 0, 0, 0, count",
        "5, -2, 0, 1, failureLimit",
        "5, 0, -1, 0, failureLimit",
        "5, -1, 0, 0, failureLimit",
        "5, 5, 0, 0, failureLimit",
        "5, 2, 3, 0, failureLimit",
        "5, 2, 0, 4, count",
        "5, -1, 0, 6, count",
    })
    void limits_under_which_nothing_could_fail_or_pass_are_faults(
            int count, int failures, int inconclusive, int enough, String field) {
        assertThat(rate(count, failures, inconclusive, 4, enough).faults())
                .extracting(Fault::field)
                .isEqualTo(field.isEmpty() ? List.of() : List.of(field));
    }

    @Test
    void a_verdict_has_the_same_bytes_on_every_machine() {
        assertThat(judge(rate(2, 1, 0, 4, 0)).judge(rates("sfss")).text())
                .isEqualTo("{\"analysis\":\"rates\",\"judge\":\"THRESHOLD\",\"version\":\"1\",\"verdict\":\"PASS\","
                        + "\"reason\":\"rate: 1 good, 1 bad\",\"metrics\":[{\"name\":\"rate\","
                        + "\"verdict\":\"PASS\",\"successes\":1,\"failures\":1,\"inconclusive\":0,\"errors\":0,"
                        + "\"errorsInARow\":0,\"successesInARow\":0,\"reason\":\"1 good, 1 bad\"}]}\n");
    }
}
