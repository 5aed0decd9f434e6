package slipway.release.domain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.decider.Decision;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.ReleaseCommand.Step;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleasePromoted;
import slipway.release.domain.ReleaseEvent.ReleaseStarted;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;
import slipway.release.domain.ReleaseState.Asking;
import slipway.release.domain.ReleaseState.Rolling;

/// One environment, step by step. A step is a fact before it is done and a fact after; whoever crashed in between looks first
/// what is already so.
public final class Rollout {

    private Rollout() {}

    /// The steps of an environment: a migration first, one instance and its analysis when it is a canary, then the others, and
    /// at last a look at all of them.
    public static List<Step> steps(String environment, Strategy strategy, boolean migrates, List<String> instances) {
        List<Step> steps = new ArrayList<>();
        if (migrates) {
            steps.add(new Step(StepKind.MIGRATE, environment));
        }
        for (int i = 0; i < instances.size(); i++) {
            steps.add(new Step(StepKind.SWITCH, instances.get(i)));
            if (i == 0 && strategy == Strategy.CANARY) {
                steps.add(new Step(StepKind.ANALYSE, instances.get(i)));
            }
        }
        steps.add(new Step(StepKind.VALIDATE, environment));
        return List.copyOf(steps);
    }

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
        return Decision.accept(
                new ReleaseStarted(
                        start.environment(),
                        Preparation.digest(asking.journey()),
                        start.strategy(),
                        asking.backupSetId(),
                        start.authorisationId(),
                        start.epoch(),
                        start.fencingToken()),
                started(start.environment(), 1, start.steps().getFirst()));
    }

    static Decision<ReleaseEvent> complete(ReleaseCommand.CompleteStep done, ReleaseState state) {
        if (!(state instanceof Rolling running) || !running.isAt(done.environment(), done.step())) {
            return Decision.nothing();
        }
        if (running.kind() == StepKind.ANALYSE) {
            return Decision.refuse("an analysis is judged by its samples, not declared done");
        }
        String expected = Preparation.digest(running.journey());
        if (running.kind() == StepKind.VALIDATE && !done.observed().equals(expected)) {
            String reason = "the instances run " + done.observed() + " instead of " + expected;
            return WayBack.trigger(
                    running.journey(),
                    running.environment(),
                    RollbackCause.VALIDATION_FAILED,
                    reason,
                    done.toDigest());
        }
        List<ReleaseEvent> facts = new ArrayList<>();
        facts.add(completed(running, done.attempt(), done.adopted(), done.observed()));
        facts.addAll(next(running, done.steps(), done.observed(), done.next()));
        return Decision.accept(facts);
    }

    static Decision<ReleaseEvent> judge(ReleaseCommand.JudgeCanary judged, ReleaseState state) {
        if (!(state instanceof Rolling running) || !running.isAt(judged.environment(), judged.step())) {
            return Decision.nothing();
        }
        if (running.kind() != StepKind.ANALYSE) {
            return Decision.refuse(running.kind() + " " + running.name() + " is no analysis");
        }
        Judgement judgement = Judgement.of(judged.samples(), judged.failureLimit());
        CanaryAnalysisCompleted analysis = new CanaryAnalysisCompleted(
                judged.environment(),
                judged.step(),
                judgement.verdict(),
                Judgement.JUDGE,
                Judgement.VERSION,
                judged.failureLimit(),
                judged.samples(),
                judgement.reason());
        List<ReleaseEvent> facts = new ArrayList<>();
        facts.add(analysis);
        switch (judgement.verdict()) {
            case PASS -> {
                facts.add(completed(running, 1, false, judgement.reason()));
                facts.addAll(next(running, judged.steps(), judgement.reason(), null));
            }
            case FAIL, INCONCLUSIVE, ERROR, UNKNOWN ->
                facts.addAll(WayBack.facts(
                        running.journey(),
                        running.environment(),
                        RollbackCause.CANARY_FAILED,
                        judgement.reason(),
                        judged.toDigest()));
        }
        return Decision.accept(facts);
    }

    static Decision<ReleaseEvent> fail(ReleaseCommand.FailStep failed, ReleaseState state) {
        if (!(state instanceof Rolling running) || !running.isAt(failed.environment(), failed.step())) {
            return Decision.nothing();
        }
        RollbackCause cause =
                switch (running.kind()) {
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
                running.kind() + " " + running.name() + ": " + failed.reason(),
                failed.toDigest());
    }

    private static List<ReleaseEvent> next(
            Rolling running, List<Step> steps, String observed, @Nullable BackupTerms terms) {
        String here = running.environment();
        if (running.step() < steps.size()) {
            return List.of(started(here, running.step() + 1, steps.get(running.step())));
        }
        int instances = (int)
                steps.stream().filter(step -> step.kind() == StepKind.SWITCH).count();
        Journey journey = running.journey();
        boolean last = journey.isLast(here);
        ReleaseDeployed deployed =
                new ReleaseDeployed(here, Preparation.digest(journey), observed, instances, last);
        if (last) {
            return List.of(deployed);
        }
        List<String> environments = journey.plan().environments();
        String there = environments.get(environments.indexOf(here) + 1);
        ReleasePromoted promoted = new ReleasePromoted(here, there);
        return terms == null
                ? List.of(
                        deployed,
                        promoted,
                        new ReleaseEvent.ReleaseBlocked(there, List.of(there + " is not in the delivery catalogue")))
                : List.of(deployed, promoted, journey.deployedIn(here).backup(terms));
    }

    private static RolloutStepStarted started(String environment, int number, Step step) {
        return new RolloutStepStarted(environment, number, step.kind(), step.name(), 1);
    }

    private static RolloutStepCompleted completed(Rolling running, int attempt, boolean adopted, String observed) {
        return new RolloutStepCompleted(
                running.environment(),
                running.step(),
                running.kind(),
                running.name(),
                attempt,
                adopted,
                observed);
    }
}
