package slipway.release;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.http.Refusal;
import slipway.release.Catalogue.Environment;
import slipway.release.domain.BuiltComponent;
import slipway.release.domain.ByComponent;
import slipway.release.domain.EnvironmentLeft;
import slipway.release.domain.Gates;
import slipway.release.domain.Journey;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;
import slipway.release.packages.Packages;

/// Looks at what the gates are about, outside.
@Component
class Inspection {

    /// Why nothing can be looked at or moved by a plan.
    static final String GONE = "it is not in the delivery catalogue, or not with these components and deployers";

    private final Packages packages;
    private final Catalogue catalogue;
    private final Authorised authorised;
    private final Leases leases;
    private final Clock clock;

    Inspection(Packages packages, Catalogue catalogue, Authorised authorised, Leases leases, Clock clock) {
        this.packages = packages;
        this.catalogue = catalogue;
        this.authorised = authorised;
        this.leases = leases;
        this.clock = clock;
    }

    /// @param token of the environment's lease; 0: this release has none
    /// @param now what the environment runs
    /// @param back what it would have to be brought back to
    Gates.Findings findings(Journey journey, Environment environment, long token, Shape now, Shape back)
            throws IOException, InterruptedException {
        return new Gates.Findings(
                clock.instant(),
                token,
                stored(journey),
                now,
                environment.missing(back),
                authorised
                        .last(journey.plan().service(), environment.name())
                        .map(last -> new Gates.Left(last.releaseId(), last.digest()))
                        .orElse(null),
                leases.worked(journey.plan().service(), environment.name()).orElse(null));
    }

    /// What is kept of what was built; an image is named by what it is.
    private @Nullable String stored(Journey journey) throws IOException {
        SortedMap<String, String> stored = new TreeMap<>();
        for (BuiltComponent each : journey.components()) {
            String digest = each.isImage() ? each.digest() : packages.observed(each.digest());
            if (digest != null) {
                stored.put(each.name(), digest);
            }
        }
        return new ByComponent(stored).text();
    }

    /// What would keep environments from being brought back to what they ran before, in words.
    List<String> obstacles(Journey journey, List<String> environments) throws InterruptedException {
        List<String> obstacles = new ArrayList<>();
        for (String name : environments) {
            try {
                Environment environment =
                        catalogue.environment(journey.plan(), name).orElseThrow(() -> new IOException(GONE));
                Shape before = journey.touched(name).orElseThrow().before();
                environment.missing(before).forEach(each -> obstacles.add(name + ": " + each));
            } catch (IOException e) {
                Fault.unlessStopping();
                obstacles.add(name + ": " + Fault.inWords(e));
            }
        }
        return obstacles;
    }

    /// What runs where a failed way back left its traces. Environments of later releases are theirs to tell about.
    ///
    /// @throws Refusal 409, where one cannot be looked at, or somebody still works: then nobody knows what it is left with
    List<EnvironmentLeft> left(String id, ReleaseState state) throws InterruptedException {
        if (!(state instanceof ReleaseState.NeedsHuman(var journey, _))) {
            return List.of();
        }
        List<EnvironmentLeft> left = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        String service = journey.plan().service();
        for (String name : journey.ownEnvironments()) {
            boolean others = leases.holder(service, name).filter(holder -> !holder.equals(id)).isPresent()
                    || authorised.last(service, name).filter(last -> !last.releaseId().equals(id)).isPresent()
                            && journey.deployed().contains(name);
            if (others) {
                continue;
            }
            try {
                Environment environment = catalogue
                        .environment(journey.plan(), name)
                        .orElseThrow(() -> new IOException(GONE));
                Optional<Shape> seen = leases.tryAlone(service, name, environment::look);
                if (seen.isEmpty()) {
                    faults.add("a step is still being done in " + name + "; try again");
                } else if (!seen.get().isOne()) {
                    faults.add("several things run in " + name + " at once: " + seen.get());
                } else {
                    left.add(new EnvironmentLeft(name, seen.get().digest()));
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                Fault.unlessStopping();
                faults.add(name + " cannot be looked at: " + Fault.inWords(e));
            }
        }
        if (!faults.isEmpty()) {
            throw Refusal.conflict(faults);
        }
        return left;
    }
}
