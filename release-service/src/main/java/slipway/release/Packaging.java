package slipway.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.events.release.PackageBuilt;
import slipway.events.release.ReleasePlanned;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;
import slipway.release.Catalogue.Delivery;
import slipway.release.Catalogue.Workshop;
import slipway.release.domain.BuiltComponent;
import slipway.release.domain.ByComponent;
import slipway.release.domain.CommandRun;
import slipway.release.domain.Commit;
import slipway.release.domain.Journey;
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
    private final int workshops;

    /// @param threads those who do the jobs: half of them build and test at most, so that others are free to lead back
    Packaging(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            Catalogue catalogue,
            Packages packages,
            Evidence evidence,
            @Value("${slipway.jobs.threads}") int threads) {
        this.workshops = Math.max(1, threads / 2);
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
        return orBlock(id, null, () -> made(id, plan, delivery));
    }

    private List<String> faults(ReleaseEvent.ReleasePlanned plan) {
        Optional<Delivery> delivery = catalogue.service(plan.service());
        if (delivery.isEmpty()) {
            return List.of("service " + plan.service() + " is not in the delivery catalogue");
        }
        List<String> faults = new ArrayList<>();
        if (!delivery.get().components().keySet().equals(plan.parts().keySet())) {
            faults.add("the delivery catalogue has other components by now than the plan has: plan it anew");
        }
        plan.environments().stream()
                .filter(each -> plan.stages().stream()
                        .noneMatch(stage -> stage.environment().equals(each)))
                .forEach(each -> faults.add(
                        "environment " + each + " of " + plan.service() + " is not in the delivery catalogue"));
        plan.parts().forEach((name, component) -> {
            Catalogue.Source source = delivery.get().components().get(name);
            if (source != null && source.image() != null && pinned(plan, component) == null) {
                // An image is built elsewhere. A tag may be moved, so only the digest that was approved names it.
                faults.add((name.isEmpty() ? "the change" : "the plan of " + name) + " pins no digest, and " + source.image()
                        + " is named by nothing else");
            }
        });
        return faults;
    }

    private static @Nullable String pinned(ReleaseEvent.ReleasePlanned plan, slipway.release.domain.Component component) {
        return component.digest() == null && plan.components().size() == 1 ? plan.pinnedDigest() : component.digest();
    }

    private ReleaseCommand made(String id, ReleaseEvent.ReleasePlanned plan, Delivery delivery)
            throws IOException, InterruptedException, Packages.Unfit, Workbench.Occupied {
        Making making = plan.making();
        Workshop workshop = delivery.workshop();
        List<Commit> commits = List.of();
        boolean packs = delivery.components().values().stream().anyMatch(source -> source.artifacts() != null);
        if (packs && making != null && workshop != null) {
            if (making.commits() != null) {
                commits = Commits.read(workshop.folder(), making.commits());
            }
            if (making.build() != null) {
                // Until it is packed: another build might write to the same place.
                try (Workbench workbench = Workbench.at(workshop.folder(), workshops)) {
                    CommandRun run = evidence.run(id, making.build(), workbench, Map.of("version", version(plan)));
                    return run.exit() == 0
                            ? packed(plan, delivery, workbench.folder(), run, commits)
                            : new ReleaseCommand.Block(null, List.of(failed(run)));
                }
            }
        }
        return packed(plan, delivery, null, null, commits);
    }

    /// @param built where the build left something; null: there was none, and each version has its folder
    private ReleaseCommand packed(
            ReleaseEvent.ReleasePlanned plan,
            Delivery delivery,
            @Nullable Path built,
            @Nullable CommandRun run,
            List<Commit> commits)
            throws IOException, Packages.Unfit {
        List<BuiltComponent> components = new ArrayList<>();
        for (var each : plan.parts().entrySet()) {
            Catalogue.Source source = Objects.requireNonNull(delivery.components().get(each.getKey()));
            String pinned = pinned(plan, each.getValue());
            if (source.artifacts() == null) {
                components.add(new BuiltComponent(
                        each.getKey(), Objects.requireNonNull(pinned), 0, 0, source.image() + "@" + pinned));
            } else {
                Path folder = built == null
                        ? version(source.artifacts(), version(plan))
                        : built.resolve(output(plan, each.getKey()));
                Packages.Built one = packages.build(folder);
                components.add(new BuiltComponent(
                        each.getKey(), one.digest(), one.bytes(), one.files(), one.location()));
            }
        }
        return new ReleaseCommand.RecordPackage(plan, ReleaseEvent.PackageBuilt.of(components, run, commits));
    }

    private static String output(ReleaseEvent.ReleasePlanned plan, String component) {
        Making making = Objects.requireNonNull(plan.making());
        return Objects.requireNonNull(making.output()).replace("{version}", version(plan)).replace("{component}", component);
    }

    /// All components have the version that the change is about.
    private static String version(ReleaseEvent.ReleasePlanned plan) {
        return plan.components().getFirst().version();
    }

    private static String failed(CommandRun run) {
        return run.name() + " ended with exit code " + run.exit() + "; what it said is kept as " + run.logDigest();
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
        return orBlock(id, null, () -> tested(id, journey, digest));
    }

    private ReleaseCommand tested(String id, Journey journey, String digest)
            throws IOException, InterruptedException, Packages.Unfit, Workbench.Occupied {
        List<PackageCheck> checks = new ArrayList<>();
        int migrations = 0;
        for (BuiltComponent each : journey.components()) {
            if (each.isImage()) {
                checks.add(check(each, new PackageCheck("digest", true, "named by the digest that was approved", null)));
            } else {
                packages.test(each.digest(), MIGRATIONS).forEach(check -> checks.add(check(each, check)));
                migrations += packages.read(each.digest(), MIGRATIONS).size();
            }
        }
        checks.addAll(programs(id, journey, digest));
        return new ReleaseCommand.RecordTest(journey.plan(), digest, checks, migrations);
    }

    private static PackageCheck check(BuiltComponent of, PackageCheck check) {
        return of.name().isEmpty()
                ? check
                : new PackageCheck(of.name() + " " + check.name(), check.passed(), check.detail(), check.run());
    }

    private List<PackageCheck> programs(String id, Journey journey, String digest)
            throws IOException, InterruptedException, Workbench.Occupied {
        ReleaseEvent.ReleasePlanned plan = journey.plan();
        Making making = plan.making();
        Workshop workshop = catalogue.service(plan.service()).map(Delivery::workshop).orElse(null);
        List<PackageCheck> checks = new ArrayList<>();
        if (making != null && workshop != null && !making.tests().isEmpty()) {
            SortedMap<String, String> locations = new TreeMap<>();
            journey.components().forEach(each -> locations.put(each.name(), each.location()));
            Map<String, String> values = Map.of(
                    "version", version(plan),
                    "digest", digest,
                    "package", String.valueOf(new ByComponent(locations).text()));
            try (Workbench workbench = Workbench.at(workshop.folder(), workshops)) {
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
