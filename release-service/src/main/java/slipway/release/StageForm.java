package slipway.release;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.release.Catalogue.Course;
import slipway.release.analysis.Analysis;
import slipway.release.domain.ByComponent;
import slipway.release.domain.Stage;
import slipway.release.domain.Step;
import slipway.release.domain.StepKind;
import slipway.release.domain.Strategies;
import slipway.release.domain.Strategy;
import slipway.release.domain.VerificationLevel;

/// How one environment gets a release, as the catalogue and plans write it. A plan may leave out whatever the catalogue says, and
/// ask for more, but never for less: whoever plans a release is not who guards the environment.
final class StageForm {

    /// Nobody means to wait longer in one step; 30 days.
    static final long LONGEST_SECONDS = 30L * 24 * 3600;

    /// What the catalogue has to say.
    private static final List<String> NEEDED = List.of("strategy", "backupPlan", "rpoSeconds", "minLevel");

    private static final List<String> OTHERS = List.of("soakSeconds", "pointOfNoReturn");

    private final Form form;
    private final @Nullable Stage usual;

    private StageForm(Form form, @Nullable Stage usual) {
        this.form = form;
        this.usual = usual;
    }

    /// @param strategy of components that have none of their own
    /// @param courses how each component is rolled out, in the order of delivery
    /// @param usual what holds where nothing is said; null: then everything has to be
    static Stage read(
            Form form, String name, Strategy strategy, Map<String, Course> courses, @Nullable Stage usual) {
        return new StageForm(form, usual).stage(name, strategy, courses);
    }

    /// As far as it can be read where nobody knows how it is rolled out: what is needed and not there.
    static void needs(Form form) {
        NEEDED.stream().filter(each -> !form.has(each)).forEach(each -> form.fault(each, "is missing"));
        form.known(OTHERS);
    }

    /// Where each component of an environment is described; of a service that has none, the environment itself.
    static Map<String, Form> components(Form environment, Collection<String> names) {
        if (names.contains(ByComponent.WHOLE)) {
            return Map.of(ByComponent.WHOLE, environment);
        }
        Form components = environment.part("components");
        Map<String, Form> forms = new LinkedHashMap<>();
        names.forEach(name -> forms.put(name, components.part(name)));
        return forms;
    }

    /// @param usual null: then it has to be said
    static Strategy strategy(Form form, @Nullable Strategy usual) {
        if (usual != null && !form.has("strategy")) {
            return usual;
        }
        if (!form.has("strategy")) {
            form.fault("strategy", "is missing");
        }
        return form.word("strategy", Strategy.class, Strategy.UNKNOWN);
    }

    private Stage stage(String name, Strategy strategy, Map<String, Course> courses) {
        Map<String, List<Step>> byComponent = new LinkedHashMap<>();
        SortedMap<String, String> deployers = new TreeMap<>();
        List<Analysis> analyses = new ArrayList<>();
        courses.forEach((component, course) -> {
            byComponent.put(component, course.steps());
            deployers.put(component, course.deployer());
            course.analyses().forEach(each -> analyses.add(each.named(Stage.analysis(component, each.name()))));
        });
        boolean whole = byComponent.containsKey(ByComponent.WHOLE);
        List<Step> steps =
                whole ? byComponent.get(ByComponent.WHOLE) : Strategies.together(byComponent, name);
        return new Stage(
                name,
                String.valueOf(new ByComponent(deployers).text()),
                whole ? courses.get(ByComponent.WHOLE).strategy() : strategy,
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
