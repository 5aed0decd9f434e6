package slipway.release;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import slipway.events.StepKind;
import slipway.events.backup.RestoreCompleted;
import slipway.events.backup.RestoreFailed;
import slipway.events.change.ImplementationAuthorised;
import slipway.events.release.ReleaseResolved;
import slipway.events.release.ReleaseStarted;
import slipway.events.release.RolloutStepCompleted;
import slipway.events.release.RolloutStepStarted;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;
import slipway.release.Catalogue.Environment;
import slipway.release.domain.Journey;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;

/// The steps of a rollout and of the way back. One step at a time moves an environment; before it does anything it looks
/// whether it is still wanted, so that a step that was given up cannot come back later.
@Component
class Rolling {

    private static final Logger LOG = LoggerFactory.getLogger(Rolling.class);

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final Catalogue catalogue;
    private final StepWork work;
    private final Leases leases;
    private final Authorised authorised;
    private final ReleaseRegister register;
    private final Clock clock;

    Rolling(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            Catalogue catalogue,
            StepWork work,
            Leases leases,
            Authorised authorised,
            ReleaseRegister register,
            Clock clock) {
        this.clock = clock;
        this.releases = releases;
        this.catalogue = catalogue;
        this.work = work;
        this.leases = leases;
        this.authorised = authorised;
        this.register = register;
    }

    void on(Reactions.Table table) {
        table.perform(ImplementationAuthorised.class, "start in the environment", this::start)
                .performAt(RolloutStepStarted.class, "carry out the step", this::due, Rolling::onlyLooks, this::carryOut)
                .decide(ReleaseStarted.class, "tell the release below that this one lies on top", this::cover)
                .decide(RolloutStepCompleted.class, "give the environment back to the release below", this::layBare)
                .decide(ReleaseResolved.class, "give back what was mended by hand", this::giveBack)
                .decide(RestoreCompleted.class, "go on when the data is back", done -> Preparing.ofRelease(
                        releases,
                        done.getReleaseId(),
                        new ReleaseCommand.CompleteRestore(done.getBackupSetId(), done.getDataLossMillis())))
                .decide(RestoreFailed.class, "call for a person when the data is not back", failed -> Preparing.ofRelease(
                        releases,
                        failed.getReleaseId(),
                        new ReleaseCommand.FailRestore(failed.getBackupSetId(), nextStep(failed))));
    }

    private static List<String> nextStep(RestoreFailed failed) {
        return List.of(String.join("; ", failed.getReasons()), "next step: " + failed.getNextStep());
    }

    private List<Order<?>> start(ImplementationAuthorised leave) throws InterruptedException {
        String id = leave.getReleaseId();
        if (!(releases.state(id) instanceof ReleaseState.Asking asking)
                || !asking.environment().equals(leave.getEnvironment())) {
            return List.of();
        }
        Journey journey = asking.journey();
        Optional<Environment> environment = catalogue.environment(journey.plan(), asking.environment());
        Optional<Long> token = leases.token(journey.plan().service(), asking.environment(), id);
        ReleaseCommand command;
        if (environment.isEmpty() || token.isEmpty()) {
            String reason = environment.isEmpty() ? Inspection.GONE : "its lease is gone";
            command = new ReleaseCommand.Block(asking.environment(), List.of(reason));
        } else {
            try {
                command = new ReleaseCommand.Start(
                        leave.getMeta().getAggregateId(),
                        asking.environment(),
                        clock.instant(),
                        leave.getWindow().getNotAfter(),
                        leave.getAuthorisationId(),
                        leave.getEpoch(),
                        token.get(),
                        // Its shape is known, and looked at by the step itself.
                        asking.resumes() == null
                                ? environment.get().look()
                                : asking.resumes().shape(),
                        work.lacksMigrations(environment.get(), journey));
            } catch (IOException | SQLException | RuntimeException e) {
                Fault.unlessStopping();
                command = new ReleaseCommand.Block(asking.environment(), List.of(Fault.inWords(e)));
            }
        }
        return List.of(releases.order(id, command));
    }

    /// A pause of a certain time is over when a timer says so; nobody stands and waits for it.
    private @Nullable Instant due(RolloutStepStarted step) {
        return step.getKind() == StepKind.PAUSE
                        && releases.state(step.getMeta().getAggregateId()) instanceof ReleaseState.Open open
                ? step.getMeta().getOccurredAt().plusSeconds(open.journey()
                        .steps(step.getEnvironment())
                        .get(step.getStep() - 1)
                        .seconds())
                : null;
    }

    /// Such a step needs no lock, because it moves nothing: whatever becomes of it counts only as long as the release is still
    /// there. So the way back never waits for it, nor does anybody else.
    private static boolean onlyLooks(RolloutStepStarted step) {
        return switch (step.getKind()) {
            case ANALYSE, BAKE, VALIDATE -> true;
            case MIGRATE, SWITCH, PREVIEW, WEIGHT, CUTOVER, RETIRE, REHEARSE, RETURN, REVERT, PAUSE, UNKNOWN -> false;
        };
    }

    private List<Order<?>> carryOut(RolloutStepStarted step) throws Exception {
        String id = step.getMeta().getAggregateId();
        if (!(releases.state(id) instanceof ReleaseState.Open open)) {
            return List.of();
        }
        String service = open.journey().plan().service();
        return onlyLooks(step)
                ? wanted(id, service, step)
                : leases.alone(service, step.getEnvironment(), () -> wanted(id, service, step));
    }

    private List<Order<?>> wanted(String id, String service, RolloutStepStarted step) throws Exception {
        ReleaseState state = releases.state(id);
        Optional<Environment> environment = state instanceof ReleaseState.Open open
                ? catalogue.environment(open.journey().plan(), step.getEnvironment())
                : Optional.empty();
        List<ReleaseCommand> commands =
                switch (state) {
                    case ReleaseState.Rolling running when running.isAt(
                            step.getEnvironment(), step.getStep(), step.getAttempt()) ->
                        environment.isPresent()
                                        && leases.token(service, step.getEnvironment(), id)
                                                .isPresent()
                                ? forward(id, running, environment.get(), step.getMeta().getOccurredAt())
                                : List.of(new ReleaseCommand.FailStep(
                                        step.getEnvironment(),
                                        step.getStep(),
                                        step.getAttempt(),
                                        clock.instant(),
                                        environment.isPresent() ? "its lease is gone" : Inspection.GONE));
                    case ReleaseState.Reverting reverting when !reverting.left().isEmpty()
                            && reverting.left().getFirst().equals(step.getEnvironment())
                            && reverting.attempt() == step.getAttempt() ->
                        environment.isPresent()
                                ? back(id, reverting, environment.get(), step.getMeta().getOccurredAt())
                                : List.of(new ReleaseCommand.FailRevert(
                                        step.getEnvironment(), Inspection.GONE));
                    default -> List.of();
                };
        return commands.stream().<Order<?>>map(command -> releases.order(id, command)).toList();
    }

    private List<ReleaseCommand> forward(
            String id, ReleaseState.Rolling running, Environment environment, Instant began)
            throws InterruptedException, IOException, SQLException {
        String here = running.environment();
        int step = running.step();
        int attempt = running.attempt();
        return switch (work.forward(id, running, environment, wanted(id, running))) {
            case StepWork.Done(var adopted, var observed, var tries) -> {
                Instant now = clock.instant();
                yield List.of(new ReleaseCommand.CompleteStep(
                        here,
                        step,
                        attempt,
                        now,
                        tries,
                        adopted,
                        observed,
                        Duration.between(began, now).toMillis()));
            }
            case StepWork.Measured(var samples) ->
                List.of(new ReleaseCommand.JudgeCanary(here, step, attempt, clock.instant(), samples));
            case StepWork.Failed(var reason) ->
                List.of(new ReleaseCommand.FailStep(here, step, attempt, clock.instant(), reason));
            case StepWork.Odd(var observed) ->
                List.of(new ReleaseCommand.FindIndeterminate(here, step, attempt, observed));
            case StepWork.Waiting _ -> List.of();
            case StepWork.Back _ -> throw new IllegalStateException(running.current().kind() + " led back");
        };
    }

    /// Whether nobody ended the step meanwhile: it was promoted, or the release is taken back. Asked again and again by each of many
    /// looks, so the facts are read only when there are more than at the last time.
    private BooleanSupplier wanted(String id, ReleaseState.Rolling running) {
        AtomicLong wantedAt = new AtomicLong();
        return () -> {
            try {
                long now = releases.sequence(id);
                if (now == wantedAt.get()) {
                    return true;
                }
                boolean wanted = releases.state(id) instanceof ReleaseState.Rolling there
                        && there.isAt(running.environment(), running.step(), running.attempt());
                wantedAt.set(wanted ? now : 0);
                return wanted;
            } catch (DataAccessException e) {
                // A database that is away for a moment is no fault of the release; what comes of the step is decided by its state then.
                LOG.warn("{}: nobody can tell whether {} is still wanted: {}", id, running.current().kind(), Fault.inWords(e));
                return true;
            }
        };
    }

    private List<ReleaseCommand> back(
            String id, ReleaseState.Reverting reverting, Environment environment, Instant began)
            throws InterruptedException, Leases.Taken {
        String service = reverting.journey().plan().service();
        String here = environment.name();
        // Its lease ended when it was deployed; whoever works there by now is waited for.
        leases.take(service, here, id);
        Optional<Authorised.Last> later = authorised
                .last(service, here)
                .filter(last -> !last.releaseId().equals(id))
                .filter(_ -> reverting.journey().deployed().contains(here));
        if (later.isPresent()) {
            // It came since the way back was decided.
            return List.of(
                    new ReleaseCommand.Supersede(here, later.get().releaseId()),
                    new ReleaseCommand.CompleteRevert(
                            here, clock.instant(), true, later.get().digest(), 0));
        }
        return switch (work.back(id, reverting, environment)) {
            case StepWork.Back(var adopted, var observed) -> {
                Instant now = clock.instant();
                // That it is on top again may still be on its way; then its data would be left where they are.
                yield List.of(
                        new ReleaseCommand.LayBare(here),
                        new ReleaseCommand.CompleteRevert(
                                here, now, adopted, observed, Duration.between(began, now).toMillis()));
            }
            case StepWork.Failed(var reason) -> List.of(new ReleaseCommand.FailRevert(here, reason));
            case StepWork.Done _, StepWork.Measured _, StepWork.Odd _, StepWork.Waiting _ ->
                throw new IllegalStateException("a step back led forward");
        };
    }

    /// What lies below is another release's from now on.
    private List<Order<?>> cover(ReleaseStarted started) {
        String id = started.getMeta().getAggregateId();
        String here = started.getEnvironment();
        return register.service(id)
                .flatMap(service -> authorised.below(service, here, id))
                .stream()
                .<Order<?>>map(below -> releases.order(below.releaseId(), new ReleaseCommand.Supersede(here, id)))
                .toList();
    }

    /// What lay below is on top again. The release that went back may be closed by now.
    private List<Order<?>> layBare(RolloutStepCompleted step) {
        String id = step.getMeta().getAggregateId();
        return step.getKind() == StepKind.REVERT
                ? register.service(id)
                        .map(service -> layBare(id, service, step.getEnvironment()))
                        .orElse(List.of())
                : List.of();
    }

    private List<Order<?>> giveBack(ReleaseResolved resolved) {
        String id = resolved.getMeta().getAggregateId();
        return resolved.getLeft().stream()
                .flatMap(left -> layBare(id, resolved.getService(), left.getEnvironment()).stream())
                .toList();
    }

    private List<Order<?>> layBare(String id, String service, String here) {
        return authorised.last(service, here).stream()
                .filter(last -> !last.releaseId().equals(id))
                .<Order<?>>map(last -> releases.order(last.releaseId(), new ReleaseCommand.LayBare(here)))
                .toList();
    }
}
