package slipway.release;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Environment;
import slipway.release.Catalogue.Place;
import slipway.release.Catalogue.Site;
import slipway.release.StepWork.Done;
import slipway.release.StepWork.Failed;
import slipway.release.StepWork.Measured;
import slipway.release.StepWork.Result;
import slipway.release.StepWork.Waiting;
import slipway.release.analysis.Measurement;
import slipway.release.domain.Journey;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;
import slipway.release.domain.Step;

/// What only looks at an environment.
@Component
class Watching {

    /// How long at least between two looks, in milliseconds.
    private static final long OFTEN = 100;

    private final Probes probes;
    private final Analysing analysing;
    private final Clock clock;

    Watching(Probes probes, Analysing analysing, Clock clock) {
        this.probes = probes;
        this.analysing = analysing;
        this.clock = clock;
    }

    Result analyse(ReleaseState.Rolling running, Environment environment, BooleanSupplier wanted)
            throws IOException, InterruptedException {
        return analysing
                .series(running, environment, wanted)
                .<Result>map(Measured::new)
                .orElse(new Waiting());
    }

    /// Looks at what serves, again and again until the time is over. Begun again after a crash, it takes the whole time again: what
    /// happened in between nobody saw.
    Result bake(ReleaseState.Rolling running, Environment environment, BooleanSupplier wanted, int attempt)
            throws IOException, InterruptedException {
        Step step = running.current();
        String component = step.component();
        return bake(
                environment.site(component).place(),
                running.journey().component(component).digest(),
                step.seconds(),
                wanted,
                attempt);
    }

    /// @param digest of the component
    Result bake(Place place, String digest, long seconds, BooleanSupplier wanted, int attempt)
            throws IOException, InterruptedException {
        Instant end = clock.instant().plusSeconds(seconds);
        int looks = 0;
        int bad = 0;
        do {
            Shape observed = place.target().probe();
            List<String> faults = new ArrayList<>();
            int serving = 0;
            for (Shape.Part part : observed.parts()) {
                if (digest.equals(part.digest()) && part.weight() > 0) {
                    serving++;
                    Measurement look = probes.look(part.name(), place.url(part.name()), place.probe());
                    if (!look.ok()) {
                        faults.add(part.name() + " answers " + look.detail());
                    }
                }
            }
            if (serving == 0) {
                // Nothing to look at is not nothing bad: what was to be watched is gone.
                faults.add("nobody comes to the new release: " + observed);
            }
            looks += Math.max(1, serving);
            bad += faults.size();
            if (bad > place.probe().failureLimit()) {
                return new Failed(faults.getLast() + "; " + bad + " of " + looks + " looks were bad");
            }
            Instant next = clock.instant().plusMillis(Math.max(OFTEN, place.probe().interval().toMillis()));
            if (!Analysing.await(clock, next.isBefore(end) ? next : end, wanted)) {
                return new Waiting();
            }
        } while (clock.instant().isBefore(end));
        return new Done(false, bad + " of " + looks + " looks were bad in " + seconds + " s", attempt);
    }

    /// All of the traffic meets the release, and each part that serves passes one look of its probe.
    Result validate(ReleaseState.Rolling running, Environment environment, int attempt)
            throws IOException, InterruptedException {
        String component = running.current().component();
        Journey journey = running.journey();
        List<Site> sites = component.isEmpty() ? environment.sites() : List.of(environment.site(component));
        for (Site site : sites) {
            Shape observed = site.look();
            if (!observed.serves(journey.component(site.component()).digest())) {
                return new Done(false, Shape.of().with(site.component(), observed).toString(), attempt);
            }
            for (Shape.Part part : observed.parts()) {
                if (part.digest() != null && part.weight() > 0) {
                    passes(part, part.digest(), site.place());
                }
            }
        }
        String digest = component.isEmpty() ? journey.digest() : journey.component(component).digest();
        return new Done(false, String.valueOf(digest), attempt);
    }

    private void passes(Shape.Part part, String digest, Place place) throws IOException, InterruptedException {
        URI url = place.url(part.name());
        probes.await(part.name(), url, place.probe(), digest);
        Measurement look = probes.look(part.name(), url, place.probe());
        if (!look.ok()) {
            throw new IOException(part.name() + " answers " + look.detail());
        }
    }
}
