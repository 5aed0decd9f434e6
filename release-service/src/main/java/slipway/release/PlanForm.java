package slipway.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.http.Refusal;
import slipway.release.Catalogue.Course;
import slipway.release.Catalogue.Delivery;
import slipway.release.Catalogue.Environment;
import slipway.release.Catalogue.Site;
import slipway.release.Catalogue.Workshop;
import slipway.release.domain.CarriedChange;
import slipway.release.domain.Component;
import slipway.release.domain.Making;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.release.domain.Stage;

/// A plan that people write: several changes in one release, and for each environment what is to be other than in the catalogue.
/// Every fault is named at once.
final class PlanForm {

    private static final List<String> DEPENDENT = List.of("environments", "build", "tests", "commits");

    /// Nobody reads a release of more.
    private static final int MOST_CHANGES = 100;

    private enum Rollback {
        CODE,
        CODE_AND_DATA,
        UNKNOWN
    }

    private final Form form;
    private final Catalogue catalogue;
    private final Function<String, Own> scheduled;

    /// What there is of a change to write a plan for.
    sealed interface Own {

        /// @param plan that it has of its own, as it is scheduled
        record Plan(ReleasePlanned plan) implements Own {}

        record None(String why) implements Own {}
    }

    private PlanForm(Form form, Catalogue catalogue, Function<String, Own> scheduled) {
        this.form = form;
        this.catalogue = catalogue;
        this.scheduled = scheduled;
    }

    /// @param scheduled what a change has of its own
    /// @throws Refusal 422, with every fault
    static ReleasePlanned read(Form form, Catalogue catalogue, Function<String, Own> scheduled) {
        Optional<ReleasePlanned> plan = new PlanForm(form, catalogue, scheduled).plan();
        if (plan.isEmpty()) {
            // What these mean depends on the changes; whether there are such words does not.
            form.known(DEPENDENT);
            throw Refusal.unacceptable(form.faults());
        }
        List<String> faults = form.faults();
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        return plan.get();
    }

    private Optional<ReleasePlanned> plan() {
        Map<String, ReleasePlanned> own = own();
        Rollback rollback = form.word("rollback", Rollback.class, Rollback.UNKNOWN);
        Catalogue.Start start = form.word("start", Catalogue.Start.class, Catalogue.Start.UNKNOWN);
        List<Form> components = form.parts("components");
        if (own.isEmpty()) {
            components.forEach(ComponentsForm::known);
            return Optional.empty();
        }
        ReleasePlanned first = own.values().iterator().next();
        List<CarriedChange> changes = new ArrayList<>();
        own.forEach((id, each) -> changes.addAll(each.changes().stream()
                .filter(change -> change.changeId().equals(id))
                .toList()));
        same(own, "service", ReleasePlanned::service);
        same(own, "version", each -> each.components().getFirst().version());
        same(own, "environments", ReleasePlanned::environments);
        if (first.components().size() == 1) {
            same(own, "pinned digest", ReleasePlanned::pinnedDigest);
        }
        ReleasePlanned together = first.withChanges(changes);
        if (!together.window().notBefore().isBefore(together.window().notAfter())) {
            form.fault("changes", "their windows have nothing in common");
        }
        if (rollback == Rollback.CODE_AND_DATA && !together.restoreDataOnRollback()) {
            form.fault("rollback", "not every change was approved with data that go back");
        }
        List<Stage> stages = stages(first);
        List<Component> pinned = ComponentsForm.read(components, first, catalogue, stages);
        Making making = making(first);
        return Optional.of(new ReleasePlanned(
                together.changeIds(),
                first.service(),
                pinned,
                first.environments(),
                stages.isEmpty() ? first.strategy() : stages.getLast().strategy(),
                together.planDigest(),
                together.window(),
                pinned.size() == 1 ? pinned.getFirst().digest() : together.pinnedDigest(),
                together.restoreDataOnRollback() && rollback != Rollback.CODE,
                together.requester(),
                together.implementer(),
                together.approvers(),
                stages,
                changes,
                making,
                true,
                start != Catalogue.Start.AUTOMATIC));
    }

    /// The plans that its changes have of their own, in the order in which the plan names them.
    private Map<String, ReleasePlanned> own() {
        Map<String, ReleasePlanned> own = new LinkedHashMap<>();
        List<String> ids = form.texts("changes");
        if (ids.isEmpty()) {
            form.fault("changes", "is missing: the ids of scheduled changes");
        }
        if (ids.size() > MOST_CHANGES) {
            form.fault("changes", "there are " + ids.size() + ", more than the " + MOST_CHANGES + " that a release may carry");
            return own;
        }
        Set<String> seen = new LinkedHashSet<>();
        for (String id : ids) {
            if (!seen.add(id)) {
                form.fault("changes", id + " is there twice");
            } else {
                switch (scheduled.apply(id)) {
                    case Own.Plan(var plan) -> own.put(id, plan);
                    case Own.None(var why) -> form.fault("changes", why);
                }
            }
        }
        return own;
    }

    private void same(Map<String, ReleasePlanned> own, String what, Function<ReleasePlanned, @Nullable Object> of) {
        Set<String> different = new LinkedHashSet<>();
        own.forEach((_, plan) -> different.add(String.valueOf(of.apply(plan))));
        if (different.size() > 1) {
            form.fault("changes", "they do not have the same " + what + ": " + String.join(" and ", different));
        }
    }

    /// Those that the plan writes, and the others as the catalogue has them.
    private List<Stage> stages(ReleasePlanned plan) {
        Map<String, Stage> written = new LinkedHashMap<>();
        for (Form each : form.parts("environments")) {
            String name = CatalogueFile.needed(each, "name");
            Optional<Environment> environment = catalogue.environment(plan.service(), name);
            if (!plan.environments().contains(name) || environment.isEmpty()) {
                each.fault("name", "'" + name + "' is not among the approved environments " + plan.environments());
                continue;
            }
            Stage usual = environment.get().stage();
            Stage stage = StageForm.read(each, name, usual.strategy(), courses(each, environment.get()), usual);
            if (written.put(name, stage) != null) {
                each.fault("name", name + " is there twice");
            }
        }
        List<String> inOrder =
                plan.environments().stream().filter(written::containsKey).toList();
        if (!List.copyOf(written.keySet()).equals(inOrder)) {
            form.fault("environments", "are approved in the order " + plan.environments());
        }
        List<Stage> stages = new ArrayList<>();
        for (String name : plan.environments()) {
            Optional<Stage> usual = catalogue.environment(plan.service(), name).map(Environment::stage);
            if (written.containsKey(name)) {
                stages.add(written.get(name));
            } else if (usual.isPresent()) {
                stages.add(usual.get());
            } else {
                form.fault("changes", name + " of " + plan.service() + " is not in the delivery catalogue");
            }
        }
        return stages;
    }

    /// How each component is rolled out there, by the deployer that is chosen for it.
    private static Map<String, Course> courses(Form form, Environment environment) {
        Map<String, Course> courses = new LinkedHashMap<>();
        Map<String, Form> forms = StageForm.components(
                form, environment.sites().stream().map(Site::component).toList());
        for (Site usual : environment.sites()) {
            Form at = forms.get(usual.component());
            String chosen = at.optionalText("deployer");
            Optional<Site> by = chosen == null ? Optional.of(usual) : usual.by(chosen);
            if (by.isEmpty()) {
                at.fault(
                        "deployer",
                        environment.name() + " is delivered by one of " + usual.deployers() + ", not by '" + chosen + "'");
            }
            Course course = usual.course();
            courses.put(
                    usual.component(),
                    CourseForm.read(at, environment.name(), by.orElse(usual).place(), course, course.strategy()));
        }
        return courses;
    }

    private @Nullable Making making(ReleasePlanned plan) {
        Workshop workshop =
                catalogue.service(plan.service()).map(Delivery::workshop).orElse(null);
        boolean asked = form.has("build") || form.has("tests") || form.has("commits");
        if (workshop == null) {
            if (asked) {
                form.fault("build", "the catalogue has no workshop for " + plan.service());
            }
            return null;
        }
        Making usual = workshop.making();
        Making written = MakingForm.read(form, workshop.programs(), usual.tests(), plan.components().size() > 1);
        return new Making(
                written.build() == null ? usual.build() : written.build(),
                written.build() == null ? usual.output() : written.output(),
                written.tests(),
                written.commits() == null ? usual.commits() : written.commits());
    }
}
