package slipway.release;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Metric;
import slipway.release.deployer.Deployer;
import slipway.release.deployer.Target;
import slipway.release.domain.Making;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Stage;

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

    /// Packages of ours, or images of a registry: exactly one of the two.
    ///
    /// @param artifacts folder with one folder per version
    /// @param image name of the image without tag or digest; a change pins its digest
    /// @param environments by name, in order
    /// @param start where a plan says nothing else
    /// @param workshop where its packages are built and tested; null: elsewhere
    record Delivery(
            @Nullable Path artifacts,
            @Nullable String image,
            Map<String, Environment> environments,
            @Nullable Workshop workshop,
            Start start) {}

    /// Where packages are built and tested. Plans come over HTTP, so what they may run is said here.
    ///
    /// @param programs that plans may run, by the first word of their argv
    /// @param making how it is done where a plan says nothing else
    record Workshop(Path folder, List<String> programs, Making making) {}

    /// @param stage how it gets a release, where a plan says nothing else
    /// @param place as one of its deployers moves it: the default one, until a plan chose another
    /// @param places as each of its deployers does
    record Environment(Stage stage, Place place, List<Place> places) {

        String name() {
            return stage.environment();
        }

        /// Empty: it is not delivered by that one.
        Optional<Environment> by(String deployer) {
            return places.stream()
                    .filter(each -> each.deployer().name().equals(deployer))
                    .findFirst()
                    .map(each -> new Environment(stage, each, places));
        }

        List<String> deployers() {
            return places.stream().map(each -> each.deployer().name()).toList();
        }

        Target target() {
            return place.target();
        }

        Map<String, URI> urls() {
            return place.urls();
        }

        Probe probe() {
            return place.probe();
        }

        @Nullable Database migrations() {
            return place.migrations();
        }

        @Nullable Prometheus prometheus() {
            return place.prometheus();
        }

        /// @throws IOException when there is none
        URI url(String part) throws IOException {
            URI url = urls().get(part);
            if (url == null) {
                throw new IOException("the delivery catalogue has no url for " + part);
            }
            return url;
        }
    }

    /// Where a release goes by one deployer.
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
            @Nullable Prometheus prometheus) {}

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
