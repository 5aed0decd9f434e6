package slipway.release;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeHoldLifted;
import slipway.events.change.ImplementationRefused;
import slipway.events.change.ImplementationRevoked;
import slipway.events.release.ReleaseResumeRequested;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;
import slipway.release.Catalogue.Environment;
import slipway.release.domain.Journey;
import slipway.release.domain.Outcome;
import slipway.release.domain.PauseCause;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.RevocationCause;
import slipway.release.domain.Touched;

/// A release follows its changes: it stands still when leave is withdrawn, goes on when a hold is lifted, and ends when they end.
@Component
class Following {

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final Catalogue catalogue;
    private final Leases leases;
    private final Inspection inspection;
    private final Clock clock;

    Following(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            Catalogue catalogue,
            Leases leases,
            Inspection inspection,
            Clock clock) {
        this.releases = releases;
        this.catalogue = catalogue;
        this.leases = leases;
        this.inspection = inspection;
        this.clock = clock;
    }

    void on(Reactions.Table table) {
        table.decide(ImplementationRefused.class, "stop without leave to start", refused -> List.of(releases.order(
                        refused.getReleaseId(),
                        new ReleaseCommand.RefuseStart(
                                refused.getMeta().getAggregateId(), refused.getEnvironment(), refused.getReasons()))))
                .decide(ImplementationRevoked.class, "stand still, or go back, when leave is withdrawn", this::revoke)
                .decide(ChangeHoldLifted.class, "go on when what held the change is gone", lifted ->
                        goOn(carrier(lifted.getMeta().getAggregateId())))
                .perform(ReleaseResumeRequested.class, "look at the gates before it goes on", this::resume)
                .decide(ChangeCancelled.class, "abort the release of a cancelled change", cancelled ->
                        abort(cancelled.getMeta().getAggregateId(), "the change was cancelled: " + cancelled.getReason()))
                .decide(ChangeExpired.class, "abort the release of an expired change", expired ->
                        abort(expired.getMeta().getAggregateId(), "the change expired: " + expired.getReason()))
                .decide(ChangeClosed.class, "close the release of a closed change", this::close);
    }

    /// The release that a change has of its own, as soon as it is scheduled.
    String own(String changeId) {
        return "REL-" + changeId;
    }

    /// The release that carries a change: its own, or the one that this was joined into.
    String carrier(String changeId) {
        return releases.state(own(changeId)) instanceof ReleaseState.Joined(var into) ? into : own(changeId);
    }

    private List<Order<?>> revoke(ImplementationRevoked revoked) {
        var cause = revoked.getCause();
        return List.of(releases.order(
                revoked.getReleaseId(),
                new ReleaseCommand.RevokeLeave(
                        revoked.getMeta().getAggregateId(),
                        revoked.getEpoch(),
                        cause == null ? RevocationCause.UNKNOWN : RevocationCause.valueOf(cause.name()),
                        revoked.getReason(),
                        clock.instant())));
    }

    private List<Order<?>> goOn(String releaseId) {
        return switch (releases.state(releaseId)) {
            case ReleaseState.Blocked blocked when blocked.environment() != null ->
                List.of(releases.order(releaseId, new ReleaseCommand.Retry(catalogue.stages(blocked), clock.instant())));
            case ReleaseState.Paused _, ReleaseState.Rolling _ ->
                List.of(releases.order(
                        releaseId, new ReleaseCommand.AskToResume(List.of(PauseCause.HOLD, PauseCause.FREEZE))));
            default -> List.of();
        };
    }

    private List<Order<?>> resume(ReleaseResumeRequested asked) throws Exception {
        String id = asked.getMeta().getAggregateId();
        if (!(releases.state(id) instanceof ReleaseState.Paused paused)
                || !paused.environment().equals(asked.getEnvironment())) {
            return List.of();
        }
        Journey journey = paused.journey();
        String service = journey.plan().service();
        Optional<Environment> environment = catalogue.environment(journey.plan(), paused.environment());
        Optional<Touched> started = journey.touched(paused.environment());
        if (started.isEmpty()) {
            return List.of();
        }
        long token = leases.token(service, paused.environment(), id).orElse(0L);
        ReleaseCommand command;
        try {
            command = new ReleaseCommand.Resume(inspection.findings(
                    journey,
                    environment.orElseThrow(() -> new IOException(Inspection.GONE)),
                    token,
                    paused.shape(),
                    started.get().before()));
        } catch (IOException | RuntimeException e) {
            // Whoever asked is told why it does not go on.
            Fault.unlessStopping();
            command = new ReleaseCommand.Block(
                    paused.environment(), List.of(paused.environment() + " cannot be looked at: " + Fault.inWords(e)));
        }
        return List.of(releases.order(id, command));
    }

    private List<Order<?>> abort(String changeId, String reason) {
        return List.of(releases.order(carrier(changeId), new ReleaseCommand.Abort(reason, List.of(), clock.instant())));
    }

    private List<Order<?>> close(ChangeClosed closed) {
        String changeId = closed.getMeta().getAggregateId();
        return List.of(releases.order(
                carrier(changeId),
                new ReleaseCommand.Close(changeId, Outcome.valueOf(closed.getOutcome().name()))));
    }
}
