package slipway.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.events.backup.BackupCorrupted;
import slipway.events.backup.BackupFailed;
import slipway.events.backup.RestoreTested;
import slipway.events.change.ChangeScheduled;
import slipway.events.release.PackageBuilt;
import slipway.events.release.PackageTested;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleasePlanned;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;
import slipway.release.Catalogue.Environment;
import slipway.release.domain.Journey;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseCommand.BackupProof;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.CarriedChange;
import slipway.release.domain.ReleaseEvent.PackageCheck;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;
import slipway.release.domain.Strategy;
import slipway.release.domain.VerificationLevel;
import slipway.release.packages.Packages;

/// From the scheduled change to the open gates of an environment, and what ends a release from outside.
@Component
class Preparing {

    private static final String MIGRATIONS = "migrations";

    /// How far the clocks of two machines may be apart.
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final Catalogue catalogue;
    private final Packages packages;
    private final Leases leases;
    private final Inspection inspection;
    private final Following following;
    private final Clock clock;

    Preparing(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            Catalogue catalogue,
            Packages packages,
            Leases leases,
            Inspection inspection,
            Following following,
            Clock clock) {
        this.releases = releases;
        this.catalogue = catalogue;
        this.packages = packages;
        this.leases = leases;
        this.inspection = inspection;
        this.following = following;
        this.clock = clock;
    }

    void on(Reactions.Table table) {
        table.perform(ChangeScheduled.class, "plan the release of a scheduled change", this::plan)
                .perform(ReleasePlanned.class, "build the package", this::build)
                .perform(PackageBuilt.class, "test the package", this::test)
                .performAt(
                        PackageTested.class,
                        "secure the way back of the first environment when the window opens",
                        tested -> windowOpens(tested.getMeta().getAggregateId()),
                        tested -> begin(tested.getMeta().getAggregateId()))
                .performAt(
                        ReleaseDeployed.class,
                        "open the next environment when this one has soaked",
                        this::soaked,
                        deployed -> begin(deployed.getMeta().getAggregateId()))
                .decide(BackupFailed.class, "stop at a backup that failed", failed -> List.of(releases.order(
                        failed.getReleaseId(),
                        new ReleaseCommand.RefuseBackup(failed.getMeta().getAggregateId(), failed.getReasons()))))
                .decide(BackupCorrupted.class, "stop at a backup that is corrupt", corrupt -> List.of(releases.order(
                        corrupt.getReleaseId(),
                        new ReleaseCommand.RefuseBackup(corrupt.getMeta().getAggregateId(), corrupt.getReasons()))))
                .perform(RestoreTested.class, "look at the gates of the environment", this::lookAtGates);
    }

    private List<Order<?>> plan(ChangeScheduled change) throws InterruptedException {
        Environment last = catalogue
                .environment(change.getService(), change.getEnvironments().getLast())
                .orElse(null);
        var component = new ReleaseEvent.Component(change.getService(), change.getVersion(), previous(last));
        String changeId = change.getMeta().getAggregateId();
        String id = following.carrier(changeId);
        CarriedChange carried = carried(changeId, change);
        // Another release carries it by a plan that people wrote; that plan goes on with what is approved now.
        if (releases.state(id) instanceof ReleaseState.Open open
                && open.journey().changeIds().size() > 1) {
            return List.of(releases.order(id, new ReleaseCommand.Plan(open.journey().plan().carrying(carried))));
        }
        return List.of(releases.order(
                following.own(changeId),
                new ReleaseCommand.Plan(new ReleaseEvent.ReleasePlanned(
                        List.of(changeId),
                        change.getService(),
                        List.of(component),
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
                        List.of(carried)))));
    }

    private static CarriedChange carried(String changeId, ChangeScheduled change) {
        return new CarriedChange(
                changeId,
                change.getTitle(),
                change.getLinks(),
                change.getPlanDigest(),
                new ReleaseEvent.Window(
                        change.getWindow().getNotBefore(), change.getWindow().getNotAfter()),
                change.getDigest(),
                change.getRestoreDataOnRollback(),
                change.getRequester(),
                change.getImplementer(),
                change.getApprovers());
    }

    private List<Order<?>> build(ReleasePlanned plan) throws Exception {
        String id = plan.getMeta().getAggregateId();
        List<String> faults = new ArrayList<>();
        var delivery = catalogue.service(plan.getService());
        if (delivery.isEmpty()) {
            faults.add("service " + plan.getService() + " is not in the delivery catalogue");
        } else {
            plan.getEnvironments().stream()
                    .filter(each -> plan.getStages().stream()
                            .noneMatch(stage -> stage.getEnvironment().equals(each)))
                    .forEach(each -> faults.add("environment " + each + " of " + plan.getService()
                            + " is not in the delivery catalogue"));
        }
        if (!faults.isEmpty()) {
            return List.of(releases.order(id, new ReleaseCommand.Block(null, faults)));
        }
        String version = plan.getComponents().getFirst().getVersion();
        Path artifacts = delivery.get().artifacts();
        if (artifacts == null) {
            return List.of(releases.order(id, image(delivery.get(), version, plan.getPinnedDigest())));
        }
        return orBlock(id, null, () -> {
            Packages.Built built = packages.build(version(artifacts, version));
            return new ReleaseCommand.RecordPackage(
                    version, built.digest(), built.bytes(), built.files(), built.location());
        });
    }

    /// An image is built elsewhere. A tag may be moved, so only the digest that was approved names it.
    private static ReleaseCommand image(Catalogue.Delivery delivery, String version, @Nullable String pinned) {
        return pinned == null
                ? new ReleaseCommand.Block(
                        null, List.of("the change pins no digest, and " + delivery.image() + " is named by nothing else"))
                : new ReleaseCommand.RecordPackage(version, pinned, 0, 0, delivery.image() + "@" + pinned);
    }

    /// A version is the name of a folder, never a way out of it.
    private static Path version(Path artifacts, String version) throws Packages.Unfit {
        Path folder = artifacts.resolve(version).normalize();
        if (!artifacts.equals(folder.getParent())) {
            throw new Packages.Unfit("'" + version + "' is no version");
        }
        return folder;
    }

    private List<Order<?>> test(PackageBuilt built) throws Exception {
        if (built.getLocation().endsWith("@" + built.getDigest())) {
            PackageCheck pinned = new PackageCheck("digest", true, "named by the digest that was approved");
            return List.of(releases.order(
                    built.getMeta().getAggregateId(),
                    new ReleaseCommand.RecordTest(built.getDigest(), List.of(pinned), 0)));
        }
        return orBlock(
                built.getMeta().getAggregateId(),
                null,
                () -> new ReleaseCommand.RecordTest(
                        built.getDigest(),
                        packages.test(built.getDigest(), MIGRATIONS),
                        packages.read(built.getDigest(), MIGRATIONS).size()));
    }

    /// A disk that says no says no again: better a person knows than a job that fails for ever behind their back. Nothing is
    /// lost, they can have it tried again.
    private List<Order<?>> orBlock(String id, @Nullable String environment, Callable<ReleaseCommand> work)
            throws Exception {
        try {
            return List.of(releases.order(id, work.call()));
        } catch (IOException | UncheckedIOException | IllegalArgumentException | Packages.Unfit e) {
            Fault.unlessStopping();
            return List.of(
                    releases.order(id, new ReleaseCommand.Block(environment, List.of(Fault.inWords(e)))));
        }
    }

    private @Nullable Instant windowOpens(String releaseId) {
        return releases.state(releaseId) instanceof ReleaseState.Open open
                ? open.journey().plan().window().notBefore()
                : null;
    }

    private @Nullable Instant soaked(ReleaseDeployed deployed) {
        return !deployed.getLast()
                        && releases.state(deployed.getMeta().getAggregateId()) instanceof ReleaseState.Open open
                ? deployed.getMeta()
                        .getOccurredAt()
                        .plusSeconds(open.journey().plan().stage(deployed.getEnvironment()).soakSeconds())
                : null;
    }

    private List<Order<?>> begin(String releaseId) {
        if (!(releases.state(releaseId) instanceof ReleaseState.Packaged(var journey))) {
            return List.of();
        }
        // The window moved since this timer was set: the new plan has its own.
        if (journey.plan().window().notBefore().isAfter(clock.instant().plus(SKEW))) {
            return List.of();
        }
        return List.of(releases.order(releaseId, new ReleaseCommand.Begin()));
    }

    private List<Order<?>> lookAtGates(RestoreTested tested) throws Exception {
        String id = tested.getReleaseId();
        if (!(releases.state(id) instanceof ReleaseState.Securing securing)
                || !securing.backupSetId().equals(tested.getMeta().getAggregateId())) {
            return List.of();
        }
        Journey journey = securing.journey();
        Environment environment =
                environment(journey, securing.terms().environment()).orElse(null);
        if (environment == null) {
            String gone = securing.terms().environment() + " is not in the delivery catalogue";
            return List.of(releases.order(
                    id, new ReleaseCommand.Block(securing.terms().environment(), List.of(gone))));
        }
        BackupProof proof = new BackupProof(
                tested.getEnvironment(),
                securing.backupSetId(),
                VerificationLevel.valueOf(tested.getLevel().name()),
                tested.getManifestDigest(),
                tested.getRecoveryPoint());
        long token = leases.take(journey.plan().service(), environment.name(), id);
        return orBlock(id, environment.name(), () -> {
            Shape before = environment.target().probe();
            return new ReleaseCommand.PassGates(proof, inspection.findings(journey, environment, token, before, before));
        });
    }

    private Optional<Environment> environment(Journey journey, String name) {
        return catalogue.environment(journey.plan().service(), name);
    }

    /// As far as it can be read; when it cannot, the gates say so.
    private static @Nullable String previous(@Nullable Environment environment) throws InterruptedException {
        try {
            return environment == null ? null : environment.target().probe().digest();
        } catch (IOException | IllegalStateException e) {
            Fault.unlessStopping();
            return null;
        }
    }
}
