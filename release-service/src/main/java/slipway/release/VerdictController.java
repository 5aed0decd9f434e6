package slipway.release;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.http.Refusal;
import slipway.messaging.Decisions;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Judging;
import slipway.release.analysis.Verdict;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.release.domain.ReleaseState;

/// Judges again what was judged before, from the facts alone: anybody can see that a verdict follows from what was measured.
@RestController
@RequestMapping("/releases/{id}/verdicts")
class VerdictController {

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;

    VerdictController(Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases) {
        this.releases = releases;
    }

    /// @param stored the verdict's text as it was decided; empty of an analysis from before verdicts had texts
    /// @param again the text as it is calculated now; null when it cannot be
    /// @param identical whether the two are the same to the byte
    record Replayed(
            String environment,
            int step,
            String analysis,
            Verdict verdict,
            String stored,
            @Nullable String again,
            boolean identical) {

        static Replayed of(CanaryAnalysisCompleted fact) {
            Analysis analysis = fact.analysis();
            String again = analysis == null ? null : again(analysis, fact);
            return new Replayed(
                    fact.environment(),
                    fact.step(),
                    analysis == null ? "" : analysis.name(),
                    fact.verdict(),
                    fact.text(),
                    again,
                    fact.text().equals(again));
        }

        /// A definition that this version cannot read any more has no other verdict: it has none.
        private static @Nullable String again(Analysis analysis, CanaryAnalysisCompleted fact) {
            try {
                return Judging.of(analysis).judge(fact.samples()).text();
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
    }

    /// Every analysis of the release, in order. 404: no such release.
    @GetMapping
    List<Replayed> verdicts(@PathVariable String id) {
        List<ReleaseEvent> facts = releases.facts(id);
        if (facts.isEmpty()) {
            throw Refusal.unknown("there is no release " + id);
        }
        return facts.stream()
                .filter(CanaryAnalysisCompleted.class::isInstance)
                .map(CanaryAnalysisCompleted.class::cast)
                .map(Replayed::of)
                .toList();
    }
}
