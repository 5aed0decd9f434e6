package slipway.backup;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupCommand.RecordCapture;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupEvent.BackupItemFailed;
import slipway.backup.domain.BackupState;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreEvent;
import slipway.backup.domain.RestoreState;
import slipway.backup.recipe.Item;
import slipway.events.backup.RestoreProposed;
import slipway.events.backup.RestoreRequested;
import slipway.events.backup.SafetyBackupTaken;
import slipway.events.release.DataRestoreRequested;
import slipway.messaging.Decisions;
import slipway.messaging.NotYet;
import slipway.messaging.Order;

/// A restore over live data, from one fact to the next: asked for, kept what is there, restored, tidied up.
@Component
class Recovering {

    /// A service that was away for longer finds what it kept out of date, where it is written to all the time.
    private static final Duration FRESH = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(Recovering.class);

    private final Decisions<BackupCommand, BackupState, BackupEvent> sets;
    private final Decisions<RestoreCommand, RestoreState, RestoreEvent> restores;
    private final BackupRegister register;
    private final Plans plans;
    private final Capturing capturing;
    private final Restoring restoring;
    private final Clock clock;

    Recovering(
            Decisions<BackupCommand, BackupState, BackupEvent> sets,
            Decisions<RestoreCommand, RestoreState, RestoreEvent> restores,
            BackupRegister register,
            Plans plans,
            Capturing capturing,
            Restoring restoring,
            Clock clock) {
        this.sets = sets;
        this.restores = restores;
        this.register = register;
        this.plans = plans;
        this.capturing = capturing;
        this.restoring = restoring;
        this.clock = clock;
    }

    List<Order<?>> request(DataRestoreRequested fact) throws NotYet {
        String set = fact.getBackupSetId();
        // Two at once would take each other's data out of service.
        List<String> underWay = register.restoring(plan(set));
        if (!underWay.isEmpty()) {
            throw new NotYet("live data are being restored from " + String.join(", ", underWay));
        }
        RestoreCommand request = new RestoreCommand.RequestRestore(
                fact.getMeta().getAggregateId(),
                fact.getEnvironment(),
                set,
                fact.getManifestDigest(),
                fact.getApprovedBy(),
                sets.state(set));
        return List.of(restores.order(RestoreEvent.aggregateOf(set), request));
    }

    List<Order<?>> expire(RestoreProposed fact) {
        return List.of(restores.order(
                fact.getMeta().getAggregateId(), new RestoreCommand.ExpireRestore(Objects.requireNonNull(fact.getExpiresAt()))));
    }

    /// What is about to be replaced becomes a set of its own.
    List<Order<?>> keep(RestoreRequested fact) throws IOException, InterruptedException {
        String id = fact.getMeta().getAggregateId();
        if (!(restores.state(id) instanceof RestoreState.Requested(var run))) {
            return List.of();
        }
        if (toRestore(run).isEmpty()) {
            return List.of(restores.order(
                    id,
                    new RestoreCommand.RecordFailure(
                            List.of("no plan says any more where the data of " + run.backupSetId() + " are"),
                            "put the plan back, and ask again; nothing was touched")));
        }
        List<Item> replaced = toRestore(run).stream().filter(plans::putsBack).toList();
        if (replaced.isEmpty()) {
            return List.of(restores.order(
                    id,
                    new RestoreCommand.RecordFailure(
                            List.of(run.backupSetId() + " has no item that could be put back here"),
                            "put them back with the tools of their systems: ./slipway backup kit says how; nothing was touched")));
        }
        List<Item> kept = replaced.stream()
                .filter(item -> !run.extent().withoutSafetyBackup().contains(item.name()))
                .toList();
        if (kept.isEmpty()) {
            return List.of(restores.order(
                    id, new RestoreCommand.RecordSafetyBackup("", "", List.of(), fact.getMeta().getOccurredAt())));
        }
        String plan = plan(run.backupSetId());
        String safety = Restoring.safetyOf(run);
        return switch (capturing.capture(safety, plan, kept, notBefore(kept))) {
            // Kept in one place it is better than none, and live data wait for it.
            case RecordCapture.Sealed sealed when sealed.copies().isEmpty() ->
                throw new IOException("no copy of " + safety + " counts now: " + String.join("; ", sealed.missing()));
            case RecordCapture.Sealed sealed ->
                List.of(
                        restores.order(
                                id,
                                new RestoreCommand.RecordSafetyBackup(
                                        safety,
                                        sealed.copies().getFirst().location(),
                                        sealed.captured().stream().map(BackupEvent.BackupItemCaptured::item).toList(),
                                        BackupCommand.recoveryPoint(sealed.captured()))),
                        sets.order(
                                safety,
                                new BackupCommand.RecordSafetySet(
                                        run.environment(),
                                        plan,
                                        run.backupSetId(),
                                        run.releaseId().isEmpty() ? id : run.releaseId(),
                                        sealed)));
            case RecordCapture.Unfinished(_, var failed) ->
                List.of(restores.order(
                        id,
                        new RestoreCommand.RecordFailure(
                                failed.stream().map(Recovering::safetyFailed).toList(),
                                "make the present data readable again, or, where nothing is left to keep, restore by hand with "
                                        + "--without-safety-backup ITEM; nothing was touched")));
        };
    }

    /// What an attempt before this one kept may be the last that can be read: it is given up only for what can be. What may not change is
    /// compared before it is written over, however old that is.
    private Instant notBefore(List<Item> kept) throws InterruptedException {
        if (kept.stream().noneMatch(Item::mayChange)) {
            return Instant.EPOCH;
        }
        for (Item item : kept) {
            try {
                plans.recipe(item).look(item);
            } catch (IOException | RuntimeException e) {
                LOG.warn("{} cannot be looked at now; what was kept of it stays, if anything was: {}", item.name(), e.toString());
                return Instant.EPOCH;
            }
        }
        return clock.instant().minus(FRESH);
    }

    private List<Item> toRestore(RestoreState.Run run) {
        return sets.state(run.backupSetId()) instanceof BackupState.Known known
                ? plans.items(known.of().plan()).orElse(List.of()).stream()
                        .filter(item -> known.of().items().contains(item.name()) && run.extent().has(item.name()))
                        .toList()
                : List.of();
    }

    private static String safetyFailed(BackupItemFailed failed) {
        return "no safety backup of " + failed.item() + ": " + failed.reason();
    }

    private String plan(String set) {
        return sets.state(set) instanceof BackupState.Known known ? known.of().plan() : "";
    }

    /// May be done again after a crash at any line.
    List<Order<?>> restore(SafetyBackupTaken fact) throws IOException, InterruptedException {
        String id = fact.getMeta().getAggregateId();
        return restores.state(id) instanceof RestoreState.Secured(var run)
                ? List.of(restores.order(id, restoring.restore(run, toRestore(run), digest(Restoring.safetyOf(run)))))
                : List.of();
    }

    /// Null: it is no set that is known, as those are not that were taken before they were sets.
    private @Nullable String digest(String safety) {
        return sets.state(safety) instanceof BackupState.Sealed sealed ? sealed.seal().manifestDigest() : null;
    }

    List<Order<?>> tidy(String set) throws IOException {
        // The next run may have begun by now.
        Optional<RestoreState.Run> next =
                switch (restores.state(RestoreEvent.aggregateOf(set))) {
                    case RestoreState.Requested(var run) -> Optional.of(run);
                    case RestoreState.Secured(var run) -> Optional.of(run);
                    case RestoreState.Unknown _,
                            RestoreState.Proposed _,
                            RestoreState.Failed _,
                            RestoreState.Completed _ ->
                        Optional.empty();
                };
        restoring.tidy(set, next.map(RestoreState.Run::name));
        return List.of();
    }
}
