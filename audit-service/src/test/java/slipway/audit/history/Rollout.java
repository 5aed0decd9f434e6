package slipway.audit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import slipway.events.PlannedStep;
import slipway.events.ShapePart;
import slipway.events.Stage;
import slipway.events.StepKind;
import slipway.events.Strategy;
import slipway.events.VerificationLevel;

/// How an environment gets a release: the steps of its strategy, and what the environment looks like after each.
final class Rollout {

    static final List<String> BLUE_GREEN_SLOTS = List.of("blue", "green");

    private static final String PROD = "prod";
    private static final long RPO_SECONDS = 3600;
    private static final long SOAK_SECONDS = 300;
    private static final long KEPT_SECONDS = 180;
    private static final int INSTANCES = 4;

    private Rollout() {}

    static Stage stage(Company.Service service, String environment, boolean migrates, int tier) {
        boolean prod = environment.equals(PROD);
        Strategy strategy = prod ? service.strategy() : Strategy.ALL_AT_ONCE;
        return new Stage(
                environment,
                "command",
                strategy,
                steps(strategy, environment, migrates),
                prod ? 0 : SOAK_SECONDS,
                service.name() + "-" + environment,
                RPO_SECONDS,
                prod ? tier == 1 ? VerificationLevel.V5 : VerificationLevel.V4 : VerificationLevel.V2,
                null,
                List.of(Canary.analysis()));
    }

    private static List<PlannedStep> steps(Strategy strategy, String environment, boolean migrates) {
        List<String> instances = instances(strategy, environment);
        List<PlannedStep> steps = new ArrayList<>();
        if (migrates) {
            steps.add(step(StepKind.MIGRATE, environment, List.of(), 0));
        }
        switch (strategy) {
            case ALL_AT_ONCE -> instances.forEach(each -> steps.add(switching(List.of(each))));
            case ROLLING -> {
                steps.add(switching(instances.subList(0, INSTANCES / 2)));
                steps.add(switching(instances.subList(INSTANCES / 2, INSTANCES)));
            }
            case CANARY -> {
                instances.forEach(each -> steps.add(switching(List.of(each))));
                steps.add(migrates ? 2 : 1, step(StepKind.ANALYSE, instances.getFirst(), List.of(), 0));
            }
            case BLUE_GREEN -> {
                steps.add(step(StepKind.PREVIEW, "new", List.of(), 0));
                steps.add(step(StepKind.ANALYSE, "new", List.of(), 0));
                steps.add(step(StepKind.CUTOVER, environment, List.of(), 0));
                steps.add(step(StepKind.ANALYSE, "new", List.of(), 0));
                steps.add(step(StepKind.BAKE, KEPT_SECONDS + " s", List.of(), KEPT_SECONDS));
                steps.add(step(StepKind.RETIRE, "old", List.of(), 0));
            }
            case FEATURE_FLAG, UNKNOWN -> throw new IllegalArgumentException("no service is delivered by " + strategy);
        }
        steps.add(step(StepKind.VALIDATE, environment, List.of(), 0));
        return List.copyOf(steps);
    }

    private static PlannedStep step(StepKind kind, String name, List<String> parts, long seconds) {
        return new PlannedStep(kind, name, parts, 0, seconds, "", "");
    }

    private static PlannedStep switching(List<String> parts) {
        return step(StepKind.SWITCH, String.join(", ", parts), parts, 0);
    }

    private static List<String> instances(Strategy strategy, String environment) {
        return switch (strategy) {
            case ALL_AT_ONCE -> List.of(environment + "-1");
            case ROLLING, CANARY ->
                Stream.iterate(1, number -> number <= INSTANCES, number -> number + 1)
                        .map(number -> environment + "-" + number)
                        .toList();
            case BLUE_GREEN -> BLUE_GREEN_SLOTS;
            case FEATURE_FLAG, UNKNOWN -> List.of();
        };
    }

    /// What runs before it, when one digest has all of the traffic.
    static List<ShapePart> before(Stage stage, String digest) {
        List<String> instances = instances(stage.getStrategy(), stage.getEnvironment());
        if (stage.getStrategy() == Strategy.BLUE_GREEN) {
            return List.of(new ShapePart(instances.getFirst(), digest, 100), new ShapePart(instances.getLast(), null, 0));
        }
        return instances.stream().map(each -> new ShapePart(each, digest, 100 / instances.size())).toList();
    }

    static List<ShapePart> after(PlannedStep step, List<ShapePart> before, String digest) {
        return switch (step.getKind()) {
            case SWITCH ->
                before.stream()
                        .map(part -> step.getParts().contains(part.getName()) ? new ShapePart(part.getName(), digest, part.getWeight()) : part)
                        .toList();
            case PREVIEW ->
                before.stream().map(part -> part.getWeight() == 0 ? new ShapePart(part.getName(), digest, 0) : part).toList();
            case CUTOVER ->
                before.stream()
                        .map(part -> new ShapePart(part.getName(), part.getDigest(), digest.equals(part.getDigest()) ? 100 : 0))
                        .toList();
            case RETIRE ->
                before.stream().map(part -> digest.equals(part.getDigest()) ? part : new ShapePart(part.getName(), null, 0)).toList();
            case MIGRATE, ANALYSE, VALIDATE, REVERT, WEIGHT, PAUSE, BAKE, REHEARSE, RETURN, UNKNOWN -> before;
        };
    }

    static int seconds(PlannedStep step, Dice dice) {
        return switch (step.getKind()) {
            case MIGRATE -> dice.between(10, 60);
            case BAKE -> (int) step.getSeconds();
            case SWITCH, PREVIEW -> dice.between(10, 40);
            case VALIDATE, CUTOVER, RETIRE -> dice.between(2, 15);
            case ANALYSE, REVERT, WEIGHT, PAUSE, REHEARSE, RETURN, UNKNOWN -> dice.between(2, 5);
        };
    }
}
