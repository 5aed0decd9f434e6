package slipway.audit.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import slipway.events.Analysis;
import slipway.events.AnalysisMetric;
import slipway.events.AnalysisThreshold;
import slipway.events.Judge;
import slipway.events.MeasuredSide;
import slipway.events.Meta;
import slipway.events.MetricSource;
import slipway.events.ProbeSample;
import slipway.events.Verdict;
import slipway.events.release.CanaryAnalysisCompleted;

/// The probe of an environment and what it says of a canary: judged by its samples, as release-service judges them.
final class Canary {

    static final String NAME = "probe";
    static final int SECONDS_BETWEEN = 20;

    private static final String PATH = "/health";
    private static final int COUNT = 5;
    private static final int BAD_BORNE = 1;
    private static final int ONE_BAD = 150;

    private Canary() {}

    static Analysis analysis() {
        return new Analysis(
                NAME,
                Judge.THRESHOLD,
                List.of(new AnalysisMetric(
                        NAME,
                        MetricSource.HTTP,
                        PATH,
                        "",
                        2000L,
                        COUNT,
                        SECONDS_BETWEEN * 1000L,
                        0L,
                        4,
                        null,
                        new AnalysisThreshold("ok", "", BAD_BORNE, 0, 0),
                        null)),
                List.of(),
                0.0,
                0.0);
    }

    /// @param samples in the order in which they were taken
    record Judged(Verdict verdict, String reason, String text, List<ProbeSample> samples) {

        boolean passed() {
            return verdict == Verdict.PASS;
        }

        int seconds() {
            return samples.size() * SECONDS_BETWEEN;
        }

        CanaryAnalysisCompleted told(Meta meta, String environment, int step) {
            return new CanaryAnalysisCompleted(
                    meta,
                    environment,
                    step,
                    verdict,
                    "THRESHOLD",
                    "1",
                    BAD_BORNE,
                    samples,
                    reason,
                    analysis(),
                    null,
                    text);
        }
    }

    /// @param fails whether more of its samples are bad than are borne: then no more are taken
    static Judged judge(String instance, Instant began, boolean fails, Dice dice) {
        List<ProbeSample> samples = new ArrayList<>();
        int good = 0;
        int bad = 0;
        int badAt = dice.in(ONE_BAD) ? dice.below(COUNT) : COUNT;
        for (int i = 0; i < COUNT && bad <= BAD_BORNE; i++) {
            boolean ok = fails ? i == 0 && dice.in(500) : i != badAt;
            int status = ok ? 200 : dice.in(500) ? 503 : 500;
            good += ok ? 1 : 0;
            bad += ok ? 0 : 1;
            samples.add(new ProbeSample(
                    instance,
                    began.plusSeconds((long) i * SECONDS_BETWEEN),
                    (long) dice.between(2_000, 90_000),
                    ok,
                    status + " " + PATH,
                    NAME,
                    MeasuredSide.CANARY,
                    false,
                    List.of((double) status),
                    null));
        }
        Verdict verdict = bad > BAD_BORNE ? Verdict.FAIL : Verdict.PASS;
        String words = (good == 0 ? "" : good + " good") + (good > 0 && bad > 0 ? ", " : "") + (bad == 0 ? "" : bad + " bad");
        ProbeSample last = samples.getLast();
        if (verdict == Verdict.FAIL) {
            words += ", at most " + BAD_BORNE + " bad allowed; the last: " + last.getDetail();
        }
        String reason = NAME + ": " + words;
        int inARow = 0;
        for (ProbeSample each : samples) {
            inARow = each.getOk() ? inARow + 1 : 0;
        }
        String text = "{\"analysis\":\"" + NAME + "\",\"judge\":\"THRESHOLD\",\"version\":\"1\",\"verdict\":\"" + verdict + "\",\"reason\":\""
                + reason + "\",\"metrics\":[{\"name\":\"" + NAME + "\",\"verdict\":\"" + verdict + "\",\"successes\":" + good
                + ",\"failures\":" + bad + ",\"inconclusive\":0,\"errors\":0,\"errorsInARow\":0,\"successesInARow\":" + inARow
                + ",\"reason\":\"" + words + "\"}]}\n";
        return new Judged(verdict, reason, text, samples);
    }
}
