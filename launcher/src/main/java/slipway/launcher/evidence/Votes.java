package slipway.launcher.evidence;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeEvent.ApprovalVoteCast;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.PolicyResult;
import slipway.change.domain.Reperformance;
import slipway.change.policy.Tally;
import slipway.launcher.evidence.Decision.Result;

/// Whether an approval is what came before it: votes that fill every stage, or a policy that asks nobody.
final class Votes {

    private Votes() {}

    /// @param before all facts of the change before it
    /// @return null: nobody calculated, a person broke the glass
    static @Nullable Decision of(Fact fact, ChangeApproved approved, List<ChangeEvent> before) {
        return switch (approved.by()) {
            case HUMAN -> counted(fact, approved, before);
            case POLICY -> asked(fact, before);
            case TEMPLATE -> Decision.of(fact, Result.CANNOT, "the template as it was then is not read from a pack: " + String.join(", ", approved.approvers()));
            case BREAK_GLASS -> null;
            case UNKNOWN -> Decision.of(fact, Result.CANNOT, "who gave it is a word that this program does not know");
        };
    }

    private static Decision asked(Fact fact, List<ChangeEvent> before) {
        PolicyResult answer = before.reversed().stream()
                .filter(PolicyEvaluated.class::isInstance)
                .map(each -> ((PolicyEvaluated) each).answer())
                .findFirst()
                .orElse(null);
        return answer == PolicyResult.AUTO
                ? Decision.of(fact, Result.MATCH, "by policy, which answered AUTO")
                : Decision.of(fact, Result.DIFFERS, "approved by a policy, and the last answer of one is " + (answer == null ? "none" : answer));
    }

    private static Decision counted(Fact fact, ChangeApproved approved, List<ChangeEvent> before) {
        Tally tally = Reperformance.votes(before).orElse(null);
        if (tally == null) {
            return Decision.of(fact, Result.DIFFERS, "approved by people, and nobody was asked then");
        }
        String missing = tally.stages().stream()
                .filter(stage -> tally.missing(stage) > 0)
                .map(stage -> stage.stage() + " has " + (stage.quorum() - tally.missing(stage)) + " of " + stage.quorum() + " approvals")
                .collect(Collectors.joining("; "));
        if (!tally.met()) {
            return Decision.of(fact, Result.DIFFERS, "the quorum was not reached: " + missing);
        }
        if (tally.vetoed()) {
            return Decision.of(fact, Result.DIFFERS, "approved, and somebody's veto stood");
        }
        Set<String> approvers = approvers(tally, before);
        return approvers.equals(new TreeSet<>(approved.approvers()))
                ? Decision.of(fact, Result.MATCH, approvers.size() + " approvals, " + tally.stages().stream().map(Tally.Requirement::stage).collect(Collectors.joining(", ")))
                : Decision.of(fact, Result.DIFFERS, "approvers are " + approvers + ", recorded " + approved.approvers());
    }

    /// Who cast the votes that stand.
    private static Set<String> approvers(Tally tally, List<ChangeEvent> before) {
        Map<String, String> voters = new HashMap<>();
        for (ChangeEvent fact : before) {
            if (fact instanceof ApprovalVoteCast vote) {
                voters.put(vote.onBehalfOf() == null ? vote.voter() : vote.onBehalfOf(), vote.voter());
            }
        }
        Set<String> approvers = new TreeSet<>();
        tally.votes().forEach((seat, cast) -> {
            if (cast.approves()) {
                approvers.add(voters.getOrDefault(seat, seat));
            }
        });
        return approvers;
    }
}
