package slipway.change.hindsight;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;
import slipway.change.domain.ApprovedBy;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.ChangeType;
import slipway.change.domain.PolicyResult;
import slipway.change.domain.Reperformance;
import slipway.change.policy.Electorate;
import slipway.change.policy.Policy;
import slipway.change.policy.Reperformed;

/// What a candidate for an approval policy would have answered to everything that was asked, and what became of it. Each evaluation
/// is made again from its own inputs; of a change its last one counts. Of a list only the newest are kept, totals count all.
public final class Backtest {

    /// What was recorded elsewhere.
    public interface Past {

        /// Everybody with their groups, when the inventory had this version; null: not recorded.
        @Nullable Electorate people(String inventoryVersion);

        /// The policy whose text has this SHA-256, when it is known.
        Optional<Policy> policy(String hash);
    }

    public enum Result {
        SAME,
        DIFFERENT,
        UNDECIDABLE
    }

    /// Whether the policy of then gives from the recorded inputs what was recorded.
    public enum Check {
        REPRODUCED,
        /// The people of that time were not recorded: the answer and the names of the stages are right.
        IN_PART,
        CONTRADICTED,
        /// The policy's text is not known, or an input was not recorded.
        NOT_CHECKED
    }

    /// @param policy name and version of the one that decided
    /// @param outcome how the change was closed or where it stands; of one in review what the facts suggest
    /// @param over whether nothing more becomes of it
    /// @param waitedSeconds from the evaluation to the approval by people; null: there was none
    /// @param savedSeconds by how much it would have been approved sooner; null: it would not, or nobody knows
    /// @param mayWaitLonger whether people would have been asked who were not; for how long nobody knows
    public record Change(
            String id,
            String title,
            String service,
            String type,
            String risk,
            Instant evaluatedAt,
            String policy,
            Side before,
            Side after,
            String outcome,
            boolean over,
            @Nullable Long waitedSeconds,
            @Nullable Long savedSeconds,
            boolean mayWaitLonger,
            @Nullable Effect effect) {}

    /// @param notRecorded inputs that the candidate reads
    public record Unknown(String id, String title, Instant evaluatedAt, String outcome, Set<String> notRecorded) {}

    /// @param disagreements as `what: recorded …, calculated …`
    public record Contradicted(String id, Instant evaluatedAt, String policy, List<String> disagreements) {}

    /// @param evaluations all of them
    /// @param changes by the evaluation that counts
    /// @param answers of changes that differ, as `APPROVAL_REQUIRED -> AUTO`
    /// @param notRecorded how many changes could not be decided for want of each input
    /// @param failed how many of all these changes failed
    /// @param sooner how many would have been approved sooner, by so many seconds together
    /// @param checks of all evaluations, by the policy that made them
    public record Totals(
            Map<Result, Long> evaluations,
            Map<Result, Long> changes,
            Map<String, Long> answers,
            Map<String, Long> notRecorded,
            long failed,
            long sooner,
            long savedSeconds,
            long mayWaitLonger,
            Map<Effect, Long> effects,
            Map<Check, Long> checks) {}

    public record Report(
            String candidate,
            String hash,
            Window period,
            Totals totals,
            Page<Change> different,
            Page<Unknown> undecidable,
            Page<Contradicted> contradicted) {}

    private final Policy candidate;
    private final Window period;
    private final Past past;
    private final Counter<Result> evaluations = new Counter<>(Result.values());
    private final Counter<Result> changes = new Counter<>(Result.values());
    private final Counter<String> answers = new Counter<>();
    private final Counter<String> notRecorded = new Counter<>();
    private final Counter<Effect> effects = new Counter<>(Effect.values());
    private final Counter<Check> checks = new Counter<>(Check.values());
    private final Newest<Change> different;
    private final Newest<Unknown> undecidable;
    private final Newest<Contradicted> contradicted;
    private long failed;
    private long sooner;
    private long savedSeconds;
    private long mayWaitLonger;

    /// @param period in which an evaluation was recorded
    /// @param listed so many of each list are kept
    public Backtest(Policy candidate, Window period, int listed, Past past) {
        this.candidate = candidate;
        this.period = period;
        this.past = past;
        this.different = new Newest<>(listed, Change::evaluatedAt, Change::id);
        this.undecidable = new Newest<>(listed, Unknown::evaluatedAt, Unknown::id);
        this.contradicted = new Newest<>(listed, Contradicted::evaluatedAt, Contradicted::id);
    }

    /// @param story all facts of the change, in order
    public void add(String id, List<Moment> story) {
        @Nullable Electorate people = null;
        int last = lastEvaluation(story);
        for (int i = 0; i <= last; i++) {
            Moment moment = story.get(i);
            if (moment.fact() instanceof ImpactAssessed impact) {
                people = past.people(impact.graphVersion());
            }
            if (moment.fact() instanceof PolicyEvaluated told && isIn(moment.at())) {
                Policy then = past.policy(told.policyHash()).orElse(null);
                check(id, moment.at(), told, then, people);
                Comparison comparison =
                        Comparison.of(told, Reperformance.policy(candidate, told, people), candidate, then);
                evaluations.add(result(comparison));
                if (i == last) {
                    count(id, told, comparison, story, i);
                }
            }
        }
    }

    private boolean isIn(Instant at) {
        return !at.isBefore(period.notBefore()) && at.isBefore(period.notAfter());
    }

    private static int lastEvaluation(List<Moment> story) {
        for (int i = story.size() - 1; i >= 0; i--) {
            if (story.get(i).fact() instanceof PolicyEvaluated) {
                return i;
            }
        }
        return -1;
    }

    private static Result result(Comparison comparison) {
        return switch (comparison) {
            case Comparison.Same _ -> Result.SAME;
            case Comparison.Different _ -> Result.DIFFERENT;
            case Comparison.Undecidable _ -> Result.UNDECIDABLE;
        };
    }

    private void check(
            String id, Instant at, PolicyEvaluated told, @Nullable Policy then, @Nullable Electorate people) {
        if (then == null) {
            checks.add(Check.NOT_CHECKED);
            return;
        }
        Reperformed again = Reperformance.policy(then, told, people);
        List<String> disagreements = Reperformance.disagreements(told, again);
        if (!disagreements.isEmpty()) {
            checks.add(Check.CONTRADICTED);
            contradicted.add(new Contradicted(id, at, told.policyVersion(), disagreements));
            return;
        }
        checks.add(
                switch (again) {
                    case Reperformed.Answered _ -> Check.REPRODUCED;
                    case Reperformed.Partly _ -> Check.IN_PART;
                    case Reperformed.Undecidable _ -> Check.NOT_CHECKED;
                });
    }

    private void count(String id, PolicyEvaluated told, Comparison comparison, List<Moment> story, int evaluated) {
        Course course = Course.of(story);
        changes.add(result(comparison));
        if (course.failed()) {
            failed++;
        }
        switch (comparison) {
            case Comparison.Same _ -> {}
            case Comparison.Undecidable(var missing) -> {
                missing.forEach(notRecorded::add);
                undecidable.add(
                        new Unknown(id, course.title(), story.get(evaluated).at(), course.outcome(), missing));
            }
            case Comparison.Different(var after) -> count(change(id, told, after, course, story, evaluated));
        }
    }

    private void count(Change change) {
        answers.add(change.before().answer() + " -> " + change.after().answer());
        if (change.savedSeconds() != null) {
            sooner++;
            savedSeconds += change.savedSeconds();
        }
        if (change.mayWaitLonger()) {
            mayWaitLonger++;
        }
        if (change.effect() != null) {
            effects.add(change.effect());
        }
        different.add(change);
    }

    private static Change change(
            String id, PolicyEvaluated told, Side after, Course course, List<Moment> story, int evaluated) {
        Instant asked = story.get(evaluated).at();
        int approved = approvedByPeople(story, evaluated);
        Instant until = approved < 0 ? null : story.get(approved).at();
        Instant enough = null;
        boolean longer = false;
        if (after.answer() == PolicyResult.AUTO) {
            enough = asked;
        } else if (!after.stops() && told.answer() == PolicyResult.AUTO) {
            longer = true;
        } else if (!after.stops() && until != null) {
            Votes votes = Votes.of(story.subList(evaluated, approved));
            enough = after.known()
                    .flatMap(stages -> votes.enoughFor(stages, told.requiredStages()))
                    .orElse(null);
            longer = enough == null;
        }
        return new Change(
                id,
                course.title(),
                course.service(),
                told.inputs().getOrDefault("type", ""),
                told.inputs().getOrDefault("risk", ""),
                asked,
                told.policyVersion(),
                Side.recorded(told),
                after,
                course.outcome(),
                course.over(),
                until == null ? null : seconds(asked, until),
                until == null || enough == null || !enough.isBefore(until) ? null : seconds(enough, until),
                longer,
                effect(told, after, course, until != null));
    }

    private static long seconds(Instant from, Instant to) {
        return Duration.between(from, to).toSeconds();
    }

    private static int approvedByPeople(List<Moment> story, int evaluated) {
        for (int i = evaluated + 1; i < story.size(); i++) {
            if (story.get(i).fact() instanceof ChangeApproved approved) {
                return approved.by() == ApprovedBy.HUMAN ? i : -1;
            }
        }
        return -1;
    }

    /// What was registered after it was done no policy could have stopped.
    private static @Nullable Effect effect(
            PolicyEvaluated told, Side after, Course course, boolean approved) {
        if (ChangeType.LATENT.name().equals(told.inputs().get("type"))) {
            return null;
        }
        if (after.stops()) {
            return course.failed() ? Effect.FAILURE_STOPPED : course.wentWell() ? Effect.SUCCESS_STOPPED : null;
        }
        if (after.answer() == PolicyResult.AUTO) {
            return course.failed() ? Effect.FAILURE_UNSEEN : course.refused() && !approved ? Effect.REFUSAL_PASSED : null;
        }
        return told.answer() == PolicyResult.AUTO && course.failed() ? Effect.FAILURE_LOOKED_AT : null;
    }

    public Report report() {
        return new Report(
                candidate.name() + "/" + candidate.version(),
                candidate.hash(),
                period,
                new Totals(
                        evaluations.all(),
                        changes.all(),
                        answers.all(),
                        notRecorded.all(),
                        failed,
                        sooner,
                        savedSeconds,
                        mayWaitLonger,
                        effects.all(),
                        checks.all()),
                different.page(),
                undecidable.page(),
                contradicted.page());
    }
}
