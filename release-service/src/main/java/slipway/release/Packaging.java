package slipway.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.events.release.PackageBuilt;
import slipway.events.release.ReleasePlanned;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;
import slipway.release.Catalogue.Delivery;
import slipway.release.Catalogue.Workshop;
import slipway.release.domain.CommandRun;
import slipway.release.domain.Commit;
import slipway.release.domain.Making;
import slipway.release.domain.PackageCheck;
import slipway.release.domain.PlannedCommand;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.packages.Packages;

/// How a package comes about: built by the plan's program or found in its folder, packed, and tested.
@Component
class Packaging {

    private static final String MIGRATIONS = "migrations";

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final Catalogue catalogue;
    private final Packages packages;
    private final Evidence evidence;

    Packaging(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            Catalogue catalogue,
            Packages packages,
            Evidence evidence) {
        this.releases = releases;
        this.catalogue = catalogue;
        this.packages = packages;
        this.evidence = evidence;
    }

    void on(Reactions.Table table) {
        table.perform(ReleasePlanned.class, "build the package", this::build)
                .perform(PackageBuilt.class, "test the package", this::test);
    }

    /// By the plan that holds now: it may have been planned anew since this job was made.
    private List<Order<?>> build(ReleasePlanned planned) throws Exception {
        String id = planned.getMeta().getAggregateId();
        if (!(releases.state(id) instanceof ReleaseState.Building(var journey))) {
            return List.of();
        }
        ReleaseEvent.ReleasePlanned plan = journey.plan();
        List<String> faults = faults(plan);
        if (!faults.isEmpty()) {
            return List.of(releases.order(id, new ReleaseCommand.Block(null, faults)));
        }
        Delivery delivery = catalogue.service(plan.service()).orElseThrow();
        Path artifacts = delivery.artifacts();
        if (artifacts == null) {
            return List.of(releases.order(id, image(delivery, plan)));
        }
        return orBlock(id, null, () -> pack(id, plan, delivery, artifacts));
    }

    private List<String> faults(ReleaseEvent.ReleasePlanned plan) {
        if (catalogue.service(plan.service()).isEmpty()) {
            return List.of("service " + plan.service() + " is not in the delivery catalogue");
        }
        return plan.environments().stream()
                .filter(each -> plan.stages().stream()
                        .noneMatch(stage -> stage.environment().equals(each)))
                .map(each -> "environment " + each + " of " + plan.service() + " is not in the delivery catalogue")
                .toList();
    }

    private ReleaseCommand pack(String id, ReleaseEvent.ReleasePlanned plan, Delivery delivery, Path artifacts)
            throws IOException, InterruptedException, Packages.Unfit, Workbench.Occupied {
        String version = plan.components().getFirst().version();
        Making making = plan.making();
        Workshop workshop = delivery.workshop();
        List<Commit> commits = List.of();
        Path folder = version(artifacts, version);
        if (making != null && workshop != null) {
            if (making.commits() != null) {
                commits = Commits.read(workshop.folder(), making.commits());
            }
            if (making.build() != null && making.output() != null) {
                // Until it is packed: another build might write to the same place.
                try (Workbench workbench = Workbench.at(workshop.folder())) {
                    CommandRun run = evidence.run(id, making.build(), workbench, Map.of("version", version));
                    return run.exit() == 0
                            ? packed(plan, workbench.folder().resolve(making.output().replace("{version}", version)), run, commits)
                            : new ReleaseCommand.Block(null, List.of(failed(run)));
                }
            }
        }
        return packed(plan, folder, null, commits);
    }

    private ReleaseCommand packed(
            ReleaseEvent.ReleasePlanned plan, Path folder, @Nullable CommandRun run, List<Commit> commits)
            throws IOException, Packages.Unfit {
        Packages.Built built = packages.build(folder);
        return new ReleaseCommand.RecordPackage(
                plan,
                new ReleaseEvent.PackageBuilt(
                        built.digest(), built.bytes(), built.files(), built.location(), run, commits));
    }

    private static String failed(CommandRun run) {
        return run.name() + " ended with exit code " + run.exit() + "; what it said is kept as " + run.logDigest();
    }

    /// An image is built elsewhere. A tag may be moved, so only the digest that was approved names it.
    private static ReleaseCommand image(Delivery delivery, ReleaseEvent.ReleasePlanned plan) {
        String pinned = plan.pinnedDigest();
        return pinned == null
                ? new ReleaseCommand.Block(
                        null, List.of("the change pins no digest, and " + delivery.image() + " is named by nothing else"))
                : new ReleaseCommand.RecordPackage(
                        plan,
                        new ReleaseEvent.PackageBuilt(
                                pinned, 0, 0, delivery.image() + "@" + pinned, null, List.of()));
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
        String id = built.getMeta().getAggregateId();
        if (!(releases.state(id) instanceof ReleaseState.Testing(var journey, var digest))
                || !digest.equals(built.getDigest())) {
            return List.of();
        }
        ReleaseEvent.ReleasePlanned plan = journey.plan();
        if (journey.isImage()) {
            PackageCheck pinned = new PackageCheck("digest", true, "named by the digest that was approved", null);
            return orBlock(id, null, () -> new ReleaseCommand.RecordTest(
                    plan, digest, with(pinned, programs(id, plan, digest, journey.reference())), 0));
        }
        return orBlock(id, null, () -> {
            List<PackageCheck> checks = new ArrayList<>(packages.test(digest, MIGRATIONS));
            checks.addAll(programs(id, plan, digest, journey.reference()));
            return new ReleaseCommand.RecordTest(
                    plan, digest, checks, packages.read(digest, MIGRATIONS).size());
        });
    }

    private static List<PackageCheck> with(PackageCheck first, List<PackageCheck> others) {
        List<PackageCheck> all = new ArrayList<>(List.of(first));
        all.addAll(others);
        return all;
    }

    private List<PackageCheck> programs(
            String id, ReleaseEvent.ReleasePlanned plan, String digest, @Nullable String reference)
            throws IOException, InterruptedException, Workbench.Occupied {
        Making making = plan.making();
        Workshop workshop = catalogue.service(plan.service()).map(Delivery::workshop).orElse(null);
        List<PackageCheck> checks = new ArrayList<>();
        if (making != null && workshop != null && !making.tests().isEmpty()) {
            Map<String, String> values = Map.of(
                    "version", plan.components().getFirst().version(),
                    "digest", digest,
                    "package", reference == null ? "" : reference);
            try (Workbench workbench = Workbench.at(workshop.folder())) {
                for (PlannedCommand test : making.tests()) {
                    CommandRun run = evidence.run(id, test, workbench, values);
                    checks.add(new PackageCheck(
                            test.name(), run.exit() == 0, run.exit() == 0 ? "exit code 0" : failed(run), run));
                }
            }
        }
        return checks;
    }

    /// A disk that says no says no again: better a person knows than a job that fails for ever behind their back. Nothing is
    /// lost, they can have it tried again.
    List<Order<?>> orBlock(String id, @Nullable String environment, Callable<ReleaseCommand> work) throws Exception {
        try {
            return List.of(releases.order(id, work.call()));
        } catch (IOException | UncheckedIOException | IllegalArgumentException | Packages.Unfit e) {
            Fault.unlessStopping();
            return List.of(
                    releases.order(id, new ReleaseCommand.Block(environment, List.of(Fault.inWords(e)))));
        }
    }
}
