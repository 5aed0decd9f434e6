package slipway.release.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The steps that a strategy means, where the catalogue does not write its own.
public final class Strategies {

    /// What is measured when it says so: the slot or flag that has the new release.
    public static final String NEW = "new";

    /// What moves traffic to the new release; the last one gives it all.
    private static final List<StepKind> TRAFFIC = List.of(StepKind.SWITCH, StepKind.WEIGHT, StepKind.CUTOVER);

    private Strategies() {}

    /// What a strategy leaves open.
    ///
    /// @param batch of ROLLING: how many instances at a time
    /// @param weights of CANARY between two slots, and of FEATURE_FLAG: the shares of the traffic before all of it, in percent
    /// @param keepSeconds of BLUE_GREEN and CANARY between slots: how long the old slot is kept, and the new one looked at
    /// @param analysis by which of the environment's analyses it is judged; empty: by its own probe
    /// @param rehearse whether the way back is gone on trial and timed
    public record Tuning(int batch, List<Integer> weights, long keepSeconds, String analysis, boolean rehearse) {}

    /// @param environment its name
    /// @param instances whose content is switched one by one; empty: the target has slots, which share the traffic
    public static List<Step> steps(
            Strategy strategy, String environment, boolean migrates, List<String> instances, Tuning tuning) {
        List<Step> steps = new ArrayList<>();
        if (migrates) {
            steps.add(Step.of(StepKind.MIGRATE, environment));
        }
        switch (strategy) {
            // A target that moves itself is told once.
            case ALL_AT_ONCE ->
                steps.addAll(
                        instances.isEmpty() ? List.of(Step.of(StepKind.SWITCH, environment)) : batches(instances, 1));
            case ROLLING -> steps.addAll(batches(instances, tuning.batch()));
            case CANARY -> steps.addAll(instances.isEmpty() ? shares(tuning) : canary(instances, tuning));
            case BLUE_GREEN -> {
                steps.add(Step.of(StepKind.PREVIEW, NEW));
                steps.add(Step.analyse(NEW, tuning.analysis()));
                steps.add(Step.of(StepKind.CUTOVER, environment));
                steps.add(Step.analyse(NEW, tuning.analysis()));
                steps.addAll(kept(tuning.keepSeconds()));
            }
            case FEATURE_FLAG -> steps.addAll(shares(tuning));
            case UNKNOWN -> throw new IllegalArgumentException("an unknown strategy has no steps");
        }
        steps.add(Step.of(StepKind.VALIDATE, environment));
        return tuning.rehearse() ? rehearsing(steps, environment) : List.copyOf(steps);
    }

    /// The same steps with the way back gone on trial: as soon as the new release has all of the traffic and was judged with it,
    /// and before what ran before is let go.
    public static List<Step> rehearsing(List<Step> steps, String environment) {
        List<Step> all = new ArrayList<>(steps);
        int at = all.size();
        while (at > 0 && !TRAFFIC.contains(all.get(at - 1).kind())) {
            at--;
        }
        while (at < all.size() && all.get(at).kind() == StepKind.ANALYSE) {
            at++;
        }
        all.add(at, Step.of(StepKind.REHEARSE, environment));
        all.add(at + 1, Step.of(StepKind.RETURN, environment));
        return List.copyOf(all);
    }

    /// What is done in an environment for all components: migrations first, then one component after the other; and when all of the
    /// traffic is on the new release, what ran before is let go. At last all of it is looked at.
    ///
    /// @param byComponent the steps of each, in the order in which they are delivered, with a last look at the component
    public static List<Step> together(Map<String, List<Step>> byComponent, String environment) {
        List<Step> migrations = new ArrayList<>();
        List<Step> turns = new ArrayList<>();
        List<Step> ends = new ArrayList<>();
        byComponent.forEach((component, steps) -> steps.subList(0, Math.max(0, steps.size() - 1)).forEach(step -> {
            List<Step> when =
                    switch (step.kind()) {
                        case MIGRATE -> migrations;
                        case RETIRE -> ends;
                        case SWITCH, ANALYSE, VALIDATE, REVERT, PREVIEW, WEIGHT, CUTOVER, PAUSE, BAKE, REHEARSE, RETURN, UNKNOWN -> turns;
                    };
            when.add(step.of(component));
        }));
        List<Step> all = new ArrayList<>(migrations);
        all.addAll(turns);
        all.addAll(ends);
        all.add(Step.of(StepKind.VALIDATE, environment));
        return List.copyOf(all);
    }

    /// One instance, a look at it, and then the others.
    private static List<Step> canary(List<String> instances, Tuning tuning) {
        List<Step> steps = new ArrayList<>(batches(instances, 1));
        steps.add(1, Step.analyse(instances.getFirst(), tuning.analysis()));
        return steps;
    }

    private static List<Step> batches(List<String> instances, int size) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < instances.size(); i += size) {
            steps.add(Step.switching(List.copyOf(instances.subList(i, Math.min(i + size, instances.size())))));
        }
        return steps;
    }

    private static List<Step> shares(Tuning tuning) {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of(StepKind.PREVIEW, NEW));
        for (int weight : tuning.weights()) {
            steps.add(Step.weight(weight));
            steps.add(Step.analyse(NEW, tuning.analysis()));
        }
        steps.add(Step.weight(Shape.ALL));
        steps.addAll(kept(tuning.keepSeconds()));
        return steps;
    }

    private static List<Step> kept(long seconds) {
        Step retire = Step.of(StepKind.RETIRE, "old");
        return seconds == 0 ? List.of(retire) : List.of(Step.lasting(StepKind.BAKE, seconds), retire);
    }
}
