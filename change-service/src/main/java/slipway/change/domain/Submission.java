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
import slipway.decider.Wording;

/// A request comes in: refused with every reason, or taken, assessed and put to the vote in one decision.
final class Submission {

    private Submission() {}

    static Decision<ChangeEvent> save(SaveDraft draft, ChangeState state) {
        return switch (state) {
            case ChangeState.Nothing _ -> Decision.accept(drafted(draft, 1));
            case Draft(var dossier, var relative, _) -> {
                List<String> reasons = draft.by().strangerTo(dossier);
                reasons.addAll(requester(draft.rfc(), dossier));
                if (!reasons.isEmpty()) {
                    yield Decision.refuse(reasons);
                }
                yield draft.rfc().equals(dossier.rfc()) && draft.relative().equals(relative)
                        ? Decision.nothing()
                        : Decision.accept(drafted(draft, dossier.revision()));
            }
            case ChangeState.Known _, ChangeState.Refused _, ChangeState.Closed _, ChangeState.Cancelled _ ->
                Decision.refuse("the change is " + state.status() + ", not DRAFT: amend it");
        };
    }

    private static RFCDrafted drafted(SaveDraft draft, int revision) {
        return new RFCDrafted(draft.rfc(), revision, draft.by().everybody(), draft.relative().after());
    }

    static List<String> requester(Rfc rfc, Dossier dossier) {
        return rfc.requester().equals(dossier.rfc().requester())
                ? List.of()
                : List.of("requester: is and stays " + dossier.rfc().requester());
    }

    static Decision<ChangeEvent> submit(Submit request, ChangeState state) {
        return switch (state) {
            case ChangeState.Nothing _ -> decide(request, submitted(request, null, null), null);
            case Draft(var dossier, var relative, _) -> {
                List<String> reasons = new ArrayList<>(requester(request.rfc(), dossier));
                if (!request.rfc().equals(relative.at(dossier.rfc(), request.now().at()))) {
                    reasons.add("the draft was saved anew in this very moment: look at it again");
                }
                yield reasons.isEmpty()
                        ? decide(request, submitted(request, null, null), dossier)
                        : Decision.refuse(reasons);
            }
            case ChangeState.Known _, ChangeState.Refused _, ChangeState.Closed _, ChangeState.Cancelled _ ->
                Decision.refuse("it is submitted already: the change is " + state.status());
        };
    }

    private static RFCSubmitted submitted(Submit request, @Nullable String source, @Nullable String sourceId) {
        return new RFCSubmitted(
                request.rfc(), PlanDigest.of(request.rfc()), source, sourceId, request.writtenBy());
    }

    /// The same request may come again; it was answered.
    static Decision<ChangeEvent> takeIn(TakeIn outside, ChangeState state) {
        if (!(state instanceof ChangeState.Nothing)) {
            return Decision.nothing();
        }
        RFCSubmitted taken = submitted(outside.request(), outside.source(), outside.sourceId());
        return answered(taken, decide(outside.request(), taken, null));
    }

    /// Nobody asked for it, so no person is looked for; otherwise it is a LATENT change as any other.
    static Decision<ChangeEvent> registerDrift(ChangeCommand.RegisterDrift drift, ChangeState state) {
        if (!(state instanceof ChangeState.Nothing)) {
            return Decision.nothing();
        }
        RFCSubmitted found = submitted(drift.request(), Drift.FOUND_BY, drift.sourceId());
        List<ChangeEvent> facts = new ArrayList<>(List.of(found));
        Circumstances now = drift.request().now();
        switch (Assessment.of(Dossier.of(found.rfc(), PlanDigest.of(found.rfc()), 1), now)) {
            case Assessment.Judged(var judged) -> facts.addAll(judged);
            // It is there, whether anybody can ratify it or not. Whoever may is asked, where the policy names anybody; that it is not
            // done in time is told.
            case Assessment.Hopeless(var judged, var stages, _) -> {
                facts.addAll(judged);
                facts.addAll(Assessment.late(found.rfc(), stages, now));
            }
        }
        return Decision.accept(facts);
    }

    /// Nobody waits for the answer: a refusal is a fact.
    private static Decision<ChangeEvent> answered(RFCSubmitted taken, Decision<ChangeEvent> decision) {
        return switch (decision) {
            case Decision.Accepted<ChangeEvent> accepted -> accepted;
            case Decision.Refused<ChangeEvent>(var reasons) ->
                Decision.accept(new RFCRefused(
                        Wording.shortened(taken.rfc().title()),
                        String.valueOf(taken.source()),
                        String.valueOf(taken.sourceId()),
                        Wording.shortened(reasons)));
        };
    }

    /// @param draft null: it was none
    private static Decision<ChangeEvent> decide(Submit request, RFCSubmitted taken, @Nullable Dossier draft) {
        List<String> faults = RfcChecks.faults(taken.rfc(), request.unread(), request.now());
        return faults.isEmpty() ? assess(request, taken, draft) : Decision.refuse(faults);
    }

    private static Decision<ChangeEvent> assess(Submit request, RFCSubmitted taken, @Nullable Dossier draft) {
        Dossier asked = Dossier.of(taken.rfc(), PlanDigest.of(taken.rfc()), 1);
        Dossier written = (draft == null ? asked : asked.carrying(draft)).writtenBy(request.writtenBy());
        return switch (Assessment.of(written, request.now())) {
            case Assessment.Hopeless(_, _, var reasons) -> Decision.refuse(reasons);
            case Assessment.Judged(var judged) -> {
                List<ChangeEvent> facts = new ArrayList<>(List.of(taken));
                facts.addAll(judged);
                yield Decision.accept(facts);
            }
        };
    }
}
