package slipway.change.domain;

import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ChangeCommand.Amend;
import slipway.change.domain.ChangeCommand.FallToNormal;
import slipway.change.domain.ChangeCommand.RaiseRisk;
import slipway.change.domain.ChangeCommand.Reassess;
import slipway.change.domain.ChangeCommand.Revise;
import slipway.change.domain.ChangeEvent.ApprovalSuperseded;
import slipway.change.domain.ChangeEvent.ChangeAmended;
import slipway.change.domain.ChangeEvent.ChangeReclassified;
import slipway.change.domain.ChangeEvent.ChangeRejected;
import slipway.change.domain.ChangeEvent.RFCDrafted;
import slipway.change.domain.ChangeState.Approved;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Known;
import slipway.change.domain.ChangeState.Scheduled;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// A request becomes another after it was submitted. Wording, links and watchers change in place, and so does the window within
/// the approved envelope; anything that the approval was based on makes another plan, which is assessed and approved anew.
final class Amending {

    private static final int LONGEST_VALUE = 500;

    private Amending() {}

    static Decision<ChangeEvent> amend(Amend amend, ChangeState state) {
        return switch (state) {
            case AwaitingApproval open -> amend(amend, open);
            case Approved open -> amend(amend, open);
            case Scheduled open -> amend(amend, open);
            case ChangeState.Known _,
                    ChangeState.Nothing _,
                    ChangeState.Refused _,
                    ChangeState.Closed _,
                    ChangeState.Cancelled _ ->
                Decision.refuse("it cannot be amended: the change is " + state.status());
        };
    }

    /// What is wrong with the request itself, whoever amends it and whatever the state: empty when nobody would look at it.
    static List<String> faults(Amend amend, ChangeState state) {
        return switch (state) {
            case AwaitingApproval _, Approved _, Scheduled _ -> {
                Rfc before = ((Known) state).dossier().rfc();
                yield RfcChecks.amended(amend.rfc(), amend.unread(), before, amend.now());
            }
            case ChangeState.Known _,
                    ChangeState.Nothing _,
                    ChangeState.Refused _,
                    ChangeState.Closed _,
                    ChangeState.Cancelled _ ->
                List.of();
        };
    }

    private static Decision<ChangeEvent> amend(Amend amend, Known open) {
        Dossier dossier = open.dossier();
        List<String> reasons = amend.by().strangerTo(dossier);
        reasons.addAll(Submission.requester(amend.rfc(), dossier));
        List<FieldChange> diff = diff(dossier.rfc(), amend.rfc());
        if (reasons.isEmpty() && amend.unread().isEmpty() && diff.isEmpty()) {
            return Decision.nothing();
        }
        reasons.addAll(
                RfcChecks.amended(amend.rfc(), amend.unread(), dossier.rfc(), amend.now()));
        if (amend.rfc().type() == ChangeType.LATENT) {
            reasons.add("type: LATENT is for what was made already; nothing that was asked for becomes that");
        }
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        String digest = PlanDigest.of(amend.rfc());
        boolean material = !digest.equals(dossier.digest());
        ChangeAmended amended = new ChangeAmended(
                amend.rfc(), digest, diff, material, amend.by().id(), amend.by().everybody());
        return material ? again(amend, open, amended) : inPlace(amend, open, amended);
    }

    private static Decision<ChangeEvent> again(Amend amend, Known open, ChangeAmended amended) {
        List<ChangeEvent> facts = superseded(open, "the plan was amended");
        facts.add(amended);
        Dossier another = open.dossier().with(amend.rfc(), amended.planDigest()).writtenBy(amended.writtenBy());
        return switch (Assessment.of(another, amend.now())) {
            case Assessment.Hopeless(_, _, var reasons) -> Decision.refuse(reasons);
            case Assessment.Judged(var judged) -> {
                facts.addAll(judged);
                yield Decision.accept(facts);
            }
        };
    }

    /// A scheduled change whose window moves takes its place in the calendar anew, in the same decision.
    private static Decision<ChangeEvent> inPlace(Amend amend, Known open, ChangeAmended amended) {
        List<ChangeEvent> facts = new ArrayList<>(List.of(amended));
        Instant validUntil = validUntil(open);
        if (validUntil != null && !amend.rfc().window().notBefore().isBefore(validUntil)) {
            return Decision.refuse("window: " + Start.tooLate(amend.rfc().window(), validUntil));
        }
        if (open instanceof Scheduled scheduled && !scheduled.window().equals(amend.rfc().window())) {
            List<String> hard = amend.now().conflicts().stream()
                    .filter(conflict -> conflict.kind().hard())
                    .map(conflict -> "window: " + conflict.reason())
                    .toList();
            if (!hard.isEmpty()) {
                return Decision.refuse(hard);
            }
            facts.addAll(Timing.differences(open.dossier(), amend.now().conflicts()));
            Dossier moved = open.dossier().with(amend.rfc(), amended.planDigest());
            facts.add(Timing.scheduled(moved, scheduled.approvers(), Timing.reservation(amend.by().id(), amend.now().at())));
        }
        return Decision.accept(facts);
    }

    private static @Nullable Instant validUntil(Known open) {
        return switch (open) {
            case Approved approved -> approved.validUntil();
            case Scheduled scheduled -> scheduled.validUntil();
            default -> null;
        };
    }

    static Decision<ChangeEvent> revise(Revise revise, ChangeState state) {
        if (!(state instanceof ChangeState.Rejected || state instanceof ChangeState.Expired)) {
            return Decision.refuse("there is nothing to revise: the change is " + state.status());
        }
        Dossier dossier = ((Known) state).dossier();
        List<String> reasons = revise.by().strangerTo(dossier);
        return reasons.isEmpty()
                ? Decision.accept(new RFCDrafted(
                        dossier.rfc(), dossier.revision() + 1, revise.by().everybody(), Map.of()))
                : Decision.refuse(reasons);
    }

    static Decision<ChangeEvent> raiseRisk(RaiseRisk raise, ChangeState state) {
        if (!(state instanceof AwaitingApproval || state instanceof Approved || state instanceof Scheduled)) {
            return Decision.refuse("the risk cannot be raised: the change is " + state.status());
        }
        Known open = (Known) state;
        List<String> reasons = new ArrayList<>();
        if (!raise.by().managesChanges()) {
            reasons.add(raise.by().id() + " is not in the group " + Asker.CHANGE_MANAGERS);
        }
        reasons.addAll(Wording.reason("reason", raise.reason()));
        if (raise.level() == RiskLevel.UNKNOWN) {
            reasons.add("level: is missing");
        } else if (raise.level().compareTo(open.dossier().risk()) <= 0) {
            reasons.add("level: the risk is " + open.dossier().risk() + " and may be raised, never lowered");
        }
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        String because = raise.by().id() + " raised it to " + raise.level() + ": " + raise.reason();
        return switch (Assessment.of(open.dossier().raised(new Raise(raise.level(), because)), raise.now())) {
            case Assessment.Hopeless(_, _, var why) -> Decision.refuse(why);
            case Assessment.Judged(var judged) -> {
                List<ChangeEvent> facts = superseded(open, because);
                facts.addAll(judged);
                yield Decision.accept(facts);
            }
        };
    }

    /// Nobody is asked about this one: what can no longer be approved is rejected.
    static Decision<ChangeEvent> fall(FallToNormal fall, ChangeState state) {
        if (!(state instanceof Approved || state instanceof Scheduled)
                || ((Known) state).dossier().treatedAs() != ChangeType.STANDARD) {
            return Decision.nothing();
        }
        Known open = (Known) state;
        List<ChangeEvent> facts = superseded(open, fall.reason());
        switch (Assessment.of(open.dossier(), fall.now())) {
            case Assessment.Judged(var judged) -> facts.addAll(judged);
            case Assessment.Hopeless(var found, _, var reasons) -> {
                facts.addAll(found);
                facts.add(new ChangeRejected("policy", "policy", String.join("; ", reasons)));
            }
        }
        return facts.stream().anyMatch(ChangeReclassified.class::isInstance)
                ? Decision.accept(facts)
                : Decision.nothing();
    }

    /// Whoever approved it approved what it reached then. When it is riskier by now, or more people have to be asked, they are.
    static Decision<ChangeEvent> reassess(Reassess again, ChangeState state) {
        if (!(state instanceof AwaitingApproval || state instanceof Approved || state instanceof Scheduled)) {
            return Decision.nothing();
        }
        Known open = (Known) state;
        if (open.dossier().ratification() != null) {
            // Nobody approved it beforehand; people judge afterwards.
            return Decision.nothing();
        }
        String why = stricter(open.dossier(), again.now());
        if (why == null) {
            return Decision.nothing();
        }
        List<ChangeEvent> facts = superseded(open, why);
        switch (Assessment.of(open.dossier(), again.now())) {
            case Assessment.Judged(var judged) -> facts.addAll(judged);
            case Assessment.Hopeless(var found, _, var reasons) -> {
                facts.addAll(found);
                facts.add(new ChangeRejected("policy", "policy", String.join("; ", reasons)));
            }
        }
        return Decision.accept(facts);
    }

    /// Why it has to be judged anew; null: it has not. What failed since is no matter of the inventory.
    private static @Nullable String stricter(Dossier dossier, Circumstances now) {
        Circumstances unharmed = new Circumstances(
                now.inventory(),
                new History(Set.of(), Set.of(), now.history().successes()),
                now.policy(),
                now.template(),
                List.of(),
                now.environments(),
                now.at());
        List<ChangeEvent> found =
                switch (Assessment.of(dossier, unharmed)) {
                    case Assessment.Judged(var facts) -> facts;
                    case Assessment.Hopeless(var facts, _, _) -> facts;
                };
        for (ChangeEvent fact : found) {
            if (fact instanceof ChangeEvent.RiskAssessed risk && risk.level().compareTo(dossier.risk()) > 0) {
                return "the inventory changed: the risk is " + risk.level() + ", no longer " + dossier.risk();
            }
            if (fact instanceof ChangeEvent.PolicyEvaluated evaluated && dossier.treatedAs() == dossier.rfc().type()) {
                List<String> more = evaluated.requiredStages().stream()
                        .map(ApprovalStage::name)
                        .filter(stage -> !dossier.required().contains(stage))
                        .toList();
                if (!more.isEmpty()) {
                    return "the inventory changed: " + String.join(", ", more) + " has to approve as well";
                }
            }
        }
        return null;
    }

    private static List<ChangeEvent> superseded(Known open, String why) {
        List<String> voters =
                switch (open) {
                    case AwaitingApproval waiting ->
                        waiting.votes().values().stream()
                                .map(ChangeState.Vote::voter)
                                .toList();
                    case Approved approved -> approved.approvers();
                    case Scheduled scheduled -> scheduled.approvers();
                    default -> List.of();
                };
        List<ChangeEvent> facts = new ArrayList<>();
        facts.add(new ApprovalSuperseded(open.dossier().digest(), voters, why));
        return facts;
    }

    /// Every field that is different, in the order of the request.
    static List<FieldChange> diff(Rfc before, Rfc after) {
        List<FieldChange> diff = new ArrayList<>();
        for (RecordComponent field : Rfc.class.getRecordComponents()) {
            Object old = value(field, before);
            Object now = value(field, after);
            if (!Objects.equals(old, now)) {
                diff.add(new FieldChange(field.getName(), words(old), words(now)));
            }
        }
        return List.copyOf(diff);
    }

    private static @Nullable Object value(RecordComponent field, Rfc rfc) {
        try {
            return field.getAccessor().invoke(rfc);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's accessor is public: " + field, e);
        }
    }

    private static String words(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
    }
}
