package slipway.change.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import slipway.change.policy.Tally;

/// A change went ahead without approval; people judge it afterwards: as many as would have had to approve it.
///
/// @param ratifiers who may
/// @param stages what would have been required; empty: one of the ratifiers
/// @param approvals who said so far that it was right
/// @param resolved whether enough of them did, somebody said that it was not, or the time ran out
public record Ratification(
        List<String> ratifiers, List<ApprovalStage> stages, List<String> approvals, Instant dueAt, boolean resolved) {

    static Ratification open(List<String> ratifiers, List<ApprovalStage> stages, Instant dueAt) {
        return new Ratification(ratifiers, stages, List.of(), dueAt, false);
    }

    Ratification approvedBy(String person) {
        List<String> more = new ArrayList<>(approvals);
        more.add(person);
        return new Ratification(ratifiers, stages, List.copyOf(more), dueAt, sufficed(stages, more));
    }

    Ratification done() {
        return new Ratification(ratifiers, stages, approvals, dueAt, true);
    }

    List<String> stageNames() {
        return stages.stream().map(ApprovalStage::name).toList();
    }

    /// Whether these people, each of them once, fill all seats.
    static boolean sufficed(List<ApprovalStage> stages, List<String> people) {
        return new Tally(
                        stages.stream()
                                .map(stage -> new Tally.Requirement(
                                        stage.name(),
                                        stage.eligible().stream().filter(people::contains).toList(),
                                        stage.quorum(),
                                        List.of()))
                                .toList(),
                        Map.of())
                .reachable();
    }
}
