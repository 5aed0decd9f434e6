package slipway.backup;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.springframework.stereotype.Component;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupState;
import slipway.backup.domain.VerificationLevel;
import slipway.backup.recipe.Item;
import slipway.backup.vault.Vault;
import slipway.events.Meta;
import slipway.events.backup.BackupCompleted;
import slipway.events.backup.BackupCorrupted;
import slipway.events.backup.BackupPartial;
import slipway.events.backup.BackupPruned;
import slipway.events.backup.BackupRepaired;
import slipway.events.backup.BackupStarted;
import slipway.events.backup.BackupVerified;
import slipway.events.backup.RestoreCompleted;
import slipway.events.backup.RestoreFailed;
import slipway.events.backup.RestoreProposed;
import slipway.events.backup.RestoreRequested;
import slipway.events.backup.SafetyBackupTaken;
import slipway.events.backup.VerificationRequested;
import slipway.events.release.BackupCheckRequested;
import slipway.events.release.BackupRequested;
import slipway.events.release.DataRestoreRequested;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseClosed;
import slipway.messaging.Decisions;
import slipway.messaging.Effect;
import slipway.messaging.Fact;
import slipway.messaging.Order;
import slipway.messaging.Reactions;

/// Which fact makes this service do what. Live data are never touched by what no release waits for, such as the backups of a night: it has threads of its own, and
/// keeps nobody from a backup before a release, or from a restore.
@Component
class Choreography {

    private final Decisions<BackupCommand, BackupState, BackupEvent> sets;
    private final BackupRegister register;
    private final Plans plans;
    private final Capturing capturing;
    private final Proving proving;
    private final Upkeep upkeep;
    private final Checking checking;
    private final Recovering recovering;
    private final Rollouts rollouts;
    private final Progress progress;

    Choreography(
            Decisions<BackupCommand, BackupState, BackupEvent> sets,
            BackupRegister register,
            Plans plans,
            Capturing capturing,
            Proving proving,
            Upkeep upkeep,
            Checking checking,
            Recovering recovering,
            Rollouts rollouts,
            Progress progress) {
        this.sets = sets;
        this.register = register;
        this.plans = plans;
        this.capturing = capturing;
        this.proving = proving;
        this.upkeep = upkeep;
        this.checking = checking;
        this.recovering = recovering;
        this.rollouts = rollouts;
        this.progress = progress;
    }

    Reactions reactions() {
        return Reactions.table()
                .decide(BackupRequested.class, "start the backup set that the release asks for", this::start)
                .perform(BackupStarted.class, "capture every item of the plan", set -> set.getReleaseId().isEmpty(), told(this::capture))
                .perform(BackupPartial.class, "copy it to where it is missing", set -> set.getReleaseId().isEmpty(), told(this::replicate))
                .perform(
                        BackupCompleted.class,
                        "read every copy back and decrypt it",
                        set -> set.getReleaseId().isEmpty(),
                        told(fact -> verify(fact.getMeta())))
                .perform(
                        BackupRepaired.class,
                        "read every repaired copy back",
                        set -> set.getReleaseId().isEmpty(),
                        told(fact -> verify(fact.getMeta())))
                .perform(BackupVerified.class, "restore into scratch and compare", set -> set.getReleaseId().isEmpty(), told(this::restoreTest))
                .perform(BackupCorrupted.class, "repair it from a sound copy", set -> set.getReleaseId().isEmpty(), told(this::repair))
                .perform(VerificationRequested.class, "prove it once more", _ -> true, told(this::proveAgain))
                .perform(BackupPruned.class, "delete every copy", _ -> true, told(this::delete))
                .perform(BackupCheckRequested.class, "look at what the set is of once more", this::check)
                .decide(ReleaseClosed.class, "hold its sets no longer", closed -> letGo(closed.getMeta(), "closed"))
                .decide(ReleaseAborted.class, "hold its sets no longer: it was aborted", aborted -> letGo(aborted.getMeta(), "aborted"))
                .perform(DataRestoreRequested.class, "accept the restore of live data", recovering::request)
                .performAt(
                        RestoreProposed.class,
                        "let it be when nobody approved it",
                        RestoreProposed::getExpiresAt,
                        recovering::expire)
                .perform(RestoreRequested.class, "keep what is about to be overwritten", told(recovering::keep))
                .perform(SafetyBackupTaken.class, "restore the live data", told(recovering::restore))
                .perform(RestoreCompleted.class, "remove what it was restored from", done -> recovering.tidy(done.getBackupSetId()))
                .perform(RestoreFailed.class, "remove what it was to be restored from", failed -> recovering.tidy(failed.getBackupSetId()))
                .watch(rollouts)
                .build();
    }

    /// While something is tried again and again, whoever looks at the set reads why.
    private <F extends SpecificRecord> Effect<F> told(Effect<F> effect) {
        return fact -> {
            String aggregate = Fact.metaOf(fact).getAggregateId();
            try {
                List<Order<?>> orders = effect.perform(fact);
                progress.waitsNoLonger(aggregate);
                return orders;
            } catch (IOException | RuntimeException e) {
                progress.waits(aggregate, Vault.reason(e));
                throw e;
            }
        };
    }

    private List<Order<?>> start(BackupRequested fact) {
        BackupCommand start = new BackupCommand.Start(
                fact.getMeta().getAggregateId(),
                fact.getEnvironment(),
                fact.getPlan(),
                VerificationLevel.valueOf(fact.getMinLevel().name()),
                fact.getRpoSeconds(),
                items(fact.getPlan()).stream().map(Item::name).toList());
        return List.of(sets.order(fact.getBackupSetId(), start));
    }

    private List<Item> items(String plan) {
        return plans.items(plan).orElse(List.of());
    }

    private List<Order<?>> capture(BackupStarted fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        if (!(sets.state(set) instanceof BackupState.Capturing)) {
            return List.of();
        }
        List<Item> items = items(fact.getPlan()).stream()
                .filter(item -> fact.getItems().contains(item.name()))
                .toList();
        return List.of(sets.order(set, capturing.capture(set, fact.getPlan(), items, Instant.EPOCH)));
    }

    private List<Order<?>> replicate(BackupPartial fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        return List.of(sets.order(set, upkeep.replicate(set, fact.getManifestDigest())));
    }

    private List<Order<?>> verify(Meta meta) throws IOException, InterruptedException {
        String set = meta.getAggregateId();
        return sets.state(set) instanceof BackupState.Completed(_, var seal, _)
                ? List.of(sets.order(set, proving.verify(set, seal, meta.getEventId())))
                : List.of();
    }

    private List<Order<?>> restoreTest(BackupVerified fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        if (!(sets.state(set) instanceof BackupState.Verified(var of, var seal, _))) {
            return List.of();
        }
        return List.of(sets.order(
                set, proving.restoreTest(set, seal, items(of.plan()), fact.getMeta().getEventId())));
    }

    private List<Order<?>> repair(BackupCorrupted fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        return sets.state(set) instanceof BackupState.Degraded(_, var seal, _)
                ? List.of(sets.order(set, upkeep.repair(set, seal, fact.getMeta().getEventId())))
                : List.of();
    }

    /// One that is not proven goes the whole way again.
    private List<Order<?>> proveAgain(VerificationRequested fact) throws IOException, InterruptedException {
        String set = fact.getMeta().getAggregateId();
        String attempt = fact.getMeta().getEventId();
        return switch (sets.state(set)) {
            case BackupState.Unproven(_, var seal) -> List.of(sets.order(set, proving.verify(set, seal, attempt)));
            case BackupState.Tested(var of, var seal, _) -> {
                BackupCommand read = proving.verify(set, seal, attempt);
                boolean restored = read instanceof BackupCommand.RecordVerification
                        && fact.getLevel().compareTo(slipway.events.VerificationLevel.V2) > 0;
                yield restored
                        ? List.of(
                                sets.order(set, read),
                                sets.order(
                                        set,
                                        proving.restoreTest(
                                                set,
                                                seal,
                                                items(of.plan()),
                                                attempt)))
                        : List.of(sets.order(set, read));
            }
            case BackupState.Unknown _,
                    BackupState.Capturing _,
                    BackupState.Partial _,
                    BackupState.Completed _,
                    BackupState.Verified _,
                    BackupState.Degraded _,
                    BackupState.Unfit _,
                    BackupState.Pruned _ ->
                List.of();
        };
    }

    private List<Order<?>> delete(BackupPruned fact) throws IOException, InterruptedException {
        upkeep.delete(fact.getMeta().getAggregateId());
        return List.of();
    }

    private List<Order<?>> letGo(Meta release, String how) {
        String id = release.getAggregateId();
        return register.heldBy(id).stream()
                .<Order<?>>map(set -> sets.order(set, new BackupCommand.Unpin(id, "the release is " + how)))
                .toList();
    }

    /// A copy that is gone or rotten is one whoever finds it: it is read back, told and repaired as one that a scrub found.
    private List<Order<?>> check(BackupCheckRequested fact) throws InterruptedException {
        String set = fact.getBackupSetId();
        if (!(sets.state(set) instanceof BackupState.Tested(var of, var seal, _))) {
            return List.of();
        }
        Checking.Checked found = checking.check(
                set,
                fact.getManifestDigest(),
                seal.locations(),
                of.plan(),
                fact.getConfigurationItems(),
                register.restoring(of.plan()));
        Order<?> check = sets.order(set, found.check());
        return found.rotten()
                ? List.of(check, sets.order(set, new BackupCommand.RequestVerification(VerificationLevel.V2, "a copy does not do, as a gate found")))
                : List.of(check);
    }
}
