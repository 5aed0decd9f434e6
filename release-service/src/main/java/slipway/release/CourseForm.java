package slipway.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.release.Catalogue.Course;
import slipway.release.Catalogue.Place;
import slipway.release.analysis.Analysis;
import slipway.release.domain.Rollout;
import slipway.release.domain.Shape;
import slipway.release.domain.Step;
import slipway.release.domain.StepKind;
import slipway.release.domain.Strategies;
import slipway.release.domain.Strategy;

/// How a component is rolled out in an environment, as the catalogue and plans write it. What a plan leaves out is as the catalogue has it.
final class CourseForm {

    /// What the new release is called as long as nobody knows its digest.
    private static final String FRESH = "the new release";

    private static final List<StepKind> FOR_EVERY_TARGET = List.of(
            StepKind.MIGRATE,
            StepKind.ANALYSE,
            StepKind.VALIDATE,
            StepKind.PAUSE,
            StepKind.BAKE,
            StepKind.REHEARSE,
            StepKind.RETURN);

    /// What belongs to a strategy, and says nothing without it.
    private static final List<String> TUNING = List.of("batch", "weights", "keepSeconds", "analysis");

    private static final List<String> OTHERS = List.of("steps", "analyses", "rehearseRollback");

    private final Form form;
    private final String environment;
    private final Place place;
    private final @Nullable Course usual;

    private CourseForm(Form form, String environment, Place place, @Nullable Course usual) {
        this.form = form;
        this.environment = environment;
        this.place = place;
        this.usual = usual;
    }

    /// @param form where the component is described
    /// @param usual what holds where nothing is said; null: then everything has to be
    /// @param strategy where the component has none of its own
    static Course read(Form form, String environment, Place place, @Nullable Course usual, Strategy strategy) {
        return new CourseForm(form, environment, place, usual).course(strategy);
    }

    /// As far as it can be read with no deployer to read it for.
    static void known(Form form) {
        form.known(TUNING);
        form.known(OTHERS);
    }

    private Course course(Strategy other) {
        List<Analysis> analyses = analyses();
        Strategy strategy = StageForm.strategy(form, usual == null ? other : usual.strategy());
        return new Course(place.deployer().name(), strategy, steps(strategy, analyses), analyses);
    }

    /// Whether the plan goes by another deployer than the catalogue's strategy and steps were tuned for.
    private boolean switched() {
        return usual != null && !usual.deployer().equals(place.deployer().name());
    }

    /// Its own beside those of the catalogue.
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
        Strategies.Tuning tuning = tuning();
        boolean migrates = place.migrations() != null;
        List<String> parts = place.target().parts();
        if (form.has("steps")) {
            said(strategy);
            List<Step> written = StepsForm.read(form, environment, migrates, parts, analyses);
            if (possible("steps", "it", written) && !written.isEmpty()) {
                followed(written);
            }
            return written;
        }
        if (switched() && !form.has("strategy")) {
            form.fault(
                    "deployer",
                    "write the strategy or the steps with it: what the catalogue has is for " + usual.deployer());
            return List.of();
        }
        if (usual != null && !form.has("strategy")) {
            TUNING.stream()
                    .filter(form::has)
                    .forEach(word -> form.fault(
                            word, "write the strategy with it, and all that it needs: what the catalogue has is not mixed in"));
            return rehearsed(usual.steps(), tuning.rehearse());
        }
        if (strategy == Strategy.UNKNOWN) {
            return List.of();
        }
        List<Step> steps = Strategies.steps(strategy, environment, migrates, parts, tuning);
        possible("strategy", strategy.name(), steps);
        return steps;
    }

    private Strategies.Tuning tuning() {
        int batch = form.has("batch") ? (int) CatalogueFile.atLeast(form, "batch", 1, form::number) : 1;
        List<Integer> weights = form.numbers("weights");
        if (weights.stream().anyMatch(weight -> weight < 1 || weight >= Shape.ALL)) {
            form.fault("weights", "shares are percents from 1 to 99; all of the traffic comes by itself at the end");
        }
        long keep = form.number("keepSeconds");
        if (keep < 0 || keep > StageForm.LONGEST_SECONDS) {
            form.fault("keepSeconds", "a number from 0 to " + StageForm.LONGEST_SECONDS + " (30 days) is needed");
        }
        return new Strategies.Tuning(
                batch, weights, Math.clamp(keep, 0, StageForm.LONGEST_SECONDS), form.text("analysis"), form.flag("rehearseRollback"));
    }

    /// Steps say all, so a word beside them would be without effect, and somebody would count on it.
    private void said(Strategy strategy) {
        List<String> beside = new ArrayList<>(TUNING);
        beside.add("rehearseRollback");
        if (usual != null && strategy != usual.strategy()) {
            beside.add("strategy");
        }
        beside.stream().filter(form::has).forEach(word -> form.fault(word, "say it in the steps: they are written one by one"));
    }

    /// The catalogue's own steps, and nothing else, with the way back gone on trial.
    private List<Step> rehearsed(List<Step> steps, boolean rehearse) {
        boolean already = steps.stream().anyMatch(step -> step.kind() == StepKind.REHEARSE);
        if (already && form.has("rehearseRollback") && !rehearse) {
            form.fault("rehearseRollback", "the catalogue's own steps rehearse it");
        }
        return rehearse && !already ? Strategies.rehearsing(steps, environment) : steps;
    }

    /// Whether deployer and target can do all of it.
    private boolean possible(String field, String what, List<Step> steps) {
        List<StepKind> lacking = steps.stream()
                .map(Step::kind)
                .distinct()
                .filter(kind -> !FOR_EVERY_TARGET.contains(kind))
                .filter(kind -> !place.deployer().skills().contains(kind) || !place.target().can(kind))
                .toList();
        lacking.forEach(kind -> form.fault(
                field, what + " needs " + kind + ", which " + place.deployer().name() + " cannot"));
        return lacking.isEmpty();
    }

    private void followed(List<Step> steps) {
        Optional<String> stuck = Rollout.stuck(steps, imagined(), FRESH);
        if (stuck.isPresent()) {
            form.fault("steps", "cannot be gone to their end: " + stuck.get());
            return;
        }
        Shape shape = imagined();
        for (Step step : steps) {
            shape = step.after(shape, imagined(), FRESH);
            if (step.kind() == StepKind.BAKE
                    && shape.parts().stream().noneMatch(part -> FRESH.equals(part.digest()) && part.weight() > 0)) {
                form.fault("steps", "bake " + step.name() + ": the new release has no traffic there that could be looked at");
            }
        }
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
}
