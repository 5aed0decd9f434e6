package slipway.release;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.http.Refusal;
import slipway.release.Catalogue.Database;
import slipway.release.Catalogue.Delivery;
import slipway.release.Catalogue.Environment;
import slipway.release.Catalogue.Probe;
import slipway.release.analysis.Analysis;
import slipway.release.deployer.Deployer;
import slipway.release.deployer.Target;
import slipway.release.domain.Shape;
import slipway.release.domain.Stage;
import slipway.release.domain.Step;
import slipway.release.domain.StepKind;
import slipway.release.domain.Strategies;
import slipway.release.domain.Strategy;
import slipway.release.domain.VerificationLevel;

/// Reads the catalogue of deliveries from YAML. A faulty file stops the start and names every fault.
final class CatalogueFile {

    private static final List<StepKind> FOR_EVERY_TARGET =
            List.of(StepKind.MIGRATE, StepKind.ANALYSE, StepKind.VALIDATE, StepKind.PAUSE, StepKind.BAKE);

    private final Path folder;
    private final List<Deployer> deployers;

    private CatalogueFile(Path folder, List<Deployer> deployers) {
        this.folder = folder;
        this.deployers = deployers.stream().sorted(Comparator.comparing(Deployer::name)).toList();
    }

    /// @throws IllegalArgumentException naming every fault
    static Catalogue read(Path file, List<Deployer> deployers) throws IOException {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        try {
            Form form = Form.read(Files.readAllBytes(file), Form.YAML);
            Catalogue catalogue = new CatalogueFile(folder, deployers).catalogue(form);
            List<String> faults = form.faults();
            if (!faults.isEmpty()) {
                throw Refusal.unacceptable(faults);
            }
            return catalogue;
        } catch (Refusal refusal) {
            throw new IllegalArgumentException(file + ": " + String.join("; ", refusal.reasons()));
        }
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
        Map<String, Environment> environments = new LinkedHashMap<>();
        List<Form> entries = form.parts("environments");
        for (Form each : entries) {
            environment(each).ifPresent(environment -> {
                if (environments.put(environment.name(), environment) != null) {
                    each.fault("name", environment.name() + " is there twice");
                }
            });
        }
        if (entries.isEmpty()) {
            form.fault("environments", "none");
        }
        String image = form.optionalText("image");
        if (form.has("artifacts") == form.has("image")) {
            form.fault("artifacts", "a folder of versions, or image, the name of an image: one of the two is needed");
        }
        if (image != null) {
            environments.values().stream()
                    .filter(environment -> environment.migrations() != null)
                    .forEach(environment -> form.fault(
                            "image", "migrations come with a package of ours, and " + environment.name() + " has some"));
        }
        return new Delivery(form.has("artifacts") ? path(form, "artifacts") : null, image, environments);
    }

    /// Empty when it has faults without which nothing more can be said.
    private Optional<Environment> environment(Form form) {
        String name = needed(form, "name");
        Map<String, URI> urls = urls(form);
        Probe probe = probe(form);
        List<Analysis> analyses = AnalysesFile.read(form, probe);
        Prometheus prometheus = form.has("prometheus") ? Prometheus.read(form.part("prometheus"), folder) : null;
        Database migrations = form.has("migrations") ? database(form.part("migrations")) : null;
        String backupPlan = needed(form, "backupPlan");
        long rpo = atLeast(form, "rpoSeconds", 1, form::number);
        long soak = form.number("soakSeconds");
        VerificationLevel minLevel = form.word("minLevel", VerificationLevel.class, VerificationLevel.UNKNOWN);
        if (!form.has("minLevel")) {
            form.fault("minLevel", "is missing");
        }
        Strategy strategy = form.word("strategy", Strategy.class, Strategy.UNKNOWN);
        if (!form.has("strategy")) {
            form.fault("strategy", "is missing");
        }
        if (soak < 0) {
            form.fault("soakSeconds", "must not be below 0");
        }
        List<Deployer> chosen =
                deployers.stream().filter(each -> form.has(each.name())).toList();
        if (chosen.size() != 1) {
            form.fault(
                    "name",
                    "'" + name + "' needs exactly one deployer of " + deployers.stream().map(Deployer::name).toList()
                            + ", and has " + chosen.stream().map(Deployer::name).toList());
            return Optional.empty();
        }
        Deployer deployer = chosen.getFirst();
        Target target = deployer.target(form.part(deployer.name()), folder);
        target.parts().stream()
                .filter(part -> !urls.containsKey(part))
                .forEach(part -> form.fault("urls", "there is none for " + part));
        List<Step> steps = steps(form, name, strategy, migrations != null, target);
        steps.stream()
                .map(Step::kind)
                .distinct()
                .filter(kind -> !FOR_EVERY_TARGET.contains(kind))
                .filter(kind -> !deployer.skills().contains(kind) || !target.can(kind))
                .forEach(kind -> form.fault("strategy", strategy + " needs " + kind + ", which " + deployer.name() + " cannot"));
        return Optional.of(new Environment(
                new Stage(
                        name,
                        deployer.name(),
                        strategy,
                        steps,
                        soak,
                        backupPlan,
                        rpo,
                        minLevel,
                        noReturn(form, steps),
                        analyses),
                target,
                urls,
                probe,
                migrations,
                prometheus));
    }

    /// The kind of step after which there is no way back.
    private static @Nullable StepKind noReturn(Form form, List<Step> steps) {
        StepKind kind = form.word("pointOfNoReturn", StepKind.class, StepKind.UNKNOWN);
        if (kind != StepKind.UNKNOWN && steps.stream().noneMatch(step -> step.kind() == kind)) {
            form.fault("pointOfNoReturn", "there is no step " + kind + " here");
        }
        return kind == StepKind.UNKNOWN ? null : kind;
    }

    private static List<Step> steps(Form form, String name, Strategy strategy, boolean migrates, Target target) {
        int batch = form.has("batch") ? (int) atLeast(form, "batch", 1, form::number) : 1;
        List<Integer> weights = form.numbers("weights");
        if (weights.stream().anyMatch(weight -> weight < 1 || weight >= Shape.ALL)) {
            form.fault("weights", "shares are percents from 1 to 99; all of the traffic comes by itself at the end");
        }
        long keep = form.number("keepSeconds");
        if (keep < 0) {
            form.fault("keepSeconds", "must not be below 0");
        }
        return strategy == Strategy.UNKNOWN
                ? List.of()
                : Strategies.steps(
                        strategy,
                        name,
                        migrates,
                        target.parts(),
                        new Strategies.Tuning(batch, weights, Math.max(keep, 0), form.text("analysis")));
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

    private static String needed(Form form, String field) {
        String text = form.text(field);
        if (text.isBlank()) {
            form.fault(field, "is missing");
        }
        return text;
    }

    private static long atLeast(Form form, String field, long least, ToLongFunction<String> read) {
        long value = read.applyAsLong(field);
        if (!form.has(field) || value < least || value > Integer.MAX_VALUE) {
            form.fault(field, "a number from " + least + " on is needed");
            return least;
        }
        return value;
    }
}
