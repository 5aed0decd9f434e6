package slipway.release;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.http.Misconfigured;
import slipway.http.Refusal;
import slipway.release.Catalogue.Course;
import slipway.release.Catalogue.Database;
import slipway.release.Catalogue.Delivery;
import slipway.release.Catalogue.Environment;
import slipway.release.Catalogue.Place;
import slipway.release.Catalogue.Probe;
import slipway.release.Catalogue.Site;
import slipway.release.Catalogue.Source;
import slipway.release.Catalogue.Workshop;
import slipway.release.deployer.Deployer;
import slipway.release.deployer.Target;
import slipway.release.domain.ByComponent;
import slipway.release.domain.Stage;
import slipway.release.domain.Strategy;

/// Reads the catalogue of deliveries from YAML. A faulty file stops the start and names every fault.
final class CatalogueFile {

    /// Of a component: what it is called in facts, before its parts.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private final Path folder;
    private final List<Deployer> deployers;

    /// Whose each folder is that a target changes.
    private final Map<Path, String> folders = new HashMap<>();

    private CatalogueFile(Path folder, List<Deployer> deployers) {
        this.folder = folder;
        this.deployers = deployers.stream().sorted(Comparator.comparing(Deployer::name)).toList();
    }

    /// @throws Misconfigured naming every fault
    static Catalogue read(Path file, List<Deployer> deployers) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        return Misconfigured.reading("slipway.delivery: " + file, () -> {
            Form form = Form.read(Files.readAllBytes(file), Form.YAML);
            Catalogue catalogue = new CatalogueFile(folder, deployers).catalogue(form);
            List<String> faults = form.faults();
            if (!faults.isEmpty()) {
                throw Refusal.unacceptable(faults);
            }
            return catalogue;
        });
    }

    private Catalogue catalogue(Form form) {
        Map<String, Delivery> services = new LinkedHashMap<>();
        form.named("services").forEach((name, service) -> services.put(name, delivery(service)));
        if (services.isEmpty()) {
            form.fault("services", "none");
        }
        return new Catalogue(services);
    }

    private Delivery delivery(Form form) {
        Map<String, Source> components = components(form);
        Map<String, Environment> environments = new LinkedHashMap<>();
        List<Form> entries = form.parts("environments");
        for (Form each : entries) {
            environment(each, components).ifPresent(environment -> {
                if (environments.put(environment.name(), environment) != null) {
                    each.fault("name", environment.name() + " is there twice");
                }
            });
        }
        if (entries.isEmpty()) {
            form.fault("environments", "none");
        }
        return new Delivery(
                components,
                environments,
                workshop(form, components.size() > 1),
                form.word("start", Catalogue.Start.class, Catalogue.Start.UNKNOWN));
    }

    /// Of a service that is one package or image, just that.
    private Map<String, Source> components(Form form) {
        if (!form.has("components")) {
            return Map.of(ByComponent.WHOLE, source(form));
        }
        Map<String, Source> components = new LinkedHashMap<>();
        form.known(List.of("artifacts", "image"));
        if (form.has("artifacts") || form.has("image")) {
            form.fault("components", "each says where it comes from; leave artifacts and image of the service out");
        }
        form.named("components").forEach((name, component) -> {
            if (!NAME.matcher(name).matches()) {
                form.fault("components." + name, "a name of letters, digits, '.', '_' and '-' is needed");
            }
            components.put(name, source(component));
        });
        if (components.size() < 2) {
            form.fault("components", "of a service with a single one leave the word out, and write artifacts or image beside it");
        }
        return components;
    }

    private Source source(Form form) {
        if (form.has("artifacts") == form.has("image")) {
            form.fault("artifacts", "a folder of versions, or image, the name of an image: one of the two is needed");
        }
        return new Source(form.has("artifacts") ? path(form, "artifacts") : null, form.optionalText("image"));
    }

    /// Empty when it has faults without which nothing more can be said.
    private Optional<Environment> environment(Form form, Map<String, Source> components) {
        String name = needed(form, "name");
        List<Site> sites = new ArrayList<>();
        Strategy strategy = StageForm.strategy(form, null);
        StageForm.components(form, components.keySet())
                .forEach((component, at) -> site(at, name, component, strategy).ifPresent(site -> {
                    String image = components.get(component).image();
                    if (image != null && site.place().migrations() != null) {
                        at.fault("migrations", "they come with a package of ours, and this is the image " + image);
                    }
                    sites.add(site);
                }));
        if (sites.size() < components.size()) {
            StageForm.needs(form);
            return Optional.empty();
        }
        Stage stage = StageForm.read(form, name, strategy, together(sites), null);
        return Optional.of(new Environment(stage, List.copyOf(sites)));
    }

    /// Empty when no deployer is there to read it for.
    private Optional<Site> site(Form form, String environment, String component, Strategy strategy) {
        Map<String, URI> urls = urls(form);
        Probe probe = probe(form);
        Prometheus prometheus = form.has("prometheus") ? Prometheus.read(form.part("prometheus"), folder) : null;
        Database migrations = form.has("migrations") ? database(form.part("migrations")) : null;
        List<Place> places = new ArrayList<>();
        for (Deployer deployer : deployers) {
            if (form.has(deployer.name())) {
                Target target = deployer.target(form.part(deployer.name()), folder);
                answering(form, target, urls);
                places.add(new Place(deployer, target, urls, probe, migrations, prometheus));
                alone(form, deployer, target, component.isEmpty() ? environment : component + " in " + environment);
            }
        }
        Optional<Place> usual = usual(form, component.isEmpty() ? environment : component, places);
        if (usual.isEmpty()) {
            CourseForm.known(form);
        }
        return usual.map(place -> new Site(
                component, CourseForm.read(form, environment, place, null, strategy), place, List.copyOf(places)));
    }

    private static Map<String, Course> together(List<Site> sites) {
        Map<String, Course> courses = new LinkedHashMap<>();
        sites.forEach(site -> courses.put(site.component(), site.course()));
        return courses;
    }

    /// What one target changes, another would change back.
    private void alone(Form form, Deployer deployer, Target target, String site) {
        target.folders().forEach(each -> {
            String other = folders.putIfAbsent(each, site);
            if (other != null && !other.equals(site)) {
                form.fault(deployer.name(), each + " is a folder of " + other + ", too");
            }
        });
    }

    /// Each part that serves is looked at.
    private static void answering(Form form, Target target, Map<String, URI> urls) {
        target.parts().stream()
                .filter(part -> !urls.containsKey(part))
                .forEach(part -> form.fault("urls", "there is none for " + part));
        Stream.concat(target.parts().stream(), urls.keySet().stream())
                .distinct()
                .filter(part -> part.contains("/"))
                .forEach(part -> form.fault("urls", "'" + part + "': a '/' stands between a component and its part"));
        if (target.parts().isEmpty() && urls.isEmpty()) {
            // Which slots there are only the target knows.
            form.fault("urls", "is missing; what serves has to be looked at");
        }
    }

    /// As it is delivered where a plan chooses nothing else: with several deployers no order in a file decides that.
    private Optional<Place> usual(Form form, String name, List<Place> places) {
        List<String> there =
                places.stream().map(place -> place.deployer().name()).toList();
        String chosen = form.optionalText("deployer");
        if (there.isEmpty()) {
            form.fault(
                    "name",
                    "'" + name + "' needs a deployer, one of "
                            + deployers.stream().map(Deployer::name).toList());
        } else if (chosen == null && there.size() > 1) {
            form.fault("deployer", "is missing: which of " + there + " it is where a plan chooses none");
        } else if (chosen != null && !there.contains(chosen)) {
            form.fault("deployer", "'" + chosen + "' is none of those that are described here: " + there);
        }
        return places.stream()
                .filter(place -> chosen == null ? there.size() == 1 : place.deployer().name().equals(chosen))
                .findFirst();
    }

    /// Null: packages are built and tested elsewhere.
    private @Nullable Workshop workshop(Form form, boolean several) {
        if (!form.has("workshop")) {
            return null;
        }
        Form workshop = form.part("workshop");
        List<String> programs = workshop.texts("programs");
        if (programs.isEmpty()) {
            workshop.fault("programs", "none; name those that plans may run");
        }
        Path place = path(workshop, "folder");
        return new Workshop(place, programs, MakingForm.read(workshop, programs, List.of(), several));
    }

    private static Map<String, URI> urls(Form form) {
        Map<String, URI> urls = new LinkedHashMap<>();
        form.entries("urls").forEach((name, text) -> {
            try {
                URI url = URI.create(text);
                if (url.getHost() == null) {
                    form.fault("urls." + name, text + " is no URL");
                }
                urls.put(name, url);
            } catch (IllegalArgumentException e) {
                form.fault("urls." + name, String.valueOf(e.getMessage()));
            }
        });
        return urls;
    }

    private static Probe probe(Form form) {
        if (!form.has("probe")) {
            form.fault("probe", "is missing; without it nothing could be judged");
            return new Probe("/", "", 1, Duration.ZERO, Duration.ofSeconds(1), 0, null);
        }
        Form probe = form.part("probe");
        int samples = (int) atLeast(probe, "samples", 1, probe::number);
        int limit = (int) atLeast(probe, "failureLimit", 0, probe::number);
        if (limit >= samples) {
            probe.fault("failureLimit", limit + " of " + samples + " samples would always pass");
        }
        return new Probe(
                needed(probe, "path"),
                probe.text("contains"),
                samples,
                Duration.ofMillis(atLeast(probe, "intervalMillis", 0, probe::number)),
                Duration.ofMillis(atLeast(probe, "timeoutMillis", 1, probe::number)),
                limit,
                probe.optionalText("identity"));
    }

    private Database database(Form form) {
        return new Database(
                needed(form, "url"), needed(form, "user"), path(form, "passwordFile"), needed(form, "path"));
    }

    private Path path(Form form, String field) {
        return folder.resolve(needed(form, field)).normalize();
    }

    static String needed(Form form, String field) {
        String text = form.text(field);
        if (text.isBlank()) {
            form.fault(field, "is missing");
        }
        return text;
    }

    static long atLeast(Form form, String field, long least, ToLongFunction<String> read) {
        long value = read.applyAsLong(field);
        if (!form.has(field) || value < least || value > Integer.MAX_VALUE) {
            form.fault(field, "a number from " + least + " on is needed");
            return least;
        }
        return value;
    }
}
