package slipway.change.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import slipway.change.domain.ChangeCommand.BreakGlass;
import slipway.change.domain.ChangeCommand.MissRatification;
import slipway.change.domain.ChangeCommand.Ratify;
import slipway.change.domain.ChangeEvent.ApprovalSuperseded;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.EmergencyBypassInvoked;
import slipway.change.domain.ChangeEvent.RetroactiveApprovalMissed;
import slipway.change.domain.ChangeEvent.RetroactiveApprovalRecorded;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Known;
import slipway.decider.Decision;

/// What goes ahead without approval: an emergency for which somebody breaks the glass. People judge it afterwards, within a
/// day; that they did not is a fact too.
final class Ratifying {

    static final Duration TIME = Duration.ofHours(24);

    private Ratifying() {}

    static Decision<ChangeEvent> breakGlass(BreakGlass bypass, ChangeState state) {
        if (!(state instanceof AwaitingApproval waiting)) {
            return Decision.refuse("there is no glass to break: the change is " + state.status());
        }
        Dossier dossier = waiting.dossier();
        List<String> reasons = new ArrayList<>();
        if (dossier.rfc().type() != ChangeType.EMERGENCY) {
            reasons.add("a " + dossier.rfc().type() + " change is approved beforehand; only an EMERGENCY may break the glass");
        }
        if (!bypass.by().groups().contains(Asker.BREAK_GLASS)) {
            reasons.add(bypass.by().id() + " is not in the group " + Asker.BREAK_GLASS);
        }
        if (bypass.reason().isBlank()) {
            reasons.add("reason: is missing; say why nobody could be asked");
        }
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        String by = bypass.by().id();
        List<String> ratifiers = waiting.asked().stream()
                .flatMap(asked -> asked.stage().eligible().stream())
                .filter(person -> !person.equals(by))
                .distinct()
                .sorted()
                .toList();
        return Decision.accept(
                new ApprovalSuperseded(
                        dossier.digest(),
                        waiting.votes().values().stream().map(ChangeState.Vote::voter).toList(),
                        by + " broke the glass"),
                new EmergencyBypassInvoked(by, ground(dossier.rfc()), bypass.reason(), ratifiers, bypass.at().plus(TIME)),
                new ChangeApproved(
                        ApprovedBy.BREAK_GLASS,
                        List.of("break-glass by " + by),
                        dossier.digest(),
                        Assessment.lastsUntil(dossier.rfc().outerWindow(), bypass.at())));
    }

    private static String ground(Rfc rfc) {
        return rfc.incidentRef() != null
                ? rfc.incidentRef()
                : rfc.evidence().stream()
                        .filter(shown -> shown.kind() == EvidenceKind.EXPLOITED_CVE)
                        .map(Evidence::reference)
                        .findFirst()
                        .orElse("");
    }

    static Decision<ChangeEvent> ratify(Ratify ratify, ChangeState state) {
        if (!(state instanceof Known open) || !open.dossier().isUnratified()) {
            return Decision.refuse("there is nothing to ratify: the change is " + state.status());
        }
        Ratification ratification = Objects.requireNonNull(open.dossier().ratification());
        List<String> reasons = new ArrayList<>();
        if (open.dossier().isOwn(ratify.by())) {
            reasons.add("separation of duties: " + ratify.by() + " asked for this change or carried it out");
        } else if (!ratification.ratifiers().contains(ratify.by())) {
            reasons.add(ratify.by() + " is not among those who may ratify: " + ratification.ratifiers());
        }
        if (ratify.decision() == VoteDecision.UNKNOWN) {
            reasons.add("decision: must be APPROVE or REJECT");
        }
        if (ratify.reason().isBlank()) {
            reasons.add("reason: is missing");
        }
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        return Closing.andThen(
                new RetroactiveApprovalRecorded(ratify.by(), ratify.decision(), ratify.reason()), open);
    }

    static Decision<ChangeEvent> miss(MissRatification missed, ChangeState state) {
        if (!(state instanceof Known open)
                || !open.dossier().isUnratified()
                || missed.at().isBefore(Objects.requireNonNull(open.dossier().ratification()).dueAt())) {
            return Decision.nothing();
        }
        return Closing.andThen(
                new RetroactiveApprovalMissed(open.dossier().ratification().dueAt()), open);
    }
}
