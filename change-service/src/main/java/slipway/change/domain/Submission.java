package slipway.change.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeCommand.Submit;
import slipway.change.domain.ChangeCommand.TakeIn;
import slipway.change.domain.ChangeEvent.ApprovalRequested;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.ChangeEvent.RFCRefused;
import slipway.change.domain.ChangeEvent.RFCSubmitted;
import slipway.change.domain.ChangeEvent.RiskAssessed;
import slipway.decider.Decision;

/// A request comes in: refused with every reason, or taken, assessed and put to the vote in one decision.
final class Submission {

    /// Nobody's approval outlives this, nor a request for it.
    static final Duration APPROVAL_LASTS = Duration.ofDays(14);

    /// Whatever came in, the answer fits into a record of Kafka.
    private static final int MOST_REASONS = 200;

    private static final int LONGEST_REASON = 500;

    private Submission() {}

    static Decision<ChangeEvent> submit(Submit request, ChangeState state) {
        return decide(request, state, new RFCSubmitted(request.rfc(), PlanDigest.of(request.rfc()), null, null));
    }

    static Decision<ChangeEvent> takeIn(TakeIn outside, ChangeState state) {
        Rfc rfc = outside.request().rfc();
        RFCSubmitted taken = new RFCSubmitted(rfc, PlanDigest.of(rfc), outside.source(), outside.sourceId());
        return switch (decide(outside.request(), state, taken)) {
            case Decision.Accepted<ChangeEvent> accepted -> accepted;
            case Decision.Refused<ChangeEvent>(var reasons) ->
                Decision.accept(new RFCRefused(
                        shortened(rfc.title()),
                        outside.source(),
                        outside.sourceId(),
                        reasons.stream().limit(MOST_REASONS).map(Submission::shortened).toList()));
        };
    }

    private static Decision<ChangeEvent> decide(Submit request, ChangeState state, RFCSubmitted taken) {
        if (!(state instanceof ChangeState.Nothing)) {
            return Decision.nothing();
        }
        Rfc rfc = request.rfc();
        Inventory inventory = request.inventory();
        List<String> faults = RfcChecks.faults(rfc, request.unread(), inventory, request.at());
        if (!faults.isEmpty()) {
            return Decision.refuse(faults);
        }
        ImpactAssessed impact = Impact.of(rfc.configurationItems(), inventory);
        RiskAssessed risk = Risk.assess(rfc, impact, inventory, request.history());
        PolicyEvaluated policy = ApprovalPolicy.evaluate(rfc, risk.level(), inventory);
        ApprovalStage stage = policy.requiredStages().getFirst();
        if (stage.eligible().size() < stage.quorum()) {
            return Decision.refuse(unsatisfiable(rfc, risk.level(), stage));
        }
        return Decision.accept(
                taken, impact, risk, policy, new ApprovalRequested(stage, lastsUntil(rfc.window(), request.at())));
    }

    /// An approval, or the wait for it, ends with the window or after 14 days.
    static Instant lastsUntil(Window window, Instant from) {
        Instant latest = from.plus(APPROVAL_LASTS);
        return latest.isBefore(window.notAfter()) ? latest : window.notAfter();
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
    }

    private static String unsatisfiable(Rfc rfc, RiskLevel risk, ApprovalStage stage) {
        return "approval: nobody can give it: risk " + risk + " asks for " + stage.quorum() + " approvers, but without "
                + "requester " + rfc.requester() + " and implementer " + rfc.implementer() + " the group "
                + ApprovalPolicy.STAGE + " has " + stage.eligible().size() + " " + stage.eligible();
    }
}
