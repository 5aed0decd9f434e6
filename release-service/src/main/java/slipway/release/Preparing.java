package slipway.release;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.events.backup.BackupChecked;
import slipway.events.backup.BackupCorrupted;
import slipway.events.backup.BackupFailed;
import slipway.events.backup.BackupUnproven;
import slipway.events.backup.RestoreTested;
import slipway.events.change.ChangeScheduled;
import slipway.events.release.PackageTested;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleaseResumeRequested;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;
import slipway.release.Catalogue.Environment;
import slipway.release.domain.ByComponent;
import slipway.release.domain.CarriedChange;
import slipway.release.domain.Gates;
import slipway.release.domain.Journey;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;
import slipway.release.domain.Strategy;
import slipway.release.domain.VerificationLevel;
import slipway.release.domain.Window;

/// From the scheduled change to the open gates of an environment, and what ends a release from outside.
@Component
class Preparing {

    /// How far the clocks of two machines may be apart.
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final Catalogue catalogue;
    private final Packaging packaging;
    private final Leases leases;
    private final Inspection inspection;
    private final Following following;
    private final Clock clock;

    Preparing(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            Catalogue catalogue,
            Packaging packaging,
            Leases leases,
            Inspection inspection,
            Following following,
            Clock clock) {
        this.releases = releases;
        this.catalogue = catalogue;
        this.packaging = packaging;
        this.leases = leases;
        this.inspection = inspection;
        this.following = following;
        this.clock = clock;
    }

    void on(Reactions.Table table) {
        packaging.on(table);
        table.perform(ChangeScheduled.class, "plan the release of a scheduled change", this::plan)
                .performAt(
                        PackageTested.class,
                        "secure the way back of the first environment when the window opens",
                        tested -> opens(tested.getMeta().getAggregateId()),
                        tested -> begin(tested.getMeta().getAggregateId()))
                .performAt(
                        ReleaseDeployed.class,
                        "open the next environment when this one has soaked",
                        deployed -> opens(deployed.getMeta().getAggregateId()),
                        deployed -> begin(deployed.getMeta().getAggregateId()))
                .performAt(
                        ReleaseResumeRequested.class,
                        "open the environment that was kept closed",
                        resumed -> opens(resumed.getMeta().getAggregateId()),
                        resumed -> resumed.getStep() == 0
                                ? begin(resumed.getMeta().getAggregateId())
                                : List.of())
                .decide(BackupFailed.class, "stop at a backup that failed", failed -> ofRelease(
                        releases,
                        failed.getReleaseId(),
                        new ReleaseCommand.RefuseBackup(failed.getMeta().getAggregateId(), failed.getReasons())))
                .decide(BackupCorrupted.class, "stop at a backup that is corrupt", corrupt -> ofRelease(
                        releases,
                        corrupt.getReleaseId(),
                        new ReleaseCommand.LoseBackup(corrupt.getMeta().getAggregateId(), corrupt.getReasons())))
                .decide(BackupUnproven.class, "stop at a backup that could not be restored on trial", unproven -> ofRelease(
                        releases,
                        unproven.getReleaseId(),
                        new ReleaseCommand.LoseBackup(unproven.getMeta().getAggregateId(), unproven.getReasons())))
                .perform(RestoreTested.class, "look at the gates of the environment", this::take)
                .perform(BackupChecked.class, "pass the gates of the environment", this::lookAtGates);
    }

    /// Backup sets may be of no release.
    static List<Order<?>> ofRelease(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases, String releaseId, ReleaseCommand command) {
        return releaseId.isEmpty() ? List.of() : List.of(releases.order(releaseId, command));
    }

    private List<Order<?>> plan(ChangeScheduled change) throws InterruptedException {
        Environment last = catalogue
                .environment(change.getService(), change.getEnvironments().getLast())
                .orElse(null);
        String changeId = change.getMeta().getAggregateId();
        String id = following.carrier(changeId);
        CarriedChange carried = carried(changeId, change);
        // Another release carries it by a plan that people wrote; that plan goes on with what is approved now.
        if (releases.state(id) instanceof ReleaseState.Open open
                && open.journey().plan().documented()
                && isFor(open.journey().plan(), change)) {
            return List.of(releases.order(id, new ReleaseCommand.Plan(open.journey().plan().carrying(carried))));
        }
        return List.of(releases.order(
                following.own(changeId),
                new ReleaseCommand.Plan(new ReleaseEvent.ReleasePlanned(
                        List.of(changeId),
                        change.getService(),
                        components(change, last),
                        change.getEnvironments(),
                        last == null ? Strategy.UNKNOWN : last.stage().strategy(),
                        carried.planDigest(),
                        carried.window(),
                        carried.pinnedDigest(),
                        carried.restoreDataOnRollback(),
                        carried.requester(),
                        carried.implementer(),
                        carried.approvers(),
                        catalogue.stages(change.getService(), change.getEnvironments()),
                        List.of(carried),
                        catalogue
                                .service(change.getService())
                                .map(Catalogue.Delivery::workshop)
                                .map(Catalogue.Workshop::making)
                                .orElse(null),
                        false,
                        catalogue
                                .service(change.getService())
                                .map(Catalogue.Delivery::start)
                                .filter(Catalogue.Start.MANUAL::equals)
                                .isPresent()))));
    }

    /// A change that is about something else by now is not carried by a plan that was written for what it was.
    private static boolean isFor(ReleaseEvent.ReleasePlanned plan, ChangeScheduled change) {
        return plan.service().equals(change.getService())
                && plan.components().getFirst().version().equals(change.getVersion())
                && plan.environments().equals(change.getEnvironments())
                && (plan.components().size() > 1
                        || change.getDigest() == null
                        || plan.pinnedDigest() == null
                        || plan.pinnedDigest().equals(change.getDigest()));
    }

    private static CarriedChange carried(String changeId, ChangeScheduled change) {
        return new CarriedChange(
                changeId,
                change.getTitle(),
                change.getLinks(),
                change.getPlanDigest(),
                new Window(
                        change.getWindow().getNotBefore(), change.getWindow().getNotAfter()),
                change.getDigest(),
                change.getRestoreDataOnRollback(),
                change.getRequester(),
                change.getImplementer(),
                change.getApprovers(),
                change.getWrittenBy(),
                change.getConfigurationItems());
    }

    private @Nullable Instant opens(String releaseId) {
        return releases.state(releaseId) instanceof ReleaseState.Open open ? open.journey().opensAt() : null;
    }

    private List<Order<?>> begin(String releaseId) {
        // The timer is the database's; how far its clock may be from ours is borne.
        return List.of(releases.order(releaseId, new ReleaseCommand.Begin(false, clock.instant().plus(SKEW))));
    }

    private List<Order<?>> take(RestoreTested tested) throws Leases.Taken {
        String id = tested.getReleaseId();
        String set = tested.getMeta().getAggregateId();
        if (!(releases.state(id) instanceof ReleaseState.Securing securing) || !securing.backupSetId().equals(set)) {
            return List.of();
        }
        leases.take(securing.journey().plan().service(), securing.terms().environment(), id);
        return List.of(releases.order(id, new ReleaseCommand.CheckBackup(set, tested.getManifestDigest())));
    }

    private List<Order<?>> lookAtGates(BackupChecked checked) throws Exception {
        String id = checked.getReleaseId();
        if (!(releases.state(id) instanceof ReleaseState.Securing securing)
                || !securing.backupSetId().equals(checked.getMeta().getAggregateId())) {
            return List.of();
        }
        Journey journey = securing.journey();
        Environment environment =
                environment(journey, securing.terms().environment()).orElse(null);
        if (environment == null) {
            String gone = securing.terms().environment() + ": " + Inspection.GONE;
            return List.of(releases.order(
                    id, new ReleaseCommand.Block(securing.terms().environment(), List.of(gone))));
        }
        BackupProof proof = new BackupProof(
                checked.getEnvironment(),
                securing.backupSetId(),
                VerificationLevel.valueOf(checked.getLevel().name()),
                checked.getManifestDigest(),
                checked.getRecoveryPoint());
        // Taken before; whoever lost it meanwhile waits for it again.
        long token = leases.take(journey.plan().service(), environment.name(), id);
        return packaging.orBlock(id, environment.name(), () -> {
            Shape before = environment.look();
            return new ReleaseCommand.PassGates(
                    proof,
                    new Gates.Checked(checked.getChanged(), checked.getUncovered()),
                    inspection.findings(journey, environment, token, before, before));
        });
    }

    private Optional<Environment> environment(Journey journey, String name) {
        return catalogue.environment(journey.plan(), name);
    }

    /// What is to be released; of a service that is not in the catalogue just that.
    private List<slipway.release.domain.Component> components(ChangeScheduled change, @Nullable Environment last)
            throws InterruptedException {
        Shape runs = seen(last);
        return catalogue
                .service(change.getService())
                .map(delivery -> delivery.components().keySet())
                .orElse(Set.of(ByComponent.WHOLE))
                .stream()
                .map(name -> new slipway.release.domain.Component(
                        name.isEmpty() ? change.getService() : name,
                        change.getVersion(),
                        runs.of(name).isOne() ? runs.of(name).digest() : null,
                        null,
                        null))
                .toList();
    }

    /// As far as it can be seen; when it cannot, the gates say so.
    private static Shape seen(@Nullable Environment environment) throws InterruptedException {
        try {
            return environment == null ? Shape.of() : environment.look();
        } catch (IOException e) {
            Fault.unlessStopping();
            return Shape.of();
        }
    }
}
