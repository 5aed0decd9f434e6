package slipway.change;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Conflict;
import slipway.change.domain.Drift;
import slipway.change.domain.Outcome;
import slipway.change.domain.Rfc;
import slipway.change.domain.VerificationLevel;
import slipway.events.Meta;
import slipway.events.ShapePart;
import slipway.events.change.ImplementationCompleted;
import slipway.events.release.EnvironmentDriftDetected;
import slipway.events.release.ImplementationRequested;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.RollbackCompleted;
import slipway.events.release.RollbackFailed;
import slipway.events.release.RollbackTriggered;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;

/// What a change makes of the facts of its release. The story that a release belongs to is its change's id.
@Component
class Releases {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final InventoryStore inventory;
    private final Situation situation;
    private final ChangeRegister register;
    private final Telemetry telemetry;
    private final Clock clock;

    Releases(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            InventoryStore inventory,
            Situation situation,
            ChangeRegister register,
            Telemetry telemetry,
            Clock clock) {
        this.changes = changes;
        this.inventory = inventory;
        this.situation = situation;
        this.register = register;
        this.telemetry = telemetry;
        this.clock = clock;
    }

    void on(Reactions.Table table) {
        table.decide(ImplementationRequested.class, "give or refuse leave to start", this::authorise)
                .decide(ReleaseDeployed.class, "watch the change after the last environment", this::complete)
                .decide(RollbackTriggered.class, "note that the release is taken back", this::rollBack)
                .decide(RollbackCompleted.class, "open the review of what was taken back", this::rolledBack)
                .decide(RollbackFailed.class, "open the review of what could not be taken back", this::notRolledBack)
                .decide(ReleaseAborted.class, "open the review of an aborted release", this::aborted)
                .decide(
                        EnvironmentDriftDetected.class, "register a change that nobody asked for", this::registerDrift)
                .performAt(
                        ImplementationCompleted.class,
                        "measure the success criteria when the soak is over",
                        ImplementationCompleted::getSoakUntil,
                        this::measure);
    }

    private List<Order<?>> authorise(ImplementationRequested asked) {
        return List.of(changes.order(
                asked.getChangeId(),
                new ChangeCommand.Authorise(
                        asked.getMeta().getAggregateId(),
                        asked.getEnvironment(),
                        asked.getArtifacts().isEmpty() ? List.of(asked.getDigest()) : asked.getArtifacts(),
                        asked.getPlanDigest(),
                        VerificationLevel.valueOf(asked.getBackupLevel().name()),
                        conflicts(asked.getChangeId()),
                        clock.instant())));
    }

    /// Looked at again at the start gate: what was free when it was scheduled may not be now.
    private List<Conflict> conflicts(String changeId) {
        return changes.state(changeId) instanceof ChangeState.Known open
                ? situation.conflicts(changeId, open.dossier().rfc())
                : List.of();
    }

    private List<Order<?>> complete(ReleaseDeployed deployed) {
        Meta meta = deployed.getMeta();
        return deployed.getLast()
                ? orders(
                        deployed.getChangeIds(),
                        meta,
                        new ChangeCommand.CompleteImplementation(meta.getAggregateId(), meta.getOccurredAt()))
                : List.of();
    }

    private List<Order<?>> rollBack(RollbackTriggered triggered) {
        Meta meta = triggered.getMeta();
        String reason = triggered.getCause() + " in " + triggered.getEnvironment() + ": " + triggered.getReason();
        return orders(triggered.getChangeIds(), meta, new ChangeCommand.RollBack(meta.getAggregateId(), reason));
    }

    private List<Order<?>> rolledBack(RollbackCompleted completed) {
        Long loss = completed.getDataLossMillis();
        String data = completed.getDataRestored()
                ? "; data restored, writes of " + (loss == null ? "an unknown time" : loss + " ms") + " lost"
                : "";
        String to = completed.getToDigest() == null ? "nothing, as before" : completed.getToDigest();
        return end(
                completed.getChangeIds(), completed.getMeta(), Outcome.BACKED_OUT, "rolled back to " + to + data);
    }

    private List<Order<?>> notRolledBack(RollbackFailed failed) {
        String cause = "the rollback failed in " + failed.getEnvironment() + ": " + failed.getReason();
        return end(failed.getChangeIds(), failed.getMeta(), Outcome.FAILED_NOT_BACKED_OUT, cause);
    }

    private List<Order<?>> end(List<String> changeIds, Meta meta, Outcome outcome, String cause) {
        return orders(
                changeIds,
                meta,
                new ChangeCommand.EndRollback(meta.getAggregateId(), outcome, cause, meta.getOccurredAt()));
    }

    private List<Order<?>> aborted(ReleaseAborted aborted) {
        Meta meta = aborted.getMeta();
        return orders(
                aborted.getChangeIds(),
                meta,
                new ChangeCommand.EndRelease(meta.getAggregateId(), aborted.getReason(), meta.getOccurredAt()));
    }

    /// It touches what the release touched that was there last; who did it, nobody knows. Its story is its own: an environment may
    /// drift many times.
    private List<Order<?>> registerDrift(EnvironmentDriftDetected drift) {
        List<Rfc> last = drift.getChangeIds().stream()
                .flatMap(id -> asAmended(id).stream())
                .toList();
        if (last.isEmpty()) {
            return List.of();
        }
        boolean serves = drift.getObserved().stream().anyMatch(part -> part.getWeight() > 0 && part.getDigest() != null);
        Rfc rfc = Drift.registered(
                last,
                drift.getService(),
                drift.getEnvironment(),
                drift.getAuthorisedDigest(),
                serves,
                inWords(drift.getObserved()),
                drift.getMeta().getOccurredAt());
        ChangeCommand command = new ChangeCommand.RegisterDrift(
                new ChangeCommand.Submit(rfc, List.of(), List.of(), situation.of("", rfc)),
                drift.getMeta().getEventId());
        return List.of(changes.order(register.nextId(), command).beginning());
    }

    /// A change as it was carried out, whatever became of it since.
    private Optional<Rfc> asAmended(String id) {
        Rfc last = null;
        for (ChangeEvent fact : changes.facts(id)) {
            if (fact instanceof ChangeEvent.RFCSubmitted submitted) {
                last = submitted.rfc();
            } else if (fact instanceof ChangeEvent.ChangeAmended amended) {
                last = amended.rfc();
            }
        }
        return Optional.ofNullable(last);
    }

    private static String inWords(List<ShapePart> observed) {
        return observed.isEmpty()
                ? "nothing"
                : observed.stream()
                        .map(part -> part.getName() + " runs " + (part.getDigest() == null ? "nothing" : part.getDigest())
                                + (part.getWeight() == 0 ? ", and nobody comes to it" : ""))
                        .collect(Collectors.joining("; "));
    }

    private List<Order<?>> measure(ImplementationCompleted completed) throws InterruptedException {
        String id = completed.getMeta().getAggregateId();
        if (!(changes.state(id) instanceof ChangeState.Monitoring watched)) {
            return List.of();
        }
        var criteria = telemetry.measure(watched.dossier().rfc(), inventory.current());
        return List.of(changes.order(id, new ChangeCommand.EndSoak(criteria, completed.getSoakUntil())));
    }

    /// For each change that the release carries.
    ///
    /// @param changeIds empty in facts from before there could be several: then it is the one whose story it is
    private List<Order<?>> orders(List<String> changeIds, Meta meta, ChangeCommand command) {
        List<String> carried = changeIds.isEmpty() ? List.of(meta.getCorrelationId()) : changeIds;
        return carried.stream().<Order<?>>map(id -> changes.order(id, command)).toList();
    }
}
