package slipway.release.domain;

import java.util.List;

/// One step of a rollout, as the plan has it.
///
/// @param name for people: the instance, the slot, the environment, or what is measured
/// @param parts which of the environment's parts it moves; empty where that follows from its kind, and of a SWITCH: all
/// @param weight of [StepKind#WEIGHT], in percent of the traffic; 0 otherwise
/// @param seconds how long a PAUSE or BAKE takes; 0: a PAUSE that a person ends
/// @param analysis of ANALYSE: by which of the component's analyses; empty: by its own probe
/// @param component which component it moves or looks at; [ByComponent#WHOLE]: all that there is
public record Step(
        StepKind kind, String name, List<String> parts, int weight, long seconds, String analysis, String component) {

    /// A step that says all by its kind and name.
    public static Step of(StepKind kind, String name) {
        return new Step(kind, name, List.of(), 0, 0, "", ByComponent.WHOLE);
    }

    /// Measured and judged.
    public static Step analyse(String name, String analysis) {
        return new Step(StepKind.ANALYSE, name, List.of(), 0, 0, analysis, ByComponent.WHOLE);
    }

    /// These instances run the new release.
    public static Step switching(List<String> parts) {
        return new Step(StepKind.SWITCH, String.join(", ", parts), parts, 0, 0, "", ByComponent.WHOLE);
    }

    public static Step weight(int percent) {
        return new Step(StepKind.WEIGHT, percent + " %", List.of(), percent, 0, "", ByComponent.WHOLE);
    }

    public static Step lasting(StepKind kind, long seconds) {
        return new Step(kind, seconds == 0 ? "until somebody goes on" : seconds + " s", List.of(), 0, seconds, "", ByComponent.WHOLE);
    }

    /// The same of one component.
    public Step of(String component) {
        return new Step(kind, name, parts, weight, seconds, analysis, component);
    }

    /// For people, also where several components have such a step.
    public String title() {
        return component.isEmpty() ? name : component + ": " + name;
    }

    /// What the environment has to look like after this step; the same as before where a step only looks or waits.
    ///
    /// @param original what the environment looked like before the first step
    /// @param release digest of what is being released
    /// @throws IllegalArgumentException when there is no part that it could move
    public Shape after(Shape before, Shape original, String release) {
        ByComponent digests = ByComponent.read(release);
        if (!component.isEmpty() && digests.of(component).isEmpty()) {
            throw new IllegalArgumentException("the release has no " + component + ": " + release);
        }
        // What only looks may look at all of them, and needs no digest of one.
        String digest = digests.of(component).orElse(release);
        return before.with(component, moved(before.of(component), original.of(component), digest));
    }

    private Shape moved(Shape before, Shape original, String digest) {
        return switch (kind) {
            case SWITCH -> before.with(switched(before, digest));
            case PREVIEW -> before.with(List.of(new Shape.Part(idle(before).name(), digest, 0)));
            case WEIGHT -> weighted(before, digest, weight);
            case CUTOVER -> weighted(before, digest, Shape.ALL);
            case RETIRE ->
                before.with(before.parts().stream()
                        .filter(part -> !digest.equals(part.digest()))
                        .map(part -> new Shape.Part(part.name(), null, 0))
                        .toList());
            case REHEARSE -> original;
            case RETURN -> forward(before, digest);
            case MIGRATE, ANALYSE, VALIDATE, REVERT, PAUSE, BAKE, UNKNOWN -> before;
        };
    }

    private List<Shape.Part> switched(Shape before, String digest) {
        List<String> moving = parts.isEmpty()
                ? before.parts().stream().map(Shape.Part::name).toList()
                : parts;
        return moving.stream()
                .map(name -> before.part(name)
                        .orElseThrow(() -> new IllegalArgumentException("there is no " + name + " in " + before)))
                // What runs alone has all of the traffic, also where nothing ran before.
                .map(part -> new Shape.Part(part.name(), digest, before.parts().size() == 1 ? Shape.ALL : part.weight()))
                .toList();
    }

    /// All of the traffic at once: to the idle slot, or everywhere.
    private static Shape forward(Shape before, String digest) {
        return before.parts().stream().anyMatch(part -> part.weight() == 0)
                ? weighted(before.with(List.of(new Shape.Part(idle(before).name(), digest, 0))), digest, Shape.ALL)
                : new Shape(before.parts().stream()
                        .map(part -> new Shape.Part(part.name(), digest, part.weight()))
                        .toList());
    }

    /// The slot that nobody comes to.
    private static Shape.Part idle(Shape before) {
        return before.parts().stream()
                .filter(part -> part.weight() == 0)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no slot is idle: " + before));
    }

    private static Shape weighted(Shape before, String digest, int percent) {
        List<Shape.Part> fresh = before.parts().stream()
                .filter(part -> digest.equals(part.digest()))
                .toList();
        List<Shape.Part> old = before.parts().stream()
                .filter(part -> !digest.equals(part.digest()))
                .toList();
        if (fresh.size() != 1 || old.size() != 1) {
            throw new IllegalArgumentException("traffic is shared between an old and a new slot, and there is " + before);
        }
        return Shape.of(
                new Shape.Part(fresh.getFirst().name(), digest, percent),
                new Shape.Part(old.getFirst().name(), old.getFirst().digest(), Shape.ALL - percent));
    }
}
