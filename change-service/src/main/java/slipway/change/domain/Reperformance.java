package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.ChangeEvent.RiskAssessed;
import slipway.change.policy.Answer;
import slipway.change.policy.Electorate;
import slipway.change.policy.Inputs;
import slipway.change.policy.Policy;
import slipway.change.policy.Reperformed;
import slipway.change.policy.Stage;
import slipway.change.policy.Tally;

/// Decisions of the past, made again from what was recorded, by the same code that made them.
public final class Reperformance {

    private Reperformance() {}

    /// What this policy, the one of then or another, says to what was asked then.
    ///
    /// @param people everybody with their groups at that time: those of the [InventoryEvent.InventoryChanged] whose version the
    ///     [ImpactAssessed] before it names; null: not recorded
    public static Reperformed policy(Policy policy, PolicyEvaluated told, @Nullable Electorate people) {
        return Reperformed.of(policy, Inputs.read(told.inputs()), people);
    }

    /// What a policy had to be asked about such a plan, by the facts of the change before it. That something was done before is believed, and
    /// tier and owners are left out: what the items were is in no fact.
    public static Map<String, String> inputs(PolicyEvaluated told, Dossier dossier, ImpactAssessed impact, RiskAssessed risk) {
        boolean doneBefore = Inputs.read(told.inputs()).question().evidence().contains(EvidenceKind.DONE_BEFORE.name());
        Inventory unknown = new Inventory(List.of(), List.of());
        Map<String, String> inputs = new TreeMap<>(
                Assessment.question(dossier, impact, risk.level(), unknown, _ -> doneBefore).inputs());
        inputs.keySet().removeAll(Set.of("tier", "ownerGroups"));
        return inputs;
    }

    /// Where the fact says otherwise than the policy that it names, as `what: recorded …, calculated …`. Nothing is said of what was
    /// not recorded.
    public static List<String> disagreements(PolicyEvaluated told, Reperformed again) {
        List<String> found = new ArrayList<>();
        switch (again) {
            case Reperformed.Answered(var answer) -> {
                differ("answer", told.answer(), result(answer), found);
                differ("matched rules", told.matchedRules(), answer.matched(), found);
                differ("stages", told.requiredStages(), stages(answer), found);
            }
            case Reperformed.Partly(var matched, var stages, _) -> {
                differ("answer", told.answer(), PolicyResult.APPROVAL_REQUIRED, found);
                differ("matched rules", told.matchedRules(), matched, found);
                differ("stages", told.requiredStages().stream().map(ApprovalStage::name).toList(), stages, found);
            }
            case Reperformed.Undecidable _ -> {}
        }
        return List.copyOf(found);
    }

    private static void differ(String what, Object recorded, Object calculated, List<String> found) {
        if (!Objects.equals(recorded, calculated)) {
            found.add(what + ": recorded " + recorded + ", calculated " + calculated);
        }
    }

    /// The word for an answer.
    public static PolicyResult result(Answer answer) {
        return switch (answer) {
            case Answer.Automatic _ -> PolicyResult.AUTO;
            case Answer.Approval _ -> PolicyResult.APPROVAL_REQUIRED;
            case Answer.Denied _, Answer.None _ -> PolicyResult.DENIED;
        };
    }

    /// The stages of an answer, as facts have them.
    public static List<ApprovalStage> stages(Answer answer) {
        return answer instanceof Answer.Approval(_, var stages)
                ? stages.stream().map(Reperformance::contract).toList()
                : List.of();
    }

    static ApprovalStage contract(Stage stage) {
        return new ApprovalStage(stage.name(), stage.eligible(), stage.quorum(), stage.vetoers());
    }

    /// The names of the stages that people could not fill, each person counted once; none: they could.
    public static List<String> unfillable(List<ApprovalStage> stages) {
        List<Tally.Requirement> required = stages.stream()
                .map(stage -> new Tally.Requirement(stage.name(), stage.eligible(), stage.quorum(), stage.vetoers()))
                .toList();
        return new Tally(required, Map.of())
                .shortSubset().stream().map(Tally.Requirement::stage).toList();
    }

    /// The risk again, to be compared with what was told. Floors that come from the inventory and from earlier failures are in the fact
    /// and are taken from there; those that the request brings about are found anew.
    ///
    /// @param told which has the floors
    /// @param reached of the same assessment
    /// @param rfc as it was assessed
    /// @return empty when it was assessed by another model
    public static Optional<RiskAssessed> risk(RiskAssessed told, ImpactAssessed reached, Rfc rfc) {
        return Risk.again(told, reached, rfc);
    }

    /// How the votes stood.
    ///
    /// @param before all facts of the change before its `ChangeApproved` (or `ChangeRejected`), in order
    /// @return empty when nobody was asked at that moment
    public static Optional<Tally> votes(List<ChangeEvent> before) {
        ChangeDecider decider = new ChangeDecider();
        ChangeState state = decider.initial();
        for (ChangeEvent fact : before) {
            state = decider.evolve(state, fact);
        }
        return state instanceof ChangeState.AwaitingApproval waiting ? Optional.of(Voting.tally(waiting)) : Optional.empty();
    }
}
