package slipway.release.domain;

import java.time.Instant;
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
import slipway.release.domain.ReleaseEvent.ReleasePaused;
import slipway.release.domain.ReleaseEvent.ReleaseResumeRequested;
import slipway.release.domain.ReleaseEvent.ReleaseStarted;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.ReleaseEvent.RolloutStepStarted;
import slipway.release.domain.ReleaseState.Asking;
import slipway.release.domain.ReleaseState.Paused;
import slipway.release.domain.ReleaseState.Rolling;
import slipway.release.domain.ReleaseState.Turn;

/// One environment, step by step. A step is a fact before it is done and a fact after; whoever crashed in between looks first
/// what is already so.
public final class Rollout {

    private Rollout() {}

    static Decision<ReleaseEvent> start(ReleaseCommand.Start start, ReleaseState state) {
        if (!(state instanceof Asking asking)
                || !asking.environment().equals(start.environment())
                || !asking.changeId().equals(start.changeId())
                || asking.journey().isStale(start.changeId(), start.epoch())) {
            return Decision.nothing();
        }
        Journey journey = asking.journey();
        List<String> late = late(asking, start);
        if (!late.isEmpty()) {
            return Decision.accept(refused(asking, late));
        }
        List<Leave> leaves = new ArrayList<>(asking.given());
        leaves.add(new Leave(start.changeId(), start.authorisationId(), start.epoch()));
        Paused resumes = asking.resumes();
        if (leaves.size() < journey.changeIds().size()) {
            return Decision.accept(Control.request(
                    journey,
                    asking.proof(),
                    journey.changeIds().get(leaves.size()),
                    leaves,
                    resumes == null ? 0 : resumes.step()));
        }
        if (resumes != null) {
            return Decision.accept(Control.resumed(journey, resumes, leaves, start.fencingToken()));
        }
        String here = start.environment();
        String digest = Preparation.digest(journey);
        Journey started = journey.touching(
                Touched.started(here, asking.proof(), start.before(), start.pendingMigrations()));
        Optional<String> stuck = stuck(started.steps(here), start.before(), digest);
        if (stuck.isPresent()) {
            return Decision.accept(new ReleaseEvent.ReleaseBlocked(here, List.of(stuck.get())));
        }
        return Decision.accept(
                new ReleaseStarted(
                        here,
                        digest,
                        journey.plan().stage(here).strategy(),
                        asking.proof().backupSetId(),
                        leaves.getFirst().authorisationId(),
                        leaves.getFirst().epoch(),
                        start.fencingToken(),
                        start.before().parts(),
                        leaves,
                        start.pendingMigrations()),
                started(started, here, 1, 1, start.before()));
    }

    private static List<String> late(Asking asking, ReleaseCommand.Start start) {
        List<String> late = new ArrayList<>();
        if (!start.at().isBefore(start.until())) {
            late.add("the leave to start came when its window was over: " + start.until());
        }
        Instant startBy = asking.journey().startBy(asking.proof());
        if (asking.resumes() == null && startBy != null && start.at().isAfter(startBy)) {
            late.add(asking.proof().backupSetId() + " was young enough until " + startBy + ": try again for a fresh one");
        }
        return late;
    }

    static Decision<ReleaseEvent> refuse(ReleaseCommand.RefuseStart refused, ReleaseState state) {
        return state instanceof Asking asking
                        && asking.environment().equals(refused.environment())
                        && asking.changeId().equals(refused.changeId())
                ? Decision.accept(refused(asking, refused.reasons()))
                : Decision.nothing();
    }

    /// Nothing is touched yet: it is blocked. Otherwise it stands still as before.
    private static ReleaseEvent refused(Asking asking, List<String> reasons) {
        Paused resumes = asking.resumes();
        return resumes == null
                ? new ReleaseEvent.ReleaseBlocked(asking.environment(), reasons)
                : new ReleasePaused(
                        resumes.environment(), resumes.step(), resumes.cause(), String.join("; ", reasons));
    }

    static Decision<ReleaseEvent> complete(ReleaseCommand.CompleteStep done, ReleaseState state) {
        if (!(state instanceof Rolling running) || !running.isAt(done.environment(), done.step(), done.attempt())) {
            return Decision.nothing();
        }
        StepKind kind = running.current().kind();
        if (kind == StepKind.ANALYSE) {
            return Decision.refuse("an analysis is judged by its samples, not declared done");
        }
        String component = running.current().component();
        String expected = component.isEmpty()
                ? Preparation.digest(running.journey())
                : running.journey().component(component).digest();
        if (kind == StepKind.VALIDATE && !done.observed().equals(expected)) {
            String reason = "the instances run " + done.observed() + " instead of " + expected;
            return Decision.accept(WayBack.facts(
                    running.journey(),
                    running.environment(),
                    new WayBack.Why(RollbackCause.VALIDATION_FAILED, reason, List.of(), done.at())));
        }
        return Decision.accept(
                completed(running, done.at(), done.tries(), done.adopted(), done.observed(), done.millis()));
    }

    static Decision<ReleaseEvent> judge(ReleaseCommand.JudgeCanary judged, ReleaseState state) {
        if (!(state instanceof Rolling running) || !running.isAt(judged.environment(), judged.step(), judged.attempt())) {
            return Decision.nothing();
        }
        Step step = running.current();
        if (step.kind() != StepKind.ANALYSE) {
            return Decision.refuse(step.kind() + " " + step.title() + " is no analysis");
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
            case PASS -> facts.addAll(completed(running, judged.at(), 1, false, judgement.reason(), 0));
            // A person looks; when it goes on, it is measured anew.
            case INCONCLUSIVE ->
                facts.add(new ReleasePaused(
                        running.environment(), running.step(), PauseCause.INCONCLUSIVE, judgement.reason()));
            case FAIL, ERROR, UNKNOWN ->
                facts.addAll(WayBack.facts(
                        running.journey(),
                        running.environment(),
                        new WayBack.Why(
                                RollbackCause.CANARY_FAILED, judgement.reason(), List.of(), judged.at())));
        }
        return Decision.accept(facts);
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
        if (!(state instanceof Rolling running) || !running.isAt(failed.environment(), failed.step(), failed.attempt())) {
            return Decision.nothing();
        }
        Step step = running.current();
        RollbackCause cause =
                switch (step.kind()) {
                    case VALIDATE -> RollbackCause.VALIDATION_FAILED;
                    case ANALYSE -> RollbackCause.CANARY_FAILED;
                    case BAKE -> RollbackCause.VALIDATION_FAILED;
                    case MIGRATE, SWITCH, PREVIEW, WEIGHT, CUTOVER, RETIRE, PAUSE, REHEARSE, RETURN, REVERT, UNKNOWN ->
                        RollbackCause.STEP_FAILED;
                };
        return Decision.accept(WayBack.facts(
                running.journey(),
                running.environment(),
                new WayBack.Why(
                        cause, step.kind() + " " + step.title() + ": " + failed.reason(), List.of(), failed.at())));
    }

    static Decision<ReleaseEvent> indeterminate(ReleaseCommand.FindIndeterminate found, ReleaseState state) {
        return state instanceof Rolling running
                        && running.isAt(found.environment(), found.step(), found.attempt())
                ? Decision.accept(new ReleaseEvent.RolloutIndeterminate(
                        found.environment(),
                        found.step(),
                        running.from().parts(),
                        running.to().parts(),
                        found.observed().parts()))
                : Decision.nothing();
    }

    /// Why the steps cannot be gone from here, found before anything is touched.
    public static Optional<String> stuck(List<Step> steps, Shape before, String digest) {
        Shape shape = before;
        try {
            for (Step step : steps) {
                shape = step.after(shape, before, digest);
            }
            return shape.serves(digest)
                    ? Optional.empty()
                    : Optional.of("the plan ends with " + shape + ", which is not " + digest + " everywhere");
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// The step is done, and what follows from that.
    ///
    /// @param millis how long it took; 0: not measured
    static List<ReleaseEvent> completed(
            Rolling running, Instant at, int attempt, boolean adopted, String observed, long millis) {
        Step step = running.current();
        List<ReleaseEvent> facts = new ArrayList<>();
        facts.add(new RolloutStepCompleted(
                running.environment(), running.step(), step.kind(), step.title(), attempt, adopted, observed, millis));
        if (running.turn() instanceof Turn.Back(var cause, var reason, var by)) {
            Journey journey = running.journey().done(running.environment(), running.step());
            facts.addAll(WayBack.facts(journey, running.environment(), new WayBack.Why(cause, reason, by, at)));
        } else if (running.isLast()) {
            facts.addAll(deployed(running, at));
        } else {
            facts.addAll(next(running, at));
        }
        return facts;
    }

    private static List<ReleaseEvent> deployed(Rolling running, Instant at) {
        Journey journey = running.journey();
        String here = running.environment();
        String digest = Preparation.digest(journey);
        int parts = (int) running.to().parts().stream()
                .filter(part -> part.runs(digest))
                .count();
        Instant soakUntil = at.plusSeconds(journey.plan().stage(here).soakSeconds());
        ReleaseDeployed deployed = new ReleaseDeployed(
                here, digest, digest, parts, journey.isLast(here), journey.changeIds(), soakUntil);
        if (journey.isLast(here)) {
            List<ReleaseEvent> facts = new ArrayList<>(List.of(deployed));
            facts.addAll(Ending.closedBy(journey));
            return facts;
        }
        // Whoever held it may have let go meanwhile; then nothing keeps it from the next environment.
        return running.turn() instanceof Turn.Pause(var cause, var reason, var goOn) && !goOn
                ? List.of(deployed, new ReleasePaused(journey.deployedIn(here, soakUntil).next(), 0, cause, reason))
                : List.of(deployed);
    }

    /// Here it stands still, when somebody asked for that or the window is over and something would be touched.
    private static List<ReleaseEvent> next(Rolling running, Instant at) {
        Journey journey = running.journey();
        String here = running.environment();
        int next = running.step() + 1;
        if (running.turn() instanceof Turn.Pause(var cause, var reason, var goOn)) {
            ReleasePaused paused = new ReleasePaused(here, next, cause, reason);
            return goOn ? List.of(paused, new ReleaseResumeRequested(here, next)) : List.of(paused);
        }
        Instant end = journey.plan().window().notAfter();
        boolean late = !at.isBefore(end) && journey.steps(here).get(next - 1).kind().touches();
        return List.of(
                late
                        ? new ReleasePaused(here, next, PauseCause.WINDOW, "the window ended at " + end)
                        : started(journey, here, next, 1, running.to()));
    }

    static RolloutStepStarted started(
            Journey journey, String environment, int number, int attempt, Shape from) {
        Step step = journey.steps(environment).get(number - 1);
        Shape before = journey.touched(environment).map(Touched::before).orElse(from);
        Shape to = step.after(from, before, Preparation.digest(journey));
        return new RolloutStepStarted(
                environment, number, step.kind(), step.title(), attempt, from.parts(), to.parts());
    }
}
