package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.INVENTORY;
import static slipway.change.domain.Examples.NOW;
import static slipway.change.domain.Examples.RELEASE;
import static slipway.change.domain.Examples.ROSA;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.answers;
import static slipway.change.domain.Examples.approval;
import static slipway.change.domain.Examples.implementing;
import static slipway.change.domain.Examples.lowRisk;
import static slipway.change.domain.Examples.now;
import static slipway.change.domain.Examples.person;
import static slipway.change.domain.Examples.rejection;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.story;
import static slipway.change.domain.Examples.submitted;
import static slipway.change.domain.Examples.today;
import static slipway.change.domain.Examples.vote;
import static slipway.change.domain.Examples.with;
import static slipway.change.domain.Examples.without;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeCommand.Amend;
import slipway.change.domain.ChangeCommand.BreakGlass;
import slipway.change.domain.ChangeCommand.Close;
import slipway.change.domain.ChangeCommand.CompleteImplementation;
import slipway.change.domain.ChangeCommand.EndRollback;
import slipway.change.domain.ChangeCommand.EndSoak;
import slipway.change.domain.ChangeCommand.Expire;
import slipway.change.domain.ChangeCommand.LiftHold;
import slipway.change.domain.ChangeCommand.LookAtVoters;
import slipway.change.domain.ChangeCommand.PutOnHold;
import slipway.change.domain.ChangeCommand.Ratify;
import slipway.change.domain.ChangeCommand.ReclassifyOutcome;
import slipway.change.domain.ChangeCommand.Review;
import slipway.change.domain.ChangeCommand.Revise;
import slipway.change.domain.ChangeCommand.RollBack;
import slipway.change.domain.ChangeCommand.SaveDraft;
import slipway.change.domain.ChangeCommand.Submit;
import slipway.change.domain.ChangeCommand.TakeIn;
import slipway.change.domain.ChangeEvent.ApprovalEscalated;
import slipway.change.domain.ChangeEvent.ApprovalRequested;
import slipway.change.domain.ChangeEvent.ApprovalVoteCast;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ChangeOutcomeReclassified;
import slipway.change.domain.ChangeEvent.ChangeRejected;
import slipway.change.domain.ChangeEvent.RetroactiveApprovalRecorded;
import slipway.decider.Story;

/// Nobody judges what they asked for, carry out or wrote, by whatever road; and who judges has the right to when they do.
class SeparationTest {

    private static final Asker DANA = new Asker("dana", Set.of());
    /// Change managers who are peers as well.
    private static final Inventory MANAGED = INVENTORY
            .with(person("rosa", "change-managers", "approvers"))
            .with(person("kim", "approvers"));
    private static final Rfc PLAN = lowRisk();
    private static final Rfc ANOTHER = Amended.of(PLAN).rollbackPlan("A way back that rosa thought of");

    private static Story<ChangeCommand, ChangeState, ChangeEvent> asked(Rfc rfc) {
        return story().after(new Submit(rfc, List.of("dana"), List.of(), now(MANAGED)));
    }

    private static ChangeCommand approves(String who) {
        return approval(new Asker(who, Set.of()), null, today(MANAGED));
    }

    private static Amend amend(String who, Rfc rfc) {
        return new Amend(new Asker(who, Set.of("change-managers")), rfc, List.of(), now(MANAGED));
    }

    @Test
    void whoever_wrote_the_plan_anew_does_not_approve_it_nor_is_asked() {
        var amended = asked(PLAN).after(amend("rosa", ANOTHER));
        amended.when(approves("rosa")).thenRefused("separation of duties: rosa wrote part of the plan and never votes");
        amended.when(approval(new Asker("olu", Set.of()), "rosa", today(MANAGED)))
                .thenRefused("rosa wrote part of the plan and never votes on this change, nor does their delegate");
        amended.when(approval(ROSA, "aki", today(MANAGED))).thenRefused("rosa wrote part of the plan");
        assertThat(asked(PLAN).when(amend("rosa", ANOTHER)).fact(ApprovalRequested.class).stage().eligible())
                .contains("aki", "sam")
                .doesNotContain("rosa");
        amended.when(approves("aki")).thenKinds(ApprovalVoteCast.class, ChangeApproved.class);
    }

    @Test
    void words_that_are_not_the_plan_make_nobody_its_author() {
        asked(PLAN)
                .after(amend("rosa", Amended.of(PLAN).title("A better title")))
                .when(approves("rosa"))
                .thenKinds(ApprovalVoteCast.class, ChangeApproved.class);
    }

    @Test
    void whoever_amends_themselves_out_goes_on_being_the_author() {
        Rfc kims = Amended.of(PLAN).implementer("kim");
        Rfc danas = Amended.of(Amended.of(kims).rollbackPlan("The way back that kim wrote")).implementer("dana");
        asked(kims).after(amend("kim", danas)).when(approves("kim")).thenRefused("kim wrote part of the plan");
        asked(kims)
                .after(amend("kim", danas), amend("dana", Amended.of(danas).rollbackPlan("One word more")))
                .when(approves("kim"))
                .thenRefused("kim wrote part of the plan");
    }

    @Test
    void whoever_wrote_a_draft_does_not_approve_what_became_of_it() {
        var draft = story().after(
                new SaveDraft(DANA, PLAN, RelativeTimes.NONE),
                new SaveDraft(ROSA, ANOTHER, RelativeTimes.NONE),
                new SaveDraft(new Asker("kim", Set.of("change-managers")), ANOTHER, RelativeTimes.NONE));
        var submitted = draft.after(new Submit(ANOTHER, List.of("dana"), List.of(), now(MANAGED)));
        submitted.when(approves("rosa")).thenRefused("rosa wrote part of the plan");
        submitted.when(approves("kim")).thenKinds(ApprovalVoteCast.class, ChangeApproved.class);
    }

    @Test
    void a_plan_that_only_its_author_could_approve_is_told_to_be_unsatisfiable() {
        Inventory few = without("aki", "sam").with(person("rosa", "change-managers", "approvers"));
        story().after(new Submit(PLAN, List.of("dana"), List.of(), now(few)))
                .when(new Amend(ROSA, ANOTHER, List.of(), now(few)))
                .thenRefused("nobody can give it");
    }

    @Test
    void whoever_acts_in_another_s_name_is_looked_at_too() {
        Asker throughDana = new Asker("aki", Set.of(), List.of("a-bot", "dana"));
        asked(PLAN)
                .when(approval(throughDana, null, today(MANAGED)))
                .thenRefused("separation of duties: dana is the requester and never votes on this change, nor in the name of aki");
        asked(PLAN)
                .when(approval(new Asker("aki", Set.of(), List.of("a-bot")), null, today(MANAGED)))
                .thenKinds(ApprovalVoteCast.class, ChangeApproved.class);
        Story<ChangeCommand, ChangeState, ChangeEvent> voted = asked(rfc()).after(approves("aki"));
        voted.when(approval(new Asker("sam", Set.of(), List.of("aki")), null, today(MANAGED)))
                .thenRefused("one human counts once: aki has voted in the place of aki");
    }

    @Test
    void a_system_that_hands_a_request_in_is_no_way_around_either() {
        TakeIn handed = new TakeIn(new Submit(PLAN, List.of("aki"), List.of(), now(MANAGED)), "/jira", "1");
        story().after(handed).when(approves("aki")).thenRefused("aki wrote part of the plan");
        story().after(handed).when(approves("sam")).thenKinds(ApprovalVoteCast.class, ChangeApproved.class);
    }

    @Test
    void a_delegate_does_not_overrule_the_principal_who_voted_themselves() {
        asked(rfc())
                .after(vote("sam", null, false, "peer", VoteDecision.REJECT, "too soon", null, NOW))
                .when(vote("olu", "sam", true, "peer", VoteDecision.APPROVE, null, null, NOW))
                .thenRefused("sam has voted themselves");
    }

    @Test
    void whoever_has_left_the_group_has_no_vote_any_more_though_they_were_asked() {
        Membership left = today(MANAGED.with(person("aki", "developers")));
        asked(PLAN)
                .when(approval(new Asker("aki", Set.of("approvers")), null, left))
                .thenRefused("aki was asked, but is no longer in a group that may vote");
        asked(PLAN)
                .when(approval(new Asker("olu", Set.of()), "aki", left))
                .thenRefused("aki was asked, but is no longer in a group");
        asked(PLAN)
                .when(approval(new Asker("olu", Set.of()), "sam", today(MANAGED.withoutPerson("olu"))))
                .thenRefused("olu is not in the inventory");
    }

    @Test
    void what_nobody_is_left_to_approve_is_told_at_once_and_not_when_the_time_is_over() {
        LookAtVoters all = new LookAtVoters(today(INVENTORY), NOW);
        LookAtVoters none = new LookAtVoters(today(without("aki", "sam")), NOW);
        submitted(lowRisk()).when(all).thenNothing();
        ChangeRejected rejected = submitted(lowRisk()).when(none).fact(ChangeRejected.class);
        assertThat(rejected.voter()).isEqualTo("policy");
        assertThat(rejected.reason()).contains("nobody can give it any more, because people left", "peer still needs 1");
    }

    @Test
    void those_who_come_next_are_asked_at_once_when_those_who_were_asked_have_left() {
        Rfc emergency = Examples.rfc(
                ChangeType.EMERGENCY, answers(2), List.of("shop"), WINDOW, null, false, false, "INC-1");
        ApprovalEscalated asked = submitted(emergency)
                .when(new LookAtVoters(today(without("noa", "tim")), NOW))
                .fact(ApprovalEscalated.class);
        assertThat(asked.stage().eligible()).contains("rosa");
    }

    @Test
    void a_vote_that_was_cast_stays_cast_when_its_voter_leaves() {
        submitted(rfc())
                .after(approval("aki"))
                .when(approval(new Asker("sam", Set.of()), null, today(without("aki"))))
                .thenKinds(ApprovalVoteCast.class, ChangeApproved.class);
    }

    @Test
    void whoever_has_left_or_wrote_the_plan_does_not_ratify_it() {
        Rfc emergency = Examples.rfc(
                ChangeType.EMERGENCY, answers(2), List.of("shop"), WINDOW, null, false, false, "INC-1");
        var bypassed = submitted(emergency).after(new BreakGlass(new Asker("noa", Set.of("break-glass")), "night", NOW));
        bypassed.when(new Ratify(new Asker("tim", Set.of("ecab")), VoteDecision.APPROVE, "right", today(without("tim")), NOW))
                .thenRefused("tim might have ratified, but is no longer in a group that may");
        bypassed.when(new Ratify(
                        new Asker("tim", Set.of(), List.of("dana")), VoteDecision.APPROVE, "right", today(INVENTORY), NOW))
                .thenRefused("dana is the requester and never ratifies");
        assertThat(submitted(emergency)
                        .when(new BreakGlass(new Asker("dana", Set.of("break-glass")), "night", NOW))
                        .fact(ChangeApproved.class)
                        .approvers())
                .as("nobody is named as the approver of their own change")
                .containsExactly("break-glass");
    }

    @Test
    void what_was_done_already_is_ratified_by_as_many_as_would_have_had_to_approve_it() {
        Rfc late = Examples.rfc(
                ChangeType.LATENT,
                answers(2),
                List.of("payments"),
                new slipway.change.calendar.Window(NOW.minus(Duration.ofHours(2)), NOW.minus(Duration.ofHours(1))),
                null,
                false,
                false,
                null);
        var registered = submitted(late);
        registered = registered.after(Examples.ratify("aki", VoteDecision.APPROVE, "right", NOW));
        assertThat(((ChangeState.Known) registered.state()).dossier().isUnratified()).isTrue();
        for (String who : List.of("sam", "lea", "ben", "ida", "uri")) {
            if (((ChangeState.Known) registered.state()).dossier().isUnratified()) {
                registered.when(Examples.ratify(who, VoteDecision.APPROVE, "right", NOW))
                        .fact(RetroactiveApprovalRecorded.class);
                registered = registered.after(Examples.ratify(who, VoteDecision.APPROVE, "right", NOW));
            }
        }
        Dossier ratified = ((ChangeState.Known) registered.state()).dossier();
        assertThat(ratified.isUnratified()).isFalse();
        assertThat(ratified.ratification().approvals()).as("a peer, an owner and three of the board").hasSize(5);
    }

    @Test
    void what_was_found_later_is_no_better_and_not_for_those_whose_change_it_was() {
        var backedOut = implementing(rfc())
                .after(new RollBack(RELEASE, "bad"), new EndRollback(RELEASE, Outcome.BACKED_OUT, "back", NOW))
                .after(new Review(ROSA, Outcome.BACKED_OUT, "learnt", null));
        backedOut.when(new ReclassifyOutcome(ROSA, Outcome.SUCCESSFUL, "INC-1", "it was fine"))
                .thenRefused("SUCCESSFUL contradicts the facts, which say BACKED_OUT", "BACKED_OUT stays or gets worse");
        backedOut.when(new ReclassifyOutcome(ROSA, Outcome.FAILED_NOT_BACKED_OUT, "INC-1", "half of it was left"))
                .thenKinds(ChangeOutcomeReclassified.class);
        var issues = implementing(rfc())
                .after(new CompleteImplementation(RELEASE, NOW))
                .after(new EndSoak(List.of(Examples.criterion(true)), NOW.plusSeconds(60)))
                .after(new Close(ROSA, Outcome.SUCCESSFUL_WITH_ISSUES));
        issues.when(new ReclassifyOutcome(ROSA, Outcome.SUCCESSFUL, "INC-1", "it was fine"))
                .thenRefused("SUCCESSFUL_WITH_ISSUES stays or gets worse");
        issues.when(new ReclassifyOutcome(
                        new Asker("dana", Set.of("change-managers")), Outcome.FAILED_NOT_BACKED_OUT, "INC-1", "mine"))
                .thenRefused("separation of duties: dana asked for this change");
    }

    @Test
    void a_hold_outlives_a_rejection_and_a_revision() {
        var held = submitted(rfc()).after(new PutOnHold(ROSA, "not before the audit"));
        for (var over : List.of(
                held.after(rejection("sam"), rejection("lea")), held.after(new Expire(WINDOW.notAfter())))) {
            var again = over.after(new Revise(DANA), Examples.submit(rfc()));
            assertThat(((ChangeState.Known) again.state()).dossier().holds())
                    .containsExactly(new Hold(HoldKind.MANUAL, "rosa", "not before the audit"));
            assertThat(over.after(new Revise(DANA), new LiftHold(ROSA, "it was")).state())
                    .isInstanceOfSatisfying(
                            ChangeState.Draft.class, draft -> assertThat(draft.dossier().isHeld()).isFalse());
        }
    }

    @Test
    void security_is_asked_today_as_well() {
        Rfc high = with(answers(2), List.of("payments"), WINDOW);
        submitted(high)
                .when(new ChangeCommand.CastVote(
                        new Asker("uri", Set.of("security")),
                        null,
                        false,
                        null,
                        VoteDecision.REJECT,
                        "no",
                        null,
                        today(INVENTORY.with(person("uri", "developers"))),
                        NOW))
                .thenRefused("uri was asked, but is no longer in a group");
    }
}
