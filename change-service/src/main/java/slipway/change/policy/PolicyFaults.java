package slipway.change.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import slipway.change.policy.PolicyText.Effect;
import slipway.change.policy.PolicyText.StageText;

/// What is wrong with the frame of a policy; what is wrong within its conditions, [Language] finds.
final class PolicyFaults {

    /// Beyond this nobody understands who has to approve, and the tally looks at every subset.
    static final int MOST_STAGES = 8;

    private PolicyFaults() {}

    static List<String> of(PolicyText text) {
        List<String> faults = new ArrayList<>();
        if (text.name().isBlank()) {
            faults.add("name: is missing");
        }
        if (text.version().isBlank()) {
            faults.add("version: is missing");
        }
        if (text.rules().isEmpty()) {
            faults.add("rules: is missing; name at least one");
        }
        if (text.stages().size() > MOST_STAGES) {
            faults.add("stages: at most " + MOST_STAGES + ", not " + text.stages().size());
        }
        Set<String> stages =
                text.stages().stream().map(StageText::name).collect(Collectors.toSet());
        twice("rule", text.rules().stream().map(PolicyText.Rule::name).toList(), faults);
        twice("stage", text.stages().stream().map(StageText::name).toList(), faults);
        Set<String> used = new HashSet<>();
        for (PolicyText.Rule rule : text.rules()) {
            if (rule.effect() instanceof Effect.Require(var names)) {
                used.addAll(names);
                names.stream()
                        .filter(name -> !stages.contains(name))
                        .forEach(name -> faults.add("rule " + rule.name() + ": there is no stage '" + name + "'"));
                if (names.isEmpty()) {
                    faults.add("rule " + rule.name() + ": requires no stage");
                }
            }
        }
        for (StageText stage : text.stages()) {
            String where = "stage " + stage.name();
            if (!used.contains(stage.name())) {
                faults.add(where + ": no rule requires it");
            }
            stage(where, stage, faults);
        }
        return faults;
    }

    private static void stage(String where, StageText stage, List<String> faults) {
        if (stage.atLeast() < 1) {
            faults.add(where + ", atLeast: must be 1 or more, not " + stage.atLeast());
        }
        PolicyText.Share share = stage.share();
        if (share != null && (share.part() < 1 || share.whole() < 1 || share.part() > share.whole())) {
            faults.add(where + ", share: must be a part of a whole, as 2/3, not " + share.part() + "/" + share.whole());
        }
        if (!stage.waits().isPositive()) {
            faults.add(where + ", waits: must be longer than nothing");
        }
        if (stage.escalation() != null && !stage.escalationWaits().isPositive()) {
            faults.add(where + ", escalationWaits: must be longer than nothing");
        }
    }

    private static void twice(String what, List<String> names, List<String> faults) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isBlank()) {
                faults.add(what + ": one has no name");
            } else if (!seen.add(name)) {
                faults.add(what + " " + name + ": is there twice");
            }
        }
    }
}
