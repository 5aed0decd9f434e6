package slipway.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/// How one environment gets a release, as the catalogue and plans write it. A plan may leave out whatever the catalogue says, and
/// ask for more, but never for less: whoever plans a release is not who guards the environment.
final class StageForm {

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

    /// Nobody means to wait longer in one step; 30 days.
    static final long LONGEST_SECONDS = 30L * 24 * 3600;

    /// What belongs to a strategy, and says nothing without it.
    private static final List<String> TUNING = List.of("batch", "weights", "keepSeconds", "analysis");

    /// What the catalogue has to say.
    private static final List<String> NEEDED = List.of("strategy", "backupPlan", "rpoSeconds", "minLevel");

    private static final List<String> OTHERS =
            List.of("steps", "soakSeconds", "pointOfNoReturn", "analyses", "rehearseRollback");

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

    /// As far as it can be read with no deployer to read it for: what is needed and not there.
    static void needs(Form form) {
        NEEDED.stream().filter(each -> !form.has(each)).forEach(each -> form.fault(each, "is missing"));
        form.known(TUNING);
        form.known(OTHERS);
    }

    private Stage stage() {
        List<Analysis> analyses = analyses();
        Strategy strategy = strategy();
        List<Step> steps = steps(strategy, analyses);
        return new Stage(
                name,
                place.deployer().name(),
                strategy,
                steps,
                soak(),
                backupPlan(),
                rpo(),
                level(),
                noReturn(steps),
                analyses);
    }

    private String backupPlan() {
        if (usual != null && !form.has("backupPlan")) {
            return usual.backupPlan();
        }
        String plan = CatalogueFile.needed(form, "backupPlan");
        if (usual != null && !plan.equals(usual.backupPlan())) {
            form.fault("backupPlan", "the catalogue has " + usual.backupPlan() + ", and another would cover something else");
        }
        return plan;
    }

    private long rpo() {
        if (usual != null && !form.has("rpoSeconds")) {
            return usual.rpoSeconds();
        }
        long rpo = CatalogueFile.atLeast(form, "rpoSeconds", 1, form::number);
        if (usual != null && rpo > usual.rpoSeconds()) {
            form.fault("rpoSeconds", rpo + " is more than the catalogue allows to be lost: " + usual.rpoSeconds());
        }
        return rpo;
    }

    private long soak() {
        if (usual != null && !form.has("soakSeconds")) {
            return usual.soakSeconds();
        }
        long soak = form.number("soakSeconds");
        if (soak < 0 || soak > LONGEST_SECONDS) {
            form.fault("soakSeconds", "a number from 0 to " + LONGEST_SECONDS + " (30 days) is needed");
        } else if (usual != null && soak < usual.soakSeconds()) {
            form.fault("soakSeconds", soak + " is less than the catalogue asks for: " + usual.soakSeconds());
        }
        return Math.clamp(soak, 0, LONGEST_SECONDS);
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

    /// Whether the plan goes by another deployer than the catalogue's strategy and steps were tuned for.
    private boolean switched() {
        return usual != null && !usual.deployer().equals(place.deployer().name());
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
            List<Step> written = StepsForm.read(form, name, migrates, parts, analyses);
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
        List<Step> steps = Strategies.steps(strategy, name, migrates, parts, tuning);
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
        if (keep < 0 || keep > LONGEST_SECONDS) {
            form.fault("keepSeconds", "a number from 0 to " + LONGEST_SECONDS + " (30 days) is needed");
        }
        return new Strategies.Tuning(
                batch, weights, Math.clamp(keep, 0, LONGEST_SECONDS), form.text("analysis"), form.flag("rehearseRollback"));
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
        return rehearse && !already ? Strategies.rehearsing(steps, name) : steps;
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

    /// The kind of step after which there is no way back.
    private @Nullable StepKind noReturn(List<Step> steps) {
        if (usual != null && !form.has("pointOfNoReturn")) {
            StepKind guarded = usual.noReturnAfter();
            if (guarded != null && !steps.isEmpty() && steps.stream().noneMatch(step -> step.kind() == guarded)) {
                form.fault(
                        form.has("steps") ? "steps" : "strategy",
                        "there is no step " + guarded + ", which is the catalogue's point of no return");
            }
            return guarded;
        }
        StepKind kind = form.word("pointOfNoReturn", StepKind.class, StepKind.UNKNOWN);
        if (kind != StepKind.UNKNOWN && steps.stream().noneMatch(step -> step.kind() == kind)) {
            form.fault("pointOfNoReturn", "there is no step " + kind + " here");
        }
        return kind == StepKind.UNKNOWN ? null : kind;
    }
}
