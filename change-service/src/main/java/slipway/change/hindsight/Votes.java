package slipway.change.hindsight;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import slipway.change.domain.ApprovalStage;
import slipway.change.domain.ChangeEvent.ApprovalVoteCast;
import slipway.change.domain.VoteDecision;

/// The votes that stood when a change was approved, and since when each of them did.
///
/// @param seats by the person whose seat it is
record Votes(Map<String, Standing> seats) {

    record Standing(String stage, VoteDecision decision, Instant at) {}

    /// @param between the evaluation and the approval
    static Votes of(List<Moment> between) {
        Map<String, Standing> seats = new HashMap<>();
        for (Moment moment : between) {
            if (moment.fact() instanceof ApprovalVoteCast cast) {
                String seat = cast.onBehalfOf() == null ? cast.voter() : cast.onBehalfOf();
                seats.put(seat, new Standing(cast.stage(), cast.decision(), moment.at()));
            }
        }
        return new Votes(Map.copyOf(seats));
    }

    /// When all of these stages would have had their quorum, had everybody voted when they did. A stage that was asked in the same way
    /// counts all its votes, also those of people who were asked later; any other one those of its own people.
    ///
    /// @param asked how it really was
    /// @return empty: with these votes not at all, or one of them was a veto, so nobody knows
    Optional<Instant> enoughFor(List<ApprovalStage> stages, List<ApprovalStage> asked) {
        List<Instant> complete = new ArrayList<>();
        for (ApprovalStage stage : stages) {
            if (isVetoed(stage)) {
                return Optional.empty();
            }
            Set<String> eligible = Set.copyOf(stage.eligible());
            List<Instant> approvals = approvals(stage.name(), asked.contains(stage) ? _ -> true : eligible::contains);
            if (approvals.size() < stage.quorum()) {
                return Optional.empty();
            }
            complete.add(approvals.get(stage.quorum() - 1));
        }
        return complete.stream().max(Instant::compareTo);
    }

    /// Somebody said no whose no would have been the end of it.
    private boolean isVetoed(ApprovalStage stage) {
        return stage.vetoers().stream()
                .map(seats::get)
                .anyMatch(vote -> vote != null && vote.stage().equals(stage.name()) && vote.decision() == VoteDecision.REJECT);
    }

    private List<Instant> approvals(String stage, Predicate<String> counts) {
        return seats.entrySet().stream()
                .filter(seat -> seat.getValue().decision() == VoteDecision.APPROVE)
                .filter(seat -> seat.getValue().stage().equals(stage))
                .filter(seat -> counts.test(seat.getKey()))
                .map(seat -> seat.getValue().at())
                .sorted()
                .toList();
    }
}
