package slipway.change.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import slipway.change.domain.ChangeCommand.BreakGlass;
import slipway.change.domain.ChangeCommand.MissRatification;
import slipway.change.domain.ChangeCommand.Ratify;
import slipway.change.domain.ChangeEvent.ApprovalSuperseded;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ChangeExpired;
import slipway.change.domain.ChangeEvent.ChangeHeld;
import slipway.change.domain.ChangeEvent.ChangeRejected;
import slipway.change.domain.ChangeEvent.EmergencyBypassInvoked;
import slipway.change.domain.ChangeEvent.RetroactiveApprovalMissed;
import slipway.change.domain.ChangeEvent.RetroactiveApprovalRecorded;
import slipway.change.domain.ChangeState.Asked;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Known;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// What goes ahead without approval: an emergency for which somebody breaks the glass. People judge it afterwards, within a
/// day, and as many as would have had to approve it; that they did not is a fact too.
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
        reasons.addAll(Wording.reason("reason", bypass.reason()));
        String by = bypass.by().id();
        List<ApprovalStage> stages = waiting.asked().stream()
                .map(asked -> without(bypass.by().everybody(), asked, dossier))
                .toList();
        List<String> ratifiers = stages.stream()
                .flatMap(stage -> stage.eligible().stream())
                .distinct()
                .sorted()
                .toList();
        if (!Ratification.sufficed(stages, ratifiers)) {
            reasons.add("nobody could ratify it afterwards; let one of those break the glass who may not vote, or ask "
                    + waiting.asked().stream().flatMap(asked -> asked.stage().eligible().stream()).toList());
        }
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        return Decision.accept(
                new ApprovalSuperseded(
                        dossier.digest(),
                        waiting.votes().values().stream().map(ChangeState.Vote::voter).toList(),
                        by + " broke the glass"),
                new EmergencyBypassInvoked(by, ground(dossier.rfc()), bypass.reason(), ratifiers, bypass.at().plus(TIME), stages),
                new ChangeApproved(
                        ApprovedBy.BREAK_GLASS,
                        // Nobody approved it; who broke the glass is in the fact before.
                        List.of("break-glass"),
                        dossier.digest(),
                        Assessment.lastsUntil(dossier.rfc().outerWindow(), bypass.at())));
    }

    /// Also those who would have been asked next: fewer may be left than for a vote.
    private static ApprovalStage without(List<String> bypassing, Asked asked, Dossier dossier) {
        ApprovalStage stage = asked.stage();
        return new ApprovalStage(
                stage.name(),
                Stream.concat(stage.eligible().stream(), asked.escalation().stream())
                        .filter(person -> !bypassing.contains(person) && dossier.part(person) == null)
                        .distinct()
                        .sorted()
                        .toList(),
                stage.quorum(),
                stage.vetoers());
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
        String by = ratify.by().id();
        List<String> reasons = new ArrayList<>();
        ratify.by().everybody().forEach(person -> {
            String part = open.dossier().part(person);
            if (part != null) {
                reasons.add("separation of duties: " + person + " " + part + " and never ratifies this change");
            }
        });
        if (reasons.isEmpty() && !ratification.ratifiers().contains(by)) {
            reasons.add(by + " is not among those who may ratify: " + ratification.ratifiers());
        } else if (reasons.isEmpty() && !ratify.today().mayRatify(by, ratification.stageNames())) {
            reasons.add(by + " might have ratified, but is no longer in a group that may");
        }
        if (ratify.decision() == VoteDecision.UNKNOWN) {
            reasons.add("decision: must be APPROVE or REJECT");
        }
        reasons.addAll(Wording.reason("reason", ratify.reason()));
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        if (ratify.decision() == VoteDecision.APPROVE && ratification.approvals().contains(by)) {
            return Decision.nothing();
        }
        RetroactiveApprovalRecorded recorded =
                new RetroactiveApprovalRecorded(by, ratify.decision(), ratify.reason());
        return ratify.decision() == VoteDecision.REJECT
                ? stopped(
                        recorded,
                        new ChangeRejected("ratification", by, ratify.reason()),
                        by,
                        "not ratified: " + ratify.reason(),
                        open)
                : Closing.andThen(recorded, open);
    }

    /// What should not have gone ahead does not go on: before its start it ends, a running one is held until a change manager
    /// lets go of it. What is done is for the review.
    private static Decision<ChangeEvent> stopped(
            ChangeEvent judged, ChangeEvent end, String by, String reason, Known open) {
        return switch (open) {
            case ChangeState.Approved _, ChangeState.Scheduled _ -> Decision.accept(judged, end);
            case ChangeState.Implementing running ->
                Decision.accept(
                        judged, new ChangeHeld(HoldKind.MANUAL, by, reason), Timing.revoked(running, RevocationCause.RATIFICATION, reason));
            case ChangeState.Draft _,
                    ChangeState.Assessing _,
                    AwaitingApproval _,
                    ChangeState.Rejected _,
                    ChangeState.Expired _,
                    ChangeState.Monitoring _,
                    ChangeState.RollingBack _,
                    ChangeState.InReview _ ->
                Closing.andThen(judged, open);
        };
    }

    static Decision<ChangeEvent> miss(MissRatification missed, ChangeState state) {
        if (!(state instanceof Known open)
                || !open.dossier().isUnratified()
                || missed.at().isBefore(Objects.requireNonNull(open.dossier().ratification()).dueAt())) {
            return Decision.nothing();
        }
        Instant dueAt = open.dossier().ratification().dueAt();
        String reason = "not ratified until " + dueAt;
        return stopped(new RetroactiveApprovalMissed(dueAt), new ChangeExpired(reason), "ratification", reason, open);
    }
}
