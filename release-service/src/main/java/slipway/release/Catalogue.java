package slipway.release;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Metric;
import slipway.release.deployer.Deployer;
import slipway.release.deployer.Target;
import slipway.release.domain.ByComponent;
import slipway.release.domain.Making;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;
import slipway.release.domain.Stage;
import slipway.release.domain.Step;
import slipway.release.domain.Strategy;

/// How services are delivered: where their packages come from, and their environments. Plans are made from it; what it says later
/// is for later plans, but for where things are.
///
/// @param services by name
record Catalogue(Map<String, Delivery> services) {

    /// When a release begins: as soon as its window opens, or when somebody starts it.
    enum Start {
        AUTOMATIC,
        MANUAL,
        UNKNOWN
    }

    /// @param components where each comes from, by its name and in the order of delivery; just [ByComponent#WHOLE]: the service is one
    ///     package or image
    /// @param environments by name, in order
    /// @param start where a plan says nothing else
    /// @param workshop where its packages are built and tested; null: elsewhere
    record Delivery(
            Map<String, Source> components,
            Map<String, Environment> environments,
            @Nullable Workshop workshop,
            Start start) {}

    /// Packages of ours, or images of a registry: exactly one of the two.
    ///
    /// @param artifacts folder with one folder per version
    /// @param image name of the image without tag or digest; a change or a plan pins its digest
    record Source(@Nullable Path artifacts, @Nullable String image) {}

    /// Where packages are built and tested. Plans come over HTTP, so what they may run is said here.
    ///
    /// @param programs that plans may run, by the first word of their argv
    /// @param making how it is done where a plan says nothing else
    record Workshop(Path folder, List<String> programs, Making making) {}

    /// @param stage how it gets a release, where a plan says nothing else
    /// @param sites where each component goes, in the order of delivery
    record Environment(Stage stage, List<Site> sites) {

        String name() {
            return stage.environment();
        }

        /// @param deployers of each component, as [ByComponent] writes them
        /// @return empty: it is not delivered by those, or has other components by now, of which some would be forgotten
        Optional<Environment> by(String deployers) {
            ByComponent chosen = ByComponent.read(deployers);
            List<Site> by = sites.stream()
                    .flatMap(site -> chosen.of(site.component()).flatMap(site::by).stream())
                    .toList();
            boolean same = by.size() == sites.size() && by.size() == chosen.words().size();
            return same ? Optional.of(new Environment(stage, by)) : Optional.empty();
        }

        /// @throws IOException when there is no such component
        Site site(String component) throws IOException {
            return sites.stream()
                    .filter(each -> each.component().equals(component))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the delivery catalogue has no " + component + " in " + name()));
        }

        /// What runs there, of all components.
        Shape look() throws IOException, InterruptedException {
            Shape seen = Shape.of();
            for (Site site : sites) {
                seen = seen.with(site.component(), site.look());
            }
            return seen;
        }

        /// What of a shape could not be brought back, in words.
        List<String> missing(Shape shape) throws IOException, InterruptedException {
            List<String> missing = new ArrayList<>();
            for (Site site : sites) {
                site.place().target().missing(shape.of(site.component())).forEach(each -> missing.add(site.words(each)));
            }
            return missing;
        }
    }

    /// Where a component goes.
    ///
    /// @param component [ByComponent#WHOLE] where the service is one package or image
    /// @param course how it is rolled out there, where a plan says nothing else
    /// @param place as one of its deployers moves it: the default one, until a plan chose another
    /// @param places as each of its deployers does
    record Site(String component, Course course, Place place, List<Place> places) {

        /// Empty: it is not delivered by that one.
        Optional<Site> by(String deployer) {
            return places.stream()
                    .filter(each -> each.deployer().name().equals(deployer))
                    .findFirst()
                    .map(each -> new Site(component, course, each, places));
        }

        /// What runs of it.
        ///
        /// @throws IOException when nobody can tell; it says of which component
        Shape look() throws IOException, InterruptedException {
            try {
                return place.target().probe();
            } catch (IOException e) {
                throw component.isEmpty() ? e : new IOException(words(Fault.inWords(e)), e);
            }
        }

        /// The same words, with whose they are.
        String words(String text) {
            return component.isEmpty() ? text : component + ": " + text;
        }

        List<String> deployers() {
            return places.stream().map(each -> each.deployer().name()).toList();
        }
    }

    /// How a component is rolled out: part of a [Stage].
    record Course(String deployer, Strategy strategy, List<Step> steps, List<Analysis> analyses) {}

    /// Where a component goes by one deployer.
    ///
    /// @param target what runs it
    /// @param urls where its parts answer, by their names
    /// @param migrations null when it has no database to migrate
    /// @param prometheus where metrics are asked for; null when no analysis needs any
    record Place(
            Deployer deployer,
            Target target,
            Map<String, URI> urls,
            Probe probe,
            @Nullable Database migrations,
            @Nullable Prometheus prometheus) {

        /// @throws IOException when there is none
        URI url(String part) throws IOException {
            URI url = urls.get(part);
            if (url == null) {
                throw new IOException("the delivery catalogue has no url for " + part);
            }
            return url;
        }
    }

    /// How an instance is looked at.
    ///
    /// @param path below the instance's url
    /// @param contains what the answer has to contain; empty: anything
    /// @param samples how often the canary is looked at
    /// @param failureLimit how many bad samples are allowed
    /// @param identity path of the file in which an instance tells its digest over HTTP; null: it does not tell
    record Probe(
            String path,
            String contains,
            int samples,
            Duration interval,
            Duration timeout,
            int failureLimit,
            @Nullable String identity) {

        /// As something to be measured: the canary by it, and what serves while it is baked and validated.
        Metric metric() {
            return new Metric(
                    Analysis.PROBE,
                    Metric.Source.HTTP,
                    path,
                    contains,
                    timeout.toMillis(),
                    samples,
                    Math.max(1, interval.toMillis()),
                    0,
                    Metric.ERRORS_IN_A_ROW,
                    null,
                    new Metric.Threshold("ok", "", failureLimit, 0, 0),
                    null);
        }
    }

    /// A database whose schema the package may migrate.
    ///
    /// @param path folder inside the package with `*.sql`, applied in the order of their names
    record Database(String url, String user, Path passwordFile, String path) {}

    Optional<Delivery> service(String name) {
        return Optional.ofNullable(services.get(name));
    }

    Optional<Environment> environment(String service, String name) {
        return service(service).map(delivery -> delivery.environments().get(name));
    }

    /// @param deployer that moves it; null: its default one, as when there was no choice
    Optional<Environment> environment(String service, String name, @Nullable String deployer) {
        return environment(service, name).flatMap(each -> deployer == null ? Optional.of(each) : each.by(deployer));
    }

    /// By the deployer that a plan chose. Empty: neither one nor the other is there any more.
    Optional<Environment> environment(ReleasePlanned plan, String name) {
        String chosen = plan.stages().stream()
                .filter(stage -> stage.environment().equals(name))
                .findFirst()
                .map(Stage::deployer)
                .orElse(null);
        return environment(plan.service(), name, chosen);
    }

    /// How the environments of a release under way get it now; none: it has no plan any more.
    List<Stage> stages(ReleaseState state) {
        return state instanceof ReleaseState.Open open
                ? stages(open.journey().plan().service(), open.journey().plan().environments())
                : List.of();
    }

    /// How these environments get a release, as far as they are known.
    List<Stage> stages(String service, List<String> environments) {
        return environments.stream()
                .flatMap(name -> environment(service, name).stream())
                .map(Environment::stage)
                .toList();
    }
}
