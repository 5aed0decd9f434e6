package slipway.release.analysis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.release.analysis.Metric.Source;
import slipway.release.analysis.Metric.Threshold;

/// Each measurement is a success, a failure, or neither, and limits say how much of that is borne, as documented for
/// [Argo Rollouts](https://argo-rollouts.readthedocs.io/en/stable/features/analysis/). Where Argo lets pass what was not measured, this
/// one does not: NaN, an infinite number, an empty list, too little traffic and whatever cannot be calculated are errors, which do
/// not count as measurements, and of what was measured at least one has to be a success.
public final class ThresholdJudge implements Judging {

    private final Analysis analysis;
    private final List<Rule> rules;

    private record Rule(
            Metric metric, Threshold limits, @Nullable Condition success, @Nullable Condition failure) {}

    private enum Phase {
        SUCCESS,
        FAILURE,
        INCONCLUSIVE,
        ERROR
    }

    private record Seen(Phase phase, String words) {}

    /// @throws IllegalArgumentException when a condition cannot be understood
    ThresholdJudge(Analysis analysis) {
        this.analysis = analysis;
        List<String> faults = new ArrayList<>();
        this.rules = analysis.metrics().stream().map(metric -> rule(metric, faults)).toList();
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
    }

    private static Rule rule(Metric metric, List<String> faults) {
        Threshold limits = Objects.requireNonNull(metric.threshold(), () -> metric.name() + " has no conditions");
        return new Rule(
                metric,
                limits,
                condition(metric, "successCondition", limits.successCondition(), faults),
                condition(metric, "failureCondition", limits.failureCondition(), faults));
    }

    private static @Nullable Condition condition(Metric metric, String field, String text, List<String> faults) {
        List<String> found = new ArrayList<>();
        Condition condition = text.isBlank() ? null : Condition.read(metric.source(), text, found);
        found.forEach(fault -> faults.add(metric.name() + "." + field + ": " + fault));
        return condition;
    }

    /// The counts of one metric.
    private record Tally(
            Rule rule,
            int successes,
            int failures,
            int inconclusive,
            int errors,
            int errorsInARow,
            int successesInARow,
            @Nullable Measurement last,
            @Nullable Seen seen) {

        static Tally of(Rule rule, List<Measurement> measured) {
            Tally tally = new Tally(rule, 0, 0, 0, 0, 0, 0, null, null);
            for (Measurement each : measured) {
                // What comes after the end changes nothing: a verdict is no matter of how long somebody went on.
                if (each.isOf(rule.metric(), Side.CANARY) && tally.verdict() == null) {
                    tally = tally.with(each, read(rule, each));
                }
            }
            return tally;
        }

        private Tally with(Measurement measurement, Seen seen) {
            Phase phase = seen.phase();
            return new Tally(
                    rule,
                    successes + (phase == Phase.SUCCESS ? 1 : 0),
                    failures + (phase == Phase.FAILURE ? 1 : 0),
                    inconclusive + (phase == Phase.INCONCLUSIVE ? 1 : 0),
                    errors + (phase == Phase.ERROR ? 1 : 0),
                    phase == Phase.ERROR ? errorsInARow + 1 : 0,
                    phase == Phase.SUCCESS ? successesInARow + 1 : 0,
                    measurement,
                    seen);
        }

        int count() {
            return successes + failures + inconclusive;
        }

        /// Null as long as it is open.
        @Nullable Verdict verdict() {
            Threshold limits = rule.limits();
            int enough = limits.consecutiveSuccessLimit();
            if (errorsInARow > rule.metric().consecutiveErrorLimit()) {
                return Verdict.ERROR;
            }
            if (inconclusive > limits.inconclusiveLimit()) {
                return Verdict.INCONCLUSIVE;
            }
            if (limits.failureLimit() >= 0 && failures > limits.failureLimit()) {
                return Verdict.FAIL;
            }
            if (enough > 0 && successesInARow >= enough) {
                return Verdict.PASS;
            }
            if (count() < rule.metric().count()) {
                return null;
            }
            if (enough > 0) {
                return limits.failureLimit() >= 0 ? Verdict.INCONCLUSIVE : Verdict.FAIL;
            }
            return successes > 0 ? Verdict.PASS : Verdict.FAIL;
        }

        String words() {
            String counts = Stream.of(
                            number(successes, "good"),
                            number(failures, "bad"),
                            number(inconclusive, "neither good nor bad"),
                            number(errors, "errors"))
                    .filter(each -> !each.isEmpty())
                    .collect(Collectors.joining(", "));
            String last = seen == null || seen.phase() == Phase.SUCCESS ? "" : "; the last: " + seen.words();
            Threshold limits = rule.limits();
            return (counts.isEmpty() ? "nothing measured" : counts)
                    + switch (verdict()) {
                        case null -> "; it was stopped before it was decided" + last;
                        case PASS -> "";
                        case FAIL ->
                            limits.failureLimit() >= 0 && failures > limits.failureLimit()
                                    ? ", at most " + limits.failureLimit() + " bad allowed" + last
                                    : ", and not as many good as needed" + last;
                        case INCONCLUSIVE ->
                            inconclusive > limits.inconclusiveLimit()
                                    ? ", at most " + limits.inconclusiveLimit() + " of those allowed" + last
                                    : ", and never " + limits.consecutiveSuccessLimit() + " good in a row";
                        case ERROR -> ", " + errorsInARow + " of them in a row" + last;
                        case UNKNOWN -> "";
                    };
        }

        private static String number(int count, String what) {
            return count == 0 ? "" : count + " " + what;
        }
    }

    private static Seen read(Rule rule, Measurement measured) {
        Metric metric = rule.metric();
        if (metric.source() == Source.HTTP && measured.values().isEmpty()) {
            // It is the canary itself that was asked: silence is its fault, and not one of who measures.
            return new Seen(Phase.FAILURE, measured.detail());
        }
        if (metric.source() == Source.PROMETHEUS && !measured.ok()) {
            return new Seen(Phase.ERROR, measured.detail());
        }
        if (!measured.hasTraffic(metric)) {
            return new Seen(
                    Phase.ERROR,
                    measured.traffic() == null ? "nobody knows how much traffic there is" : "traffic is " + measured.traffic());
        }
        if (measured.values().isEmpty()) {
            return new Seen(Phase.ERROR, "the query gives nothing");
        }
        if (!measured.values().stream().allMatch(Double::isFinite)) {
            return new Seen(Phase.ERROR, "the result is " + measured.values());
        }
        try {
            return judged(rule, measured);
        } catch (Condition.Uncertain e) {
            return new Seen(Phase.ERROR, String.valueOf(e.getMessage()));
        }
    }

    private static Seen judged(Rule rule, Measurement measured) throws Condition.Uncertain {
        boolean success = rule.success() != null && rule.success().holds(rule.metric(), measured);
        boolean failure = rule.failure() != null && rule.failure().holds(rule.metric(), measured);
        if (rule.failure() == null) {
            failure = !success;
        } else if (rule.success() == null) {
            success = !failure;
        }
        String result = rule.metric().source() == Source.HTTP ? measured.detail() : "the result is " + measured.values();
        if (failure) {
            return new Seen(Phase.FAILURE, result);
        }
        return success ? new Seen(Phase.SUCCESS, result) : new Seen(Phase.INCONCLUSIVE, result);
    }

    @Override
    public Optional<Look> next(Instant began, List<Measurement> measured) {
        List<Tally> tallies = tallies(measured);
        // One that did not pass decides for all.
        if (tallies.stream().map(Tally::verdict).anyMatch(each -> each != null && each != Verdict.PASS)) {
            return Optional.empty();
        }
        return tallies.stream()
                .filter(tally -> tally.verdict() == null)
                .map(tally -> new Look(tally.rule().metric(), Side.CANARY, due(began, tally)))
                .min(Comparator.comparing(Look::due));
    }

    private static Instant due(Instant began, Tally tally) {
        Metric metric = tally.rule().metric();
        return tally.last() == null
                ? began.plusMillis(metric.initialDelayMillis())
                : metric.after(tally.last(), tally.errorsInARow() > 0);
    }

    @Override
    public Judgement judge(List<Measurement> measured) {
        List<Tally> tallies = tallies(measured);
        Verdict verdict = verdict(tallies);
        String reason = tallies.isEmpty()
                ? "nothing was measured"
                : tallies.stream()
                        .filter(tally -> open(tally.verdict()) == verdict)
                        .map(tally -> tally.rule().metric().name() + ": " + tally.words())
                        .collect(Collectors.joining("; "));
        Json json = new Json()
                .text("analysis", analysis.name())
                .text("judge", analysis.judge().name())
                .text("version", Judge.VERSION)
                .text("verdict", verdict.name())
                .text("reason", reason)
                .parts("metrics", tallies.stream().map(ThresholdJudge::json).toList());
        return new Judgement(verdict, null, reason, json.object() + "\n");
    }

    /// The worst, in Argo's order; what was stopped because another had failed has no say. Where nothing failed, what is still open
    /// was not measured to its end, and that is an error.
    private static Verdict verdict(List<Tally> tallies) {
        List<Verdict> decided = tallies.stream()
                .map(Tally::verdict)
                .filter(Objects::nonNull)
                .toList();
        return Stream.of(Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE)
                .filter(decided::contains)
                .findFirst()
                .orElse(decided.size() == tallies.size() && !tallies.isEmpty() ? Verdict.PASS : Verdict.ERROR);
    }

    private static Verdict open(@Nullable Verdict verdict) {
        return verdict == null ? Verdict.ERROR : verdict;
    }

    private List<Tally> tallies(List<Measurement> measured) {
        return rules.stream().map(rule -> Tally.of(rule, measured)).toList();
    }

    private static Json json(Tally tally) {
        return new Json()
                .text("name", tally.rule().metric().name())
                .text("verdict", tally.verdict() == null ? "STOPPED" : tally.verdict().name())
                .number("successes", tally.successes())
                .number("failures", tally.failures())
                .number("inconclusive", tally.inconclusive())
                .number("errors", tally.errors())
                .number("errorsInARow", tally.errorsInARow())
                .number("successesInARow", tally.successesInARow())
                .text("reason", tally.words());
    }
}
