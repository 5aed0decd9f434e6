package slipway.release.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import slipway.decider.Decision;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Judge;
import slipway.release.analysis.Judgement;
import slipway.release.analysis.Judging;
import slipway.release.analysis.Metric;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleaseStarted;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;
import slipway.release.domain.ReleaseState.Asking;
import slipway.release.domain.ReleaseState.Rolling;

/// One environment, step by step. A step is a fact before it is done and a fact after; whoever crashed in between looks first
/// what is already so.
public final class Rollout {

    private Rollout() {}

    static Decision<ReleaseEvent> start(ReleaseCommand.Start start, ReleaseState state) {
        if (!(state instanceof Asking asking) || !asking.environment().equals(start.environment())) {
            return Decision.nothing();
        }
        List<String> late = new ArrayList<>();
        if (!start.at().isBefore(start.until())) {
            late.add("the leave to start came when its window was over: " + start.until());
        }
        if (asking.startBy() != null && start.at().isAfter(asking.startBy())) {
            late.add(asking.backupSetId() + " was young enough until " + asking.startBy()
                    + ": try again for a fresh one");
        }
        if (!late.isEmpty()) {
            return Decision.accept(new ReleaseEvent.ReleaseBlocked(start.environment(), late));
        }
        Journey journey = asking.journey();
        String digest = Preparation.digest(journey);
        Optional<String> stuck = stuck(journey.steps(start.environment()), start.before(), digest);
        if (stuck.isPresent()) {
            return Decision.accept(new ReleaseEvent.ReleaseBlocked(start.environment(), List.of(stuck.get())));
        }
        return Decision.accept(
                new ReleaseStarted(
                        start.environment(),
                        digest,
                        journey.plan().stage(start.environment()).strategy(),
                        asking.backupSetId(),
                        start.authorisationId(),
                        start.epoch(),
                        start.fencingToken(),
                        start.before().parts()),
                started(journey, start.environment(), 1, 1, start.before()));
    }

    static Decision<ReleaseEvent> complete(ReleaseCommand.CompleteStep done, ReleaseState state) {
        if (!(state instanceof Rolling running) || !running.isAt(done.environment(), done.step())) {
            return Decision.nothing();
        }
        StepKind kind = running.current().kind();
        if (kind == StepKind.ANALYSE) {
            return Decision.refuse("an analysis is judged by its samples, not declared done");
        }
        String expected = Preparation.digest(running.journey());
        if (kind == StepKind.VALIDATE && !done.observed().equals(expected)) {
            String reason = "the instances run " + done.observed() + " instead of " + expected;
            return WayBack.trigger(
                    running.journey(), running.environment(), RollbackCause.VALIDATION_FAILED, reason);
        }
        List<ReleaseEvent> facts = new ArrayList<>();
        facts.add(completed(running, done.attempt(), done.adopted(), done.observed()));
        facts.addAll(next(running));
        return Decision.accept(facts);
    }

    static Decision<ReleaseEvent> judge(ReleaseCommand.JudgeCanary judged, ReleaseState state) {
        if (!(state instanceof Rolling running) || !running.isAt(judged.environment(), judged.step())) {
            return Decision.nothing();
        }
        Step step = running.current();
        if (step.kind() != StepKind.ANALYSE) {
            return Decision.refuse(step.kind() + " " + step.name() + " is no analysis");
        }
        Stage stage = running.journey().plan().stage(judged.environment());
        Optional<Analysis> analysis = stage.analysis(step);
        if (analysis.isEmpty()) {
            return Decision.refuse("the plan has no analysis '" + step.analysis() + "' for " + stage.environment());
        }
        Judgement judgement = Judging.of(analysis.get()).judge(judged.samples());
        List<ReleaseEvent> facts = new ArrayList<>();
        facts.add(analysed(judged, analysis.get(), judgement));
        switch (judgement.verdict()) {
            case PASS -> {
                facts.add(completed(running, 1, false, judgement.reason()));
                facts.addAll(next(running));
            }
            // Nobody can be asked yet.
            case INCONCLUSIVE -> facts.addAll(back(running, judgement));
            case FAIL, ERROR, UNKNOWN -> facts.addAll(back(running, judgement));
        }
        return Decision.accept(facts);
    }

    private static List<ReleaseEvent> back(Rolling running, Judgement judgement) {
        return WayBack.facts(
                running.journey(), running.environment(), RollbackCause.CANARY_FAILED, judgement.reason());
    }

    private static CanaryAnalysisCompleted analysed(
            ReleaseCommand.JudgeCanary judged, Analysis analysis, Judgement judgement) {
        int failureLimit = analysis.metrics().stream()
                .map(Metric::threshold)
                .filter(Objects::nonNull)
                .map(Metric.Threshold::failureLimit)
                .findFirst()
                .orElse(0);
        return new CanaryAnalysisCompleted(
                judged.environment(),
                judged.step(),
                judgement.verdict(),
                analysis.judge().name(),
                Judge.VERSION,
                failureLimit,
                judged.samples(),
                judgement.reason(),
                analysis,
                judgement.score(),
                judgement.text());
    }

    static Decision<ReleaseEvent> fail(ReleaseCommand.FailStep failed, ReleaseState state) {
        if (!(state instanceof Rolling running) || !running.isAt(failed.environment(), failed.step())) {
            return Decision.nothing();
        }
        Step step = running.current();
        RollbackCause cause =
                switch (step.kind()) {
                    case VALIDATE -> RollbackCause.VALIDATION_FAILED;
                    case ANALYSE -> RollbackCause.CANARY_FAILED;
                    case BAKE -> RollbackCause.VALIDATION_FAILED;
                    case MIGRATE, SWITCH, PREVIEW, WEIGHT, CUTOVER, RETIRE, PAUSE, REVERT, UNKNOWN ->
                        RollbackCause.STEP_FAILED;
                };
        return WayBack.trigger(
                running.journey(),
                running.environment(),
                cause,
                step.kind() + " " + step.name() + ": " + failed.reason());
    }

    static Decision<ReleaseEvent> indeterminate(ReleaseCommand.FindIndeterminate found, ReleaseState state) {
        return state instanceof Rolling running
                        && running.isAt(found.environment(), found.step())
                        && running.attempt() == found.attempt()
                ? Decision.accept(new ReleaseEvent.RolloutIndeterminate(
                        found.environment(),
                        found.step(),
                        running.from().parts(),
                        running.to().parts(),
                        found.observed().parts()))
                : Decision.nothing();
    }

    /// The same step once more, after somebody looked.
    static RolloutStepStarted again(Rolling running) {
        return started(
                running.journey(), running.environment(), running.step(), running.attempt() + 1, running.from());
    }

    /// Why the steps cannot be gone from here, found before anything is touched.
    private static Optional<String> stuck(List<Step> steps, Shape before, String digest) {
        Shape shape = before;
        try {
            for (Step step : steps) {
                shape = step.after(shape, digest);
            }
            return shape.serves(digest)
                    ? Optional.empty()
                    : Optional.of("the plan ends with " + shape + ", which is not " + digest + " everywhere");
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static List<ReleaseEvent> next(Rolling running) {
        Journey journey = running.journey();
        String here = running.environment();
        if (!running.isLast()) {
            return List.of(started(journey, here, running.step() + 1, 1, running.to()));
        }
        String digest = Preparation.digest(journey);
        int parts = (int) running.to().parts().stream()
                .filter(part -> digest.equals(part.digest()))
                .count();
        return List.of(new ReleaseDeployed(here, digest, digest, parts, journey.isLast(here)));
    }

    private static RolloutStepStarted started(
            Journey journey, String environment, int number, int attempt, Shape from) {
        Step step = journey.steps(environment).get(number - 1);
        Shape to = step.after(from, Preparation.digest(journey));
        return new RolloutStepStarted(
                environment, number, step.kind(), step.name(), attempt, from.parts(), to.parts());
    }

    private static RolloutStepCompleted completed(Rolling running, int attempt, boolean adopted, String observed) {
        Step step = running.current();
        return new RolloutStepCompleted(
                running.environment(), running.step(), step.kind(), step.name(), attempt, adopted, observed);
    }
}
