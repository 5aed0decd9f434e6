package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeCommand.SaveDraft;
import slipway.change.domain.ChangeCommand.Submit;
import slipway.change.domain.ChangeCommand.TakeIn;
import slipway.change.domain.ChangeEvent.RFCDrafted;
import slipway.change.domain.ChangeEvent.RFCRefused;
import slipway.change.domain.ChangeEvent.RFCSubmitted;
import slipway.change.domain.ChangeState.Draft;
import slipway.decider.Decision;

/// A request comes in: refused with every reason, or taken, assessed and put to the vote in one decision.
final class Submission {

    /// Whatever came in, the answer fits into a record of Kafka.
    private static final int MOST_REASONS = 200;

    private static final int LONGEST_REASON = 500;

    private Submission() {}

    static Decision<ChangeEvent> save(SaveDraft draft, ChangeState state) {
        return switch (state) {
            case ChangeState.Nothing _ -> Decision.accept(new RFCDrafted(draft.rfc(), 1));
            case Draft(var dossier) -> {
                List<String> reasons = draft.by().strangerTo(dossier);
                reasons.addAll(requester(draft.rfc(), dossier));
                if (!reasons.isEmpty()) {
                    yield Decision.refuse(reasons);
                }
                yield draft.rfc().equals(dossier.rfc())
                        ? Decision.nothing()
                        : Decision.accept(new RFCDrafted(draft.rfc(), dossier.revision()));
            }
            case ChangeState.Known _, ChangeState.Refused _, ChangeState.Closed _, ChangeState.Cancelled _ ->
                Decision.refuse("the change is " + state.status() + ", not DRAFT: amend it");
        };
    }

    static List<String> requester(Rfc rfc, Dossier dossier) {
        return rfc.requester().equals(dossier.rfc().requester())
                ? List.of()
                : List.of("requester: is and stays " + dossier.rfc().requester());
    }

    static Decision<ChangeEvent> submit(Submit request, ChangeState state) {
        return switch (state) {
            case ChangeState.Nothing _ ->
                decide(request, new RFCSubmitted(request.rfc(), PlanDigest.of(request.rfc()), null, null), null);
            case Draft(var dossier) -> {
                List<String> reasons = new ArrayList<>(requester(request.rfc(), dossier));
                if (!request.rfc().equals(dossier.rfc())) {
                    reasons.add("the draft was saved anew in this very moment: look at it again");
                }
                yield reasons.isEmpty()
                        ? decide(
                                request,
                                new RFCSubmitted(request.rfc(), PlanDigest.of(request.rfc()), null, null),
                                dossier.raise())
                        : Decision.refuse(reasons);
            }
            case ChangeState.Known _, ChangeState.Refused _, ChangeState.Closed _, ChangeState.Cancelled _ ->
                Decision.refuse("it is submitted already: the change is " + state.status());
        };
    }

    /// The same request may come again; it was answered.
    static Decision<ChangeEvent> takeIn(TakeIn outside, ChangeState state) {
        if (!(state instanceof ChangeState.Nothing)) {
            return Decision.nothing();
        }
        Rfc rfc = outside.request().rfc();
        RFCSubmitted taken = new RFCSubmitted(rfc, PlanDigest.of(rfc), outside.source(), outside.sourceId());
        return switch (decide(outside.request(), taken, null)) {
            case Decision.Accepted<ChangeEvent> accepted -> accepted;
            case Decision.Refused<ChangeEvent>(var reasons) ->
                Decision.accept(new RFCRefused(
                        shortened(rfc.title()),
                        outside.source(),
                        outside.sourceId(),
                        reasons.stream().limit(MOST_REASONS).map(Submission::shortened).toList()));
        };
    }

    /// Nobody asked for it, so no person is looked for; otherwise it is a LATENT change as any other.
    static Decision<ChangeEvent> registerDrift(ChangeCommand.RegisterDrift drift, ChangeState state) {
        if (!(state instanceof ChangeState.Nothing)) {
            return Decision.nothing();
        }
        Rfc rfc = drift.request().rfc();
        RFCSubmitted found = new RFCSubmitted(rfc, PlanDigest.of(rfc), Drift.FOUND_BY, drift.sourceId());
        return switch (assess(drift.request(), found, null)) {
            case Decision.Accepted<ChangeEvent> accepted -> accepted;
            case Decision.Refused<ChangeEvent>(var reasons) ->
                Decision.accept(new RFCRefused(
                        shortened(rfc.title()),
                        Drift.FOUND_BY,
                        drift.sourceId(),
                        reasons.stream().limit(MOST_REASONS).map(Submission::shortened).toList()));
        };
    }

    private static Decision<ChangeEvent> decide(Submit request, RFCSubmitted taken, @Nullable Raise raise) {
        Circumstances now = request.now();
        List<String> faults = RfcChecks.faults(taken.rfc(), request.unread(), now.inventory(), now.at());
        return faults.isEmpty() ? assess(request, taken, raise) : Decision.refuse(faults);
    }

    private static Decision<ChangeEvent> assess(Submit request, RFCSubmitted taken, @Nullable Raise raise) {
        Circumstances now = request.now();
        String digest = PlanDigest.of(taken.rfc());
        return switch (Assessment.of(taken.rfc(), digest, raise, now)) {
            case Assessment.Hopeless(_, var reasons) -> Decision.refuse(reasons);
            case Assessment.Judged(var judged) -> {
                List<ChangeEvent> facts = new ArrayList<>(List.of(taken));
                facts.addAll(judged);
                yield Decision.accept(facts);
            }
        };
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
    }
}
