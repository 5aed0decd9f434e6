package slipway.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.audit.domain.Invariant;
import slipway.audit.evidence.Finding.Verdict;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeClosed;
import slipway.events.change.EmergencyBypassInvoked;
import slipway.events.change.RetroactiveApprovalMissed;
import slipway.events.change.RetroactiveApprovalRecorded;
import slipway.events.release.ReleaseStarted;

class AuthorityTest {

    /// An owner, and a second person of the owners or the peers.
    private static final String STAGES =
            "[{'name':'owners','eligible':['anna','bert'],'quorum':1},{'name':'peers','eligible':['anna','carl'],'quorum':1}]";

    private static Told emergency() {
        return new Told()
                .change(EmergencyBypassInvoked.class, "{'by':'olu','ratificationDueAt':'2026-03-04T10:00:00Z','stages':" + STAGES + "}")
                .change(ChangeApproved.class, "{'by':'BREAK_GLASS','approvers':['break-glass']}")
                .release(ReleaseStarted.class, "{'environment':'prod'}");
    }

    private static Told ratified(String... people) {
        Told told = emergency();
        List.of(people).forEach(each -> told.change(RetroactiveApprovalRecorded.class, "{'by':'" + each + "','decision':'APPROVE'}"));
        return told;
    }

    private static Verdict closed(Told told) {
        return Authority.authorised(told.change(ChangeClosed.class, "{}").story()).verdict();
    }

    @Test
    void an_emergency_is_ratified_when_each_seat_has_somebody_of_its_own() {
        assertThat(closed(ratified("anna", "bert"))).isEqualTo(Verdict.MET);
        assertThat(closed(ratified("anna", "carl"))).isEqualTo(Verdict.MET);
        assertThat(closed(ratified("anna"))).as("two seats, one person").isEqualTo(Verdict.NOT_MET);
        assertThat(closed(ratified("carl", "carl"))).isEqualTo(Verdict.NOT_MET);
    }

    @Test
    void an_emergency_that_was_not_ratified_in_time_is_not_met_whoever_says_yes_afterwards() {
        Finding finding = Authority.authorised(ratified("anna")
                .change(RetroactiveApprovalMissed.class, "{'dueAt':'2026-03-04T10:00:00Z'}")
                .change(RetroactiveApprovalRecorded.class, "{'by':'bert','decision':'APPROVE'}")
                .story());
        assertThat(finding.verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(finding.why()).isEqualTo("an emergency, let through by olu; not enough people ratified it in time");
        assertThat(closed(ratified("anna", "bert").change(RetroactiveApprovalRecorded.class, "{'by':'carl','decision':'REJECT'}"))).isEqualTo(Verdict.NOT_MET);
    }

    @Test
    void as_long_as_somebody_may_ratify_it_is_not_answered_yet_but_no_longer_than_it_is_open() {
        assertThat(Authority.authorised(emergency().story()))
                .isEqualTo(Finding.notApplicable("an emergency, let through by olu; not ratified yet, due until 2026-03-04T10:00:00Z"));
        assertThat(closed(emergency())).isEqualTo(Verdict.NOT_MET);
    }

    @Test
    void a_rollout_that_the_invariant_is_broken_by_is_not_authorised() {
        Told told = new Told()
                .change(ChangeApproved.class, "{'by':'HUMAN','approvers':['anna']}")
                .release(ReleaseStarted.class, "{'environment':'prod'}");
        assertThat(Authority.authorised(told.story()).verdict()).isEqualTo(Verdict.MET);
        Finding finding = Authority.authorised(told.breaks(Invariant.START_IS_AUTHORISED, "CHG-1: its approval was over when it got leave").story());
        assertThat(finding.verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(finding.why()).isEqualTo("the rollout in prod began without authority: CHG-1: its approval was over when it got leave");
    }

    @Test
    void whoever_ratifies_or_is_named_by_an_approval_is_held_against_the_plan_as_well_as_who_votes() {
        Told told = new Told().change(ApprovalVoteCast.class, "{'voter':'anna','decision':'APPROVE'}");
        assertThat(Authority.separated(told.story()).verdict()).isEqualTo(Verdict.MET);
        assertThat(Authority.separated(new Told().change(ChangeApproved.class, "{'by':'POLICY','approvers':[]}").story()).verdict())
                .isEqualTo(Verdict.NOT_APPLICABLE);
        told.change(RetroactiveApprovalRecorded.class, "{'by':'rosa','decision':'APPROVE'}")
                .breaks(Invariant.NOBODY_APPROVES_THEIR_OWN, "rosa approved a change of their own");
        assertThat(Authority.separated(told.story()).verdict()).isEqualTo(Verdict.NOT_MET);
    }
}
