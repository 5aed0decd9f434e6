package slipway.change.hindsight;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ApprovalStage;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.PolicyResult;
import slipway.change.domain.Reperformance;
import slipway.change.policy.Answer;
import slipway.change.policy.Policy;
import slipway.change.policy.Reperformed;

/// One evaluation by another policy than the one it was made by.
sealed interface Comparison {

    /// The same answer, and the same people in the same stages.
    record Same() implements Comparison {}

    record Different(Side after) implements Comparison {}

    /// @param missing what was not recorded, and the answer depends on
    record Undecidable(Set<String> missing) implements Comparison {}

    /// @param again what the candidate says
    /// @param then the policy that decided; null: its text is not known
    static Comparison of(PolicyEvaluated told, Reperformed again, Policy candidate, @Nullable Policy then) {
        return switch (again) {
            case Reperformed.Undecidable(var missing) -> new Undecidable(missing);
            case Reperformed.Answered(var answer) -> answered(told, answer);
            case Reperformed.Partly(var matched, var names, var missing) -> {
                List<Side.StageSeen> stages = names.stream()
                        .map(name -> told.requiredStages().stream()
                                .filter(stage -> stage.name().equals(name))
                                .filter(_ -> then != null && candidate.asksAlike(name, then))
                                .findFirst()
                                .map(Side.StageSeen::of)
                                .orElseGet(() -> new Side.StageSeen(name, null, null, null)))
                        .toList();
                Set<String> before = new HashSet<>();
                told.requiredStages().forEach(stage -> before.add(stage.name()));
                boolean others = told.answer() != PolicyResult.APPROVAL_REQUIRED || !before.equals(Set.copyOf(names));
                Side after = new Side(PolicyResult.APPROVAL_REQUIRED, matched, stages, List.of(), List.of());
                if (others) {
                    yield new Different(after);
                }
                yield after.known().isPresent() ? new Same() : new Undecidable(missing);
            }
        };
    }

    private static Comparison answered(PolicyEvaluated told, Answer answer) {
        PolicyResult result = Reperformance.result(answer);
        List<ApprovalStage> stages = Reperformance.stages(answer);
        if (result == told.answer() && Set.copyOf(stages).equals(Set.copyOf(told.requiredStages()))) {
            return new Same();
        }
        List<String> reasons =
                switch (answer) {
                    case Answer.Denied(_, var denials) -> denials;
                    case Answer.None _ -> List.of("no rule matches");
                    case Answer.Automatic _, Answer.Approval _ -> List.of();
                };
        return new Different(new Side(
                result,
                answer.matched(),
                stages.stream().map(Side.StageSeen::of).toList(),
                reasons,
                Reperformance.unfillable(stages)));
    }
}
