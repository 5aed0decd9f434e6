package slipway.change.domain;

import java.util.List;
import java.util.Map;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;

/// Who has to approve: one stage, whose quorum grows with the risk. Requester and implementer never vote on their own.
final class ApprovalPolicy {

    static final String STAGE = "approvers";
    static final String VERSION = "1";

    /// The policy in words. Its hash is in every `PolicyEvaluated`: change the rules, and change this text.
    private static final String TEXT =
            """
            One stage, approvers: the members of the group approvers without requester and implementer.
            LOW: 1 approval. MODERATE: 2. HIGH and EXTREME: 3. By distinct people.
            STANDARD without a live template is treated as NORMAL.
            """;

    private ApprovalPolicy() {}

    static PolicyEvaluated evaluate(Rfc rfc, RiskLevel risk, Inventory inventory) {
        List<String> eligible = inventory.members(STAGE).stream()
                .filter(person -> !person.equals(rfc.requester()) && !person.equals(rfc.implementer()))
                .toList();
        ApprovalStage stage = new ApprovalStage(STAGE, eligible, quorum(risk));
        String byRisk = risk + " asks for " + stage.quorum() + (stage.quorum() == 1 ? " approval" : " approvals");
        List<String> matched = rfc.type() == ChangeType.STANDARD
                ? List.of("STANDARD without a live template is treated as NORMAL", byRisk)
                : List.of(byRisk);
        return new PolicyEvaluated(
                VERSION,
                Canonical.sha256(TEXT),
                Map.of(
                        "type", rfc.type().name(),
                        "risk", risk.name(),
                        "requester", rfc.requester(),
                        "implementer", rfc.implementer()),
                PolicyResult.APPROVAL_REQUIRED,
                matched,
                List.of(stage));
    }

    private static int quorum(RiskLevel risk) {
        return switch (risk) {
            case LOW -> 1;
            case MODERATE -> 2;
            case HIGH, EXTREME, UNKNOWN -> 3;
        };
    }
}
