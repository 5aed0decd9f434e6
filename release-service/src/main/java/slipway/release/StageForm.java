package slipway.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.release.Catalogue.Place;
import slipway.release.analysis.Analysis;
import slipway.release.domain.Rollout;
import slipway.release.domain.Shape;
import slipway.release.domain.Stage;
import slipway.release.domain.Step;
import slipway.release.domain.StepKind;
import slipway.release.domain.Strategies;
import slipway.release.domain.Strategy;
import slipway.release.domain.VerificationLevel;

/// How one environment gets a release, as the catalogue and plans write it. A plan may leave out whatever the catalogue says.
final class StageForm {

    private static final List<StepKind> FOR_EVERY_TARGET = List.of(
            StepKind.MIGRATE,
            StepKind.ANALYSE,
            StepKind.VALIDATE,
            StepKind.PAUSE,
            StepKind.BAKE,
            StepKind.REHEARSE,
            StepKind.RETURN);

    private static final List<String> OF_STEPS =
            List.of("strategy", "steps", "batch", "weights", "keepSeconds", "analysis", "analyses", "rehearseRollback");

    /// What the catalogue has to say.
    static final List<String> NEEDED = List.of("strategy", "backupPlan", "rpoSeconds", "minLevel");

    private final Form form;
    private final String name;
    private final Place place;
    private final @Nullable Stage usual;

    private StageForm(Form form, String name, Place place, @Nullable Stage usual) {
        this.form = form;
        this.name = name;
        this.place = place;
        this.usual = usual;
    }

    /// @param usual what holds where nothing is said; null: then everything has to be
    static Stage read(Form form, String name, Place place, @Nullable Stage usual) {
        return new StageForm(form, name, place, usual).stage();
    }

    private Stage stage() {
        String backupPlan = usual != null && !form.has("backupPlan")
                ? usual.backupPlan()
                : CatalogueFile.needed(form, "backupPlan");
        long rpo = usual != null && !form.has("rpoSeconds")
                ? usual.rpoSeconds()
                : CatalogueFile.atLeast(form, "rpoSeconds", 1, form::number);
        long soak = usual != null && !form.has("soakSeconds") ? usual.soakSeconds() : form.number("soakSeconds");
        if (soak < 0) {
            form.fault("soakSeconds", "must not be below 0");
        }
        List<Analysis> analyses = analyses();
        Strategy strategy = strategy();
        List<Step> steps = usual != null && OF_STEPS.stream().noneMatch(form::has)
                ? usual.steps()
                : steps(strategy, analyses);
        return new Stage(
                name,
                place.deployer().name(),
                strategy,
                steps,
                Math.max(0, soak),
                backupPlan,
                rpo,
                level(),
                noReturn(steps),
                analyses);
    }

    private VerificationLevel level() {
        if (usual != null && !form.has("minLevel")) {
            return usual.minLevel();
        }
        if (!form.has("minLevel")) {
            form.fault("minLevel", "is missing");
        }
        VerificationLevel level = form.word("minLevel", VerificationLevel.class, VerificationLevel.UNKNOWN);
        if (usual != null && !level.covers(usual.minLevel())) {
            form.fault("minLevel", level + " is less than the catalogue asks for: " + usual.minLevel());
        }
        return level;
    }

    private Strategy strategy() {
        if (usual != null && !form.has("strategy")) {
            return usual.strategy();
        }
        if (!form.has("strategy")) {
            form.fault("strategy", "is missing");
        }
        return form.word("strategy", Strategy.class, Strategy.UNKNOWN);
    }

    /// Its own beside those of the catalogue, which it may write anew.
    private List<Analysis> analyses() {
        List<Analysis> written = AnalysesFile.read(form, place.probe(), usual, place.prometheus() != null);
        if (usual == null) {
            return written;
        }
        Map<String, Analysis> all = new LinkedHashMap<>();
        usual.analyses().forEach(each -> all.put(each.name(), each));
        written.forEach(each -> all.put(each.name(), each));
        return List.copyOf(all.values());
    }

    private List<Step> steps(Strategy strategy, List<Analysis> analyses) {
        int batch = form.has("batch") ? (int) CatalogueFile.atLeast(form, "batch", 1, form::number) : 1;
        List<Integer> weights = form.numbers("weights");
        if (weights.stream().anyMatch(weight -> weight < 1 || weight >= Shape.ALL)) {
            form.fault("weights", "shares are percents from 1 to 99; all of the traffic comes by itself at the end");
        }
        long keep = form.number("keepSeconds");
        if (keep < 0) {
            form.fault("keepSeconds", "must not be below 0");
        }
        boolean rehearse = form.flag("rehearseRollback");
        boolean migrates = place.migrations() != null;
        List<Step> written = StepsForm.read(form, name, migrates, place.target().parts(), analyses);
        if (strategy == Strategy.UNKNOWN) {
            return List.of();
        }
        List<Step> steps = written.isEmpty()
                ? Strategies.steps(
                        strategy,
                        name,
                        migrates,
                        place.target().parts(),
                        new Strategies.Tuning(batch, weights, Math.max(keep, 0), form.text("analysis"), rehearse))
                : written;
        String field = written.isEmpty() ? "strategy" : "steps";
        List<StepKind> lacking = steps.stream()
                .map(Step::kind)
                .distinct()
                .filter(kind -> !FOR_EVERY_TARGET.contains(kind))
                .filter(kind -> !place.deployer().skills().contains(kind) || !place.target().can(kind))
                .toList();
        lacking.forEach(kind -> form.fault(
                field, (written.isEmpty() ? strategy : "it") + " needs " + kind + ", which "
                        + place.deployer().name() + " cannot"));
        if (lacking.isEmpty() && !written.isEmpty()) {
            Rollout.stuck(steps, imagined(), "the new release")
                    .ifPresent(why -> form.fault(field, "cannot be gone to their end: " + why));
        }
        return steps;
    }

    /// What a target looks like that runs something: its parts, or two slots.
    private Shape imagined() {
        List<String> parts = place.target().parts();
        List<Shape.Part> shape = new ArrayList<>();
        for (String part : parts) {
            shape.add(new Shape.Part(part, "the old release", Shape.ALL / parts.size()));
        }
        return parts.isEmpty()
                ? Shape.of(new Shape.Part("one", "the old release", Shape.ALL), new Shape.Part("other", null, 0))
                : new Shape(shape);
    }

    /// The kind of step after which there is no way back.
    private @Nullable StepKind noReturn(List<Step> steps) {
        if (usual != null && !form.has("pointOfNoReturn")) {
            return usual.noReturnAfter();
        }
        StepKind kind = form.word("pointOfNoReturn", StepKind.class, StepKind.UNKNOWN);
        if (kind != StepKind.UNKNOWN && steps.stream().noneMatch(step -> step.kind() == kind)) {
            form.fault("pointOfNoReturn", "there is no step " + kind + " here");
        }
        return kind == StepKind.UNKNOWN ? null : kind;
    }
}
