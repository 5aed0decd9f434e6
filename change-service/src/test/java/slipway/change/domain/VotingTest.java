package slipway.change.domain;

import static slipway.change.domain.Examples.NOW;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.answers;
import static slipway.change.domain.Examples.approval;
import static slipway.change.domain.Examples.approved;
import static slipway.change.domain.Examples.implementing;
import static slipway.change.domain.Examples.lowRisk;
import static slipway.change.domain.Examples.rejection;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.scheduled;
import static slipway.change.domain.Examples.story;
import static slipway.change.domain.Examples.submitted;
import static slipway.change.domain.Examples.vote;
import static slipway.change.domain.Examples.with;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeCommand.Cancel;
import slipway.change.domain.ChangeCommand.Expire;
import slipway.change.domain.ChangeCommand.NoteAttempt;
import slipway.change.domain.ChangeEvent.ApprovalAttemptRefused;
import slipway.change.domain.ChangeEvent.ApprovalEscalated;
import slipway.change.domain.ChangeEvent.ApprovalVoteCast;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ChangeCancelled;
import slipway.change.domain.ChangeEvent.ChangeExpired;
import slipway.change.domain.ChangeEvent.ChangeRejected;

class VotingTest {

    @Test
    void a_vote_below_the_quorum_is_only_counted() {
        submitted(rfc())
                .when(approval("aki"))
                .then(new ApprovalVoteCast("peer", "aki", VoteDecision.APPROVE, null, null, List.of()));
    }

    @Test
    void the_vote_that_meets_the_quorum_approves_until_the_window_ends() {
        submitted(rfc())
                .after(approval("aki"))
                .when(approval("sam"))
                .then(
                        new ApprovalVoteCast("owner", "sam", VoteDecision.APPROVE, null, null, List.of()),
                        new ChangeApproved(
                                ApprovedBy.HUMAN, List.of("aki", "sam"), PlanDigest.of(rfc()), WINDOW.notAfter()));
    }

    @Test
    void low_risk_needs_one_approval() {
        submitted(lowRisk()).when(approval("aki")).thenKinds(ApprovalVoteCast.class, ChangeApproved.class);
    }

    @Test
    void nobody_votes_on_their_own_change() {
        submitted(lowRisk()).when(approval("dana")).thenRefused("separation of duties: dana is the requester");
    }

    @Test
    void one_human_counts_once() {
        submitted(rfc()).after(approval("aki")).when(approval("aki")).thenNothing();
    }

    @Test
    void a_newer_vote_of_the_same_person_supersedes_the_older_one() {
        submitted(lowRisk())
                .after(rejection("sam"))
                .when(approval("sam"))
                .thenKinds(ApprovalVoteCast.class, ChangeApproved.class);
        submitted(rfc()).after(approval("aki")).when(rejection("aki")).thenKinds(ApprovalVoteCast.class);
    }

    @Test
    void the_change_is_rejected_when_the_quorum_can_no_longer_be_met() {
        submitted(rfc()).when(rejection("sam")).then(
                new ApprovalVoteCast("peer", "sam", VoteDecision.REJECT, "no capacity", null, List.of()));
        submitted(rfc())
                .after(rejection("sam"))
                .when(rejection("lea"))
                .then(
                        new ApprovalVoteCast("owner", "lea", VoteDecision.REJECT, "no capacity", null, List.of()),
                        new ChangeRejected("owner", "lea", "no capacity"));
    }

    @Test
    void who_may_fill_two_seats_fills_the_one_that_nobody_else_can() {
        submitted(rfc())
                .after(rejection("lea"))
                .when(approval("sam"))
                .then(new ApprovalVoteCast("owner", "sam", VoteDecision.APPROVE, null, null, List.of()));
    }

    @Test
    void security_alone_stops_what_the_board_decides() {
        Rfc high = with(answers(2), List.of("payments"), WINDOW);
        submitted(high)
                .after(approval("ben"), approval("ida"))
                .when(rejection("uri"))
                .thenKinds(ApprovalVoteCast.class, ChangeRejected.class);
        submitted(high).after(approval("ben")).when(rejection("ida")).thenKinds(ApprovalVoteCast.class);
    }

    @Test
    void a_delegate_votes_in_the_place_of_the_principal_and_inherits_what_they_may_not() {
        submitted(rfc())
                .when(vote("olu", "aki", true, null, VoteDecision.APPROVE, null, null, NOW))
                .then(new ApprovalVoteCast("peer", "olu", VoteDecision.APPROVE, null, "aki", List.of()));
        submitted(rfc())
                .when(vote("olu", "aki", false, null, VoteDecision.APPROVE, null, null, NOW))
                .thenRefused("aki has not delegated their votes to olu");
        submitted(rfc())
                .when(vote("olu", "dana", true, null, VoteDecision.APPROVE, null, null, NOW))
                .thenRefused("dana is the requester and never votes on this change, nor does their delegate");
        submitted(rfc())
                .when(vote("dana", "aki", true, null, VoteDecision.APPROVE, null, null, NOW))
                .thenRefused("separation of duties: dana is the requester");
    }

    @Test
    void one_human_counts_once_also_as_a_delegate() {
        submitted(rfc())
                .after(approval("aki"))
                .when(vote("aki", "sam", true, null, VoteDecision.APPROVE, null, null, NOW))
                .thenRefused("one human counts once: aki has voted in the place of aki");
    }

    @Test
    void an_approval_never_rejects_a_change_by_taking_the_only_seat_that_another_stage_has_left() {
        var left = submitted(rfc()).after(rejection("lea"));
        left.when(vote("sam", null, false, "peer", VoteDecision.APPROVE, null, null, NOW))
                .thenRefused("without sam these stages cannot reach their quorum: [owner]");
        left.when(approval("sam")).then(new ApprovalVoteCast("owner", "sam", VoteDecision.APPROVE, null, null, List.of()));
    }

    @Test
    void a_vote_counts_for_the_plan_that_was_read() {
        String read = PlanDigest.of(rfc());
        submitted(rfc())
                .when(vote("aki", null, false, null, VoteDecision.APPROVE, null, read, NOW))
                .thenKinds(ApprovalVoteCast.class);
        submitted(rfc())
                .when(vote("aki", null, false, null, VoteDecision.APPROVE, null, "sha256:before", NOW))
                .thenRefused("planDigest: the plan is another one by now");
    }

    @Test
    void the_principal_overrules_their_delegate() {
        submitted(rfc())
                .after(vote("olu", "sam", true, "owner", VoteDecision.APPROVE, null, null, NOW))
                .when(rejection("sam"))
                .then(new ApprovalVoteCast("owner", "sam", VoteDecision.REJECT, "no capacity", null, List.of()));
    }

    @Test
    void an_attempt_that_was_refused_is_told_in_the_story_of_the_change() {
        story().when(new NoteAttempt("dana", true, List.of("separation of duties")))
                .then(new ApprovalAttemptRefused("dana", true, List.of("separation of duties")));
    }

    @Test
    void nobody_answered_in_time_so_more_people_are_asked_once() {
        Rfc emergency =
                rfc(ChangeType.EMERGENCY, answers(2), List.of("shop"), WINDOW, null, false, false, "INC-1");
        Instant due = NOW.plus(Duration.ofMinutes(10));
        submitted(emergency)
                .when(new Expire(due))
                .then(new ApprovalEscalated(
                        new ApprovalStage("emergency", List.of("noa", "rosa", "tim"), 1, List.of()),
                        due.plus(Duration.ofMinutes(20))));
        submitted(emergency).after(new Expire(due)).when(new Expire(due)).thenNothing();
        submitted(emergency)
                .after(new Expire(due))
                .when(new Expire(due.plus(Duration.ofMinutes(20))))
                .thenKinds(ChangeExpired.class);
        submitted(emergency).after(new Expire(due)).when(approval("rosa")).thenKinds(
                ApprovalVoteCast.class, ChangeApproved.class);
    }

    @Test
    void every_reason_against_a_vote_is_named_at_once() {
        submitted(rfc())
                .when(vote("olu", null, false, null, VoteDecision.REJECT, " ", null, WINDOW.notAfter()))
                .thenRefused("olu is not among those who may vote", "reason: is missing");
        submitted(rfc())
                .when(vote("aki", null, false, null, VoteDecision.APPROVE, null, null, WINDOW.notAfter()))
                .thenRefused("the time to vote ended");
        submitted(rfc()).when(vote("aki", null, false, null, VoteDecision.UNKNOWN, null, null, NOW)).thenRefused("decision: must be");
    }

    @Test
    void when_the_vote_is_over_another_one_is_refused_but_a_repeated_one_is_not() {
        approved(lowRisk()).when(approval("aki")).thenNothing();
        approved(lowRisk()).when(approval("sam")).thenRefused("nothing to vote on: the change is APPROVED");
        story().when(approval("sam")).thenRefused("nothing to vote on");
    }

    @Test
    void a_request_that_nobody_answered_expires_and_only_once() {
        Expire due = new Expire(WINDOW.notAfter());
        submitted(rfc()).when(new Expire(WINDOW.notAfter().minusMillis(1))).thenNothing();
        submitted(rfc()).when(due).then(new ChangeExpired("not approved until " + WINDOW.notAfter() + " by stage peer"));
        submitted(rfc()).after(due).when(due).thenNothing();
    }

    @Test
    void an_approval_that_was_not_used_in_time_expires() {
        Expire due = new Expire(WINDOW.notAfter());
        approved(rfc()).when(due).thenKinds(ChangeExpired.class);
        scheduled(rfc()).when(due).thenKinds(ChangeExpired.class);
        scheduled(rfc()).when(new Expire(WINDOW.notAfter().minusMillis(1))).thenNothing();
        implementing(rfc()).when(due).thenNothing();
    }

    @Test
    void requester_or_change_manager_cancel_until_the_start() {
        Cancel own = new Cancel(new Asker("dana", Set.of()), "not needed");
        Cancel manager = new Cancel(Examples.ROSA, "freeze");
        submitted(rfc()).when(own).then(new ChangeCancelled("dana", "not needed"));
        approved(rfc()).when(manager).then(new ChangeCancelled("rosa", "freeze"));
        scheduled(rfc()).when(own).thenKinds(ChangeCancelled.class);
        scheduled(rfc()).after(own).when(own).thenNothing();
    }

    @Test
    void a_stranger_does_not_cancel_and_nobody_without_a_reason() {
        submitted(rfc())
                .when(new Cancel(new Asker("olu", Set.of("auditors")), ""))
                .thenRefused("olu is neither requester nor implementer", "reason: is missing");
    }

    @Test
    void from_implementing_on_nobody_cancels() {
        Cancel cancel = new Cancel(Examples.ROSA, "freeze");
        implementing(rfc()).when(cancel).thenRefused("from IMPLEMENTING on");
        Examples.monitoring(rfc()).when(cancel).thenRefused("from IMPLEMENTING on");
        Examples.rollingBack(rfc()).when(cancel).thenRefused("from IMPLEMENTING on");
        submitted(rfc())
                .after(rejection("sam"), rejection("lea"))
                .when(cancel)
                .thenRefused("the change is REJECTED");
    }
}
