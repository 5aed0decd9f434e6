package slipway.release.domain;

import java.util.List;
import slipway.release.analysis.Verdict;
import slipway.release.domain.ReleaseEvent.ProbeSample;

/// A threshold judge over HTTP probes that fails closed: nothing measured is an error, and without one good sample nothing
/// passes, whatever limit was set.
///
/// @param reason in words, for people
record Judgement(Verdict verdict, String reason) {

    static final String JUDGE = "http-probe-threshold";
    static final String VERSION = "1";

    /// @param failureLimit how many bad samples are allowed
    static Judgement of(List<ProbeSample> samples, int failureLimit) {
        if (samples.isEmpty()) {
            return new Judgement(Verdict.ERROR, "nothing was measured");
        }
        List<ProbeSample> bad = samples.stream().filter(sample -> !sample.ok()).toList();
        String count = bad.size() + " of " + samples.size() + " samples bad, at most " + failureLimit + " allowed";
        if (bad.size() > failureLimit || bad.size() == samples.size()) {
            return new Judgement(Verdict.FAIL, count + "; the last: " + bad.getLast().detail());
        }
        return new Judgement(Verdict.PASS, count);
    }
}
