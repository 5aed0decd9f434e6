package slipway.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import slipway.http.Form;
import slipway.release.analysis.Analysis;
import slipway.release.domain.Shape;
import slipway.release.domain.Step;
import slipway.release.domain.StepKind;
import slipway.release.domain.Strategies;

/// Steps that somebody writes one by one, in the words of Argo Rollouts where it has one: `- {setWeight: 10}`,
/// `- {pause: {seconds: 60}}`. A migration comes first, and the last look at everything comes last, whether they are written or not.
final class StepsForm {

    private static final int MOST = 200;

    private final Form environment;
    private final String name;
    private final List<String> instances;
    private final List<Analysis> analyses;
    private int switched;

    private StepsForm(Form environment, String name, List<String> instances, List<Analysis> analyses) {
        this.environment = environment;
        this.name = name;
        this.instances = instances;
        this.analyses = analyses;
    }

    /// @param instances of a target that switches them one by one; empty: it has slots, or moves itself
    /// @return empty: none could be read
    static List<Step> read(
            Form environment, String name, boolean migrates, List<String> instances, List<Analysis> analyses) {
        return new StepsForm(environment, name, instances, analyses).steps(migrates);
    }

    private List<Step> steps(boolean migrates) {
        List<Step> steps = new ArrayList<>();
        List<Form> forms = environment.parts("steps");
        if (forms.size() > MOST) {
            environment.fault("steps", forms.size() + " of them; at most " + MOST);
            return List.of();
        }
        if (forms.isEmpty()) {
            environment.fault("steps", "none; leave the word out for those of the strategy or the catalogue");
        }
        for (int i = 0; i < forms.size(); i++) {
            Form form = forms.get(i);
            Map<String, BiFunction<Form, String, Step>> words = words();
            List<String> written = words.keySet().stream().filter(form::has).toList();
            if (written.size() == 1) {
                steps.add(words.get(written.getFirst()).apply(form, written.getFirst()));
            } else {
                environment.fault("steps[" + i + "]", "one word of " + words.keySet() + " is needed, and there is " + written);
            }
        }
        if (steps.isEmpty()) {
            return List.of();
        }
        if (migrates && steps.stream().noneMatch(step -> step.kind() == StepKind.MIGRATE)) {
            steps.addFirst(Step.of(StepKind.MIGRATE, name));
        }
        if (steps.getLast().kind() != StepKind.VALIDATE) {
            steps.add(Step.of(StepKind.VALIDATE, name));
        }
        return withReturns(steps);
    }

    private Map<String, BiFunction<Form, String, Step>> words() {
        Map<String, BiFunction<Form, String, Step>> words = new LinkedHashMap<>();
        words.put("migrate", (form, word) -> plain(form, word, Step.of(StepKind.MIGRATE, name)));
        words.put("switch", (form, word) -> plain(form, word, Step.of(StepKind.SWITCH, name)));
        words.put("preview", (form, word) -> plain(form, word, Step.of(StepKind.PREVIEW, Strategies.NEW)));
        words.put("setWeight", this::weight);
        words.put("setInstances", this::some);
        words.put("cutover", (form, word) -> plain(form, word, Step.of(StepKind.CUTOVER, name)));
        words.put("pause", (form, word) -> Step.lasting(StepKind.PAUSE, seconds(form.part(word), 0)));
        words.put("analysis", this::analysis);
        words.put("bake", (form, word) -> Step.lasting(StepKind.BAKE, seconds(form.part(word), 1)));
        words.put("rehearseRollback", (form, word) -> plain(form, word, Step.of(StepKind.REHEARSE, name)));
        words.put("retire", (form, word) -> plain(form, word, Step.of(StepKind.RETIRE, "old")));
        words.put("validate", (form, word) -> plain(form, word, Step.of(StepKind.VALIDATE, name)));
        return words;
    }

    private static Step plain(Form form, String word, Step step) {
        if (!form.flag(word)) {
            form.fault(word, "write true, or leave the step out");
        }
        return step;
    }

    private Step weight(Form form, String word) {
        long percent = form.number(word);
        if (percent < 1 || percent > Shape.ALL) {
            form.fault(word, "a percentage from 1 to 100 is needed");
        }
        return Step.weight((int) Math.clamp(percent, 1, Shape.ALL));
    }

    /// So many of the instances run the new release from then on.
    private Step some(Form form, String word) {
        int count = form.smallNumber(word);
        if (count <= switched || count > instances.size()) {
            form.fault(
                    word,
                    count + " of " + instances.size() + " instances, where " + switched + " have it already: a number between is needed");
            return Step.of(StepKind.SWITCH, name);
        }
        Step step = Step.switching(List.copyOf(instances.subList(switched, count)));
        switched = count;
        return step;
    }

    private Step analysis(Form form, String word) {
        String chosen = form.text(word);
        if (analyses.stream().noneMatch(each -> each.name().equals(chosen))) {
            form.fault(
                    word,
                    "there is no '" + chosen + "'; known are "
                            + analyses.stream().map(Analysis::name).toList());
        }
        return Step.analyse(instances.isEmpty() ? Strategies.NEW : instances.getFirst(), chosen);
    }

    private static long seconds(Form form, long least) {
        long seconds = form.number("seconds");
        if (seconds < least || form.has("seconds") && seconds < 1 || seconds > StageForm.LONGEST_SECONDS) {
            form.fault("seconds", "a number from 1 to " + StageForm.LONGEST_SECONDS + " (30 days) is needed");
        }
        return Math.clamp(seconds, 0, StageForm.LONGEST_SECONDS);
    }

    /// Whoever goes back on trial goes forward again.
    private List<Step> withReturns(List<Step> steps) {
        List<Step> all = new ArrayList<>();
        for (Step step : steps) {
            all.add(step);
            if (step.kind() == StepKind.REHEARSE) {
                all.add(Step.of(StepKind.RETURN, name));
            }
        }
        return List.copyOf(all);
    }
}
