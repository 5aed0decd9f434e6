package slipway.release;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Environment;
import slipway.release.Catalogue.Place;
import slipway.release.Catalogue.Site;
import slipway.release.StepWork.Back;
import slipway.release.StepWork.Done;
import slipway.release.StepWork.Failed;
import slipway.release.StepWork.Odd;
import slipway.release.StepWork.Result;
import slipway.release.deployer.Move;
import slipway.release.deployer.Target;
import slipway.release.domain.BuiltComponent;
import slipway.release.domain.Journey;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;
import slipway.release.packages.Packages;

/// What moves an environment. It looks first whether that is done already: what is done is adopted, what is not begun or half done is
/// done, and what is neither is nobody's to touch.
@Component
class Moving {

    private static final Logger LOG = LoggerFactory.getLogger(Moving.class);

    private final Packages packages;
    private final Probes probes;

    Moving(Packages packages, Probes probes) {
        this.packages = packages;
        this.probes = probes;
    }

    /// One component from the shape before the step to the one after it.
    Result forward(String releaseId, ReleaseState.Rolling running, Environment environment, int attempt)
            throws IOException, InterruptedException {
        String component = running.current().component();
        Place place = environment.site(component).place();
        BuiltComponent built = running.journey().component(component);
        Shape from = running.from().of(component);
        Shape to = running.to().of(component);
        Target target = place.target();
        Shape observed = target.probe();
        boolean adopted = observed.equals(to);
        if (!adopted) {
            if (!target.isHalf(observed, from, to)) {
                return new Odd(running.from().with(component, observed));
            }
            String key = releaseId + "/" + environment.name() + "/" + running.step();
            target.apply(new Move(key, built.digest(), built.location(), from, to));
            observed = target.probe();
            if (!observed.equals(to)) {
                throw new IOException(environment.name() + " is " + observed + " instead of " + to);
            }
        }
        for (Shape.Part part : observed.parts()) {
            boolean moved = !from.parts().contains(part) && built.digest().equals(part.digest());
            if (moved && place.urls().containsKey(part.name())) {
                probes.await(part.name(), place.url(part.name()), place.probe(), built.digest());
            }
        }
        return new Done(adopted, built.digest(), attempt);
    }

    /// The way back of a component, gone on trial by the way that it would be gone in need.
    Result rehearse(String releaseId, ReleaseState.Rolling running, Environment environment, int attempt)
            throws IOException, InterruptedException {
        Site site = environment.site(running.current().component());
        // Not the key of the way back in need: a target that remembers what it did would do nothing then.
        String key = releaseId + "/" + environment.name() + "/" + running.step();
        Back back = back(key, running.journey(), List.of(site), running.to());
        return new Done(back.adopted(), back.observed() == null ? "nothing runs" : back.observed(), attempt);
    }

    /// The component that came last goes back first. One that cannot keeps no other from going back.
    ///
    /// @param key begins each component's own
    /// @param before the whole environment, as it was
    Back back(String key, Journey journey, List<Site> sites, Shape before) throws IOException, InterruptedException {
        boolean adopted = true;
        List<String> back = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Site site : sites.reversed()) {
            String component = site.component();
            String own = key + "/" + (component.isEmpty() ? "" : component + "/") + "back";
            try {
                adopted &= undo(own, journey.component(component), site, before.of(component));
                back.add(component);
            } catch (IOException | RuntimeException e) {
                Fault.unlessStopping();
                faults.add(site.words(Fault.inWords(e)));
            }
        }
        if (!faults.isEmpty()) {
            String others = back.isEmpty() ? "" : "; back are " + String.join(", ", back);
            throw new IOException(String.join("; ", faults) + others);
        }
        return new Back(adopted, before.digest());
    }

    /// @return whether it was there before anything was done
    private boolean undo(String key, BuiltComponent built, Site site, Shape before)
            throws IOException, InterruptedException {
        Place place = site.place();
        Target target = place.target();
        Shape running = before;
        boolean adopted = false;
        try {
            running = target.probe();
            adopted = running.equals(before);
        } catch (IOException e) {
            // A release that never gets ready has no shape, and is the very one that has to go.
            LOG.warn("{}: going back from what nobody can tell: {}", key, Fault.inWords(e));
        }
        // Also when nothing has to be moved: what ran before has to be able to tell its digest.
        target.undo(new Move(key, built.digest(), built.location(), running, before));
        Shape now = target.probe();
        // Neither the new nor the old: somebody else was there, and a person has to say what shall run.
        if (!now.equals(before)) {
            throw new IOException("there is " + now + ", and was " + before + " before this release");
        }
        for (Shape.Part part : now.parts()) {
            if (part.digest() != null && part.weight() > 0) {
                probes.await(part.name(), place.url(part.name()), place.probe(), part.digest());
            }
        }
        return adopted;
    }

    Result migrate(Journey journey, Site site, int attempt) throws IOException, SQLException {
        Catalogue.Database database = site.place().migrations();
        if (database == null) {
            return new Failed("there is no database to migrate any more");
        }
        List<String> applied = Migrations.apply(database, migrations(database, journey, site));
        return new Done(
                applied.isEmpty(),
                applied.isEmpty() ? "all applied before" : "applied " + String.join(", ", applied),
                attempt);
    }

    /// Whether there is a database, and all is applied to it.
    boolean isMigrated(Journey journey, Site site) throws IOException, SQLException {
        Catalogue.Database database = site.place().migrations();
        return database != null && Migrations.noted(database, migrations(database, journey, site));
    }

    boolean lacksMigrations(Environment environment, Journey journey) throws IOException, SQLException {
        for (Site site : environment.sites()) {
            if (site.place().migrations() != null && !isMigrated(journey, site)) {
                return true;
            }
        }
        return false;
    }

    private SortedMap<String, byte[]> migrations(Catalogue.Database database, Journey journey, Site site)
            throws IOException {
        return packages.read(journey.component(site.component()).digest(), database.path());
    }
}
