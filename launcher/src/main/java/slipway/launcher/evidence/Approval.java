package slipway.launcher.evidence;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ApprovalStage;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeEvent.ApprovalEscalated;
import slipway.change.domain.ChangeEvent.ApprovalRequested;
import slipway.change.domain.ChangeEvent.ChangeAmended;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.EmergencyBypassInvoked;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.ChangeEvent.RFCSubmitted;
import slipway.change.domain.ChangeEvent.RiskAssessed;
import slipway.change.domain.ChangeState;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeType;
import slipway.change.domain.Dossier;
import slipway.change.domain.PolicyResult;
import slipway.change.domain.Reperformance;
import slipway.change.domain.Template;
import slipway.change.domain.VoteDecision;
import slipway.change.policy.Tally;
import slipway.launcher.evidence.Decision.Result;

/// Whether an approval is what came before it: votes that fill every stage that the policy asked for, a policy that asks nobody, a
/// template that the request keeps to, or a glass that was broken in an emergency.
final class Approval {

    private final Fact fact;
    private final ChangeApproved approved;
    private final List<ChangeEvent> before;
    private final Dossier dossier;

    private Approval(Fact fact, ChangeApproved approved, List<ChangeEvent> before, Dossier dossier) {
        this.fact = fact;
        this.approved = approved;
        this.before = before;
        this.dossier = dossier;
    }

    /// @param before all facts of the change before it
    /// @param state what the change was by these
    /// @param risk the last one before it
    static Decision of(
            Fact fact, ChangeApproved approved, List<ChangeEvent> before, ChangeState state, @Nullable RiskAssessed risk, Rules rules) {
        if (!(state instanceof ChangeState.Known known)) {
            return Decision.of(fact, Result.DIFFERS, "nothing was asked for that could be approved");
        }
        Approval approval = new Approval(fact, approved, List.copyOf(before), known.dossier());
        if (!approved.planDigest().equals(known.dossier().digest())) {
            return approval.differs("approved is the plan " + approved.planDigest() + ", and the last one before it is " + known.dossier().digest());
        }
        return switch (approved.by()) {
            case HUMAN -> approval.counted(state);
            case POLICY -> approval.asked();
            case TEMPLATE -> approval.standard(risk, fact.entry().recordedAt(), rules);
            case BREAK_GLASS -> approval.bypassed();
            case UNKNOWN -> Decision.of(fact, Result.CANNOT, "who gave it is a word that this program does not know");
        };
    }

    private Decision differs(String words) {
        return Decision.of(fact, Result.DIFFERS, words);
    }

    private Decision match(String words) {
        return Decision.of(fact, Result.MATCH, words);
    }

    /// What came since the policy was last asked about this very plan; the first is what it answered. Empty: it was not.
    private List<ChangeEvent> sinceAnswer() {
        for (int at = before.size() - 1; at >= 0; at--) {
            switch (before.get(at)) {
                case PolicyEvaluated _ -> {
                    return before.subList(at, before.size());
                }
                case RFCSubmitted _ -> {
                    return List.of();
                }
                case ChangeAmended amended when amended.material() -> {
                    return List.of();
                }
                default -> {}
            }
        }
        return List.of();
    }

    private Decision asked() {
        List<ChangeEvent> since = sinceAnswer();
        PolicyResult answer = since.isEmpty() ? null : ((PolicyEvaluated) since.getFirst()).answer();
        return answer == PolicyResult.AUTO
                ? match("by policy, which answered AUTO")
                : differs("approved by a policy, and the last answer of one about this plan is " + (answer == null ? "none" : answer));
    }

    private Decision standard(@Nullable RiskAssessed risk, Instant at, Rules rules) {
        String ref = dossier.rfc().templateRef();
        if (dossier.rfc().type() != ChangeType.STANDARD || ref == null || risk == null || !approved.approvers().equals(List.of("template " + ref))) {
            return differs("approved by " + String.join(", ", approved.approvers()) + ", and asked for is a " + dossier.rfc().type() + " change by template " + ref);
        }
        Template template = rules.template(ref, at).orElse(null);
        if (template == null) {
            return Decision.of(fact, Result.CANNOT, "the template " + ref + " is not in the pack");
        }
        List<String> against = template.against(dossier.rfc(), risk.level());
        return against.isEmpty() ? match("by template " + ref) : differs(String.join("; ", against));
    }

    private Decision bypassed() {
        if (before.isEmpty() || !(before.getLast() instanceof EmergencyBypassInvoked bypass)) {
            return differs("nobody broke the glass before it");
        }
        if (dossier.rfc().type() != ChangeType.EMERGENCY) {
            return differs("the glass was broken for a " + dossier.rfc().type() + " change");
        }
        return bypass.incidentRef().isBlank()
                ? differs("the glass was broken for no incident")
                : match("nobody gave it: " + bypass.by() + " broke the glass for " + bypass.incidentRef());
    }

    private Decision counted(ChangeState state) {
        Tally tally = Reperformance.votes(before).orElse(null);
        if (tally == null || !(state instanceof AwaitingApproval waiting)) {
            return differs("approved by people, and nobody was asked then");
        }
        List<ChangeEvent> since = sinceAnswer();
        if (since.isEmpty()) {
            return differs("approved by people, and no policy was asked about this plan");
        }
        String requested = requested((PolicyEvaluated) since.getFirst(), since);
        if (!requested.isEmpty()) {
            return differs(requested);
        }
        if (!tally.met()) {
            String missing = tally.stages().stream()
                    .filter(stage -> tally.missing(stage) > 0)
                    .map(stage -> stage.stage() + " has " + (stage.quorum() - tally.missing(stage)) + " of " + stage.quorum() + " approvals")
                    .collect(Collectors.joining("; "));
            return differs("the quorum was not reached: " + missing);
        }
        if (tally.vetoed()) {
            return differs("approved, and somebody's veto stood");
        }
        Set<String> own = new TreeSet<>(dossier.parties());
        own.retainAll(gave(waiting));
        if (!own.isEmpty()) {
            return differs(own + " asked for it, carry it out or wrote part of the plan, and approved it");
        }
        Set<String> approvers = approving(waiting).map(vote -> vote.getValue().voter()).collect(Collectors.toCollection(TreeSet::new));
        return approvers.equals(new TreeSet<>(approved.approvers()))
                ? match(approvers.size() + " approvals, " + tally.stages().stream().map(Tally.Requirement::stage).collect(Collectors.joining(", ")))
                : differs("approvers are " + approvers + ", recorded " + approved.approvers());
    }

    /// Where other people were asked than the policy said, or fewer of them; empty: nowhere.
    private static String requested(PolicyEvaluated answer, List<ChangeEvent> since) {
        List<ApprovalStage> stages = new ArrayList<>();
        for (ChangeEvent each : since) {
            if (each instanceof ApprovalRequested asked) {
                stages.add(asked.stage());
            }
        }
        if (!stages.equals(answer.requiredStages())) {
            return "the policy asks for " + answer.requiredStages() + ", and asked were " + stages;
        }
        return since.stream()
                .filter(ApprovalEscalated.class::isInstance)
                .map(each -> ((ApprovalEscalated) each).stage())
                .filter(escalated -> since.stream().noneMatch(each -> each instanceof ApprovalRequested asked && isOf(escalated, asked)))
                .map(escalated -> "asked later was " + escalated + ", which comes from none of " + stages)
                .findFirst()
                .orElse("");
    }

    /// The same stage, with no others than those who come next.
    private static boolean isOf(ApprovalStage escalated, ApprovalRequested asked) {
        Set<String> people = new HashSet<>(asked.stage().eligible());
        people.addAll(asked.escalation());
        return escalated.name().equals(asked.stage().name())
                && escalated.quorum() == asked.stage().quorum()
                && escalated.vetoers().equals(asked.stage().vetoers())
                && people.containsAll(escalated.eligible());
    }

    private static Stream<Map.Entry<String, ChangeState.Vote>> approving(AwaitingApproval waiting) {
        return waiting.votes().entrySet().stream().filter(vote -> vote.getValue().decision() == VoteDecision.APPROVE);
    }

    /// Everybody who had a hand in a vote that stands: whose seat it is, who voted, and who acted for them.
    private static Set<String> gave(AwaitingApproval waiting) {
        return approving(waiting)
                .flatMap(vote -> Stream.of(List.of(vote.getKey(), vote.getValue().voter()), vote.getValue().through()))
                .flatMap(Collection::stream)
                .collect(Collectors.toSet());
    }
}
