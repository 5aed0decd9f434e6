package slipway.change.hindsight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ApprovalStage;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.PolicyResult;

/// What a policy said, or says.
///
/// @param reasons of a denial
/// @param unfillable stages that people could not fill: such a request is refused
public record Side(
        PolicyResult answer, List<String> rules, List<StageSeen> stages, List<String> reasons, List<String> unfillable) {

    /// A stage; all but its name is null when the people of that time were not recorded.
    public record StageSeen(
            String name,
            @Nullable List<String> eligible,
            @Nullable Integer quorum,
            @Nullable List<String> vetoers) {

        static StageSeen of(ApprovalStage stage) {
            return new StageSeen(stage.name(), stage.eligible(), stage.quorum(), stage.vetoers());
        }
    }

    static Side recorded(PolicyEvaluated told) {
        return new Side(
                told.answer(),
                told.matchedRules(),
                told.requiredStages().stream().map(StageSeen::of).toList(),
                List.of(),
                List.of());
    }

    /// Whether the request would not have been let in.
    boolean stops() {
        return answer == PolicyResult.DENIED || !unfillable.isEmpty();
    }

    /// Empty when who votes in one of them is not known.
    Optional<List<ApprovalStage>> known() {
        List<ApprovalStage> known = new ArrayList<>();
        for (StageSeen stage : stages) {
            if (stage.eligible() == null || stage.quorum() == null || stage.vetoers() == null) {
                return Optional.empty();
            }
            known.add(new ApprovalStage(stage.name(), stage.eligible(), stage.quorum(), stage.vetoers()));
        }
        return Optional.of(known);
    }
}
