package slipway.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import slipway.audit.evidence.Finding.Verdict;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeRejected;
import slipway.events.change.PostImplementationReviewCompleted;
import slipway.events.change.RFCSubmitted;
import slipway.events.change.ReviewOpened;
import slipway.events.notification.NotificationFailed;
import slipway.events.notification.NotificationSent;
import slipway.events.release.ReleaseStarted;

class QuestionsTest {

    private static Finding ask(String question, Told told) {
        return Objects.requireNonNull(Questions.BY_NAME.get(question)).apply(told.story());
    }

    private static Verdict reviewed(String opened, String closed) {
        return ask("reviewed", new Told().change(ReviewOpened.class, opened).change(ChangeClosed.class, closed)).verdict();
    }

    @Test
    void whoever_has_to_look_looks() {
        assertThat(reviewed("{'reviewRequired':true}", "{'outcome':'SUCCESSFUL','automatic':true}")).isEqualTo(Verdict.NOT_MET);
        assertThat(reviewed("{'reviewRequired':true}", "{'outcome':'SUCCESSFUL','automatic':false}")).isEqualTo(Verdict.MET);
        assertThat(reviewed("{'reviewRequired':false}", "{'outcome':'SUCCESSFUL','automatic':true}")).isEqualTo(Verdict.MET);
        Told before = new Told()
                .change(PostImplementationReviewCompleted.class, "{'reviewer':'anna','outcome':'SUCCESSFUL'}")
                .change(ReviewOpened.class, "{'reviewRequired':true}");
        assertThat(ask("reviewed", before).verdict()).as("of what was before").isEqualTo(Verdict.NOT_APPLICABLE);
    }

    @Test
    void of_each_thing_that_people_were_to_be_told_somebody_was() {
        Told told = new Told()
                .fact("NTF-1", NotificationSent.class, "{'factId':'f1','factType':'ReleaseDeployed','recipient':'#web'}")
                .fact("NTF-2", NotificationFailed.class, "{'factId':'f2','factType':'ApprovalRequested','recipient':'anna'}");
        assertThat(ask("communicated", told))
                .extracting(Finding::verdict, Finding::why)
                .containsExactly(Verdict.NOT_MET, "nobody was told of ApprovalRequested: anna could not be reached");
        told.fact("NTF-3", NotificationSent.class, "{'factId':'f2','factType':'ApprovalRequested','recipient':'bert'}");
        assertThat(ask("communicated", told).why()).isEqualTo("2 messages to 2 recipients; 1 did not arrive, and others were told the same");
    }

    private static List<Verdict> verdicts(Told told) {
        return new Controls().of(List.of(told.story())).stream().map(each -> each.evidence().getFirst().verdict()).toList();
    }

    private static Told asked() {
        return new Told().change(RFCSubmitted.class, "{'rfc':{'requester':'rosa','justification':'a','implementationPlan':'b','rollbackPlan':'c','testPlan':'d'}}");
    }

    @Test
    void no_control_is_met_by_a_change_that_is_not_over_or_that_nobody_carried_out() {
        assertThat(verdicts(asked())).containsOnly(Verdict.NOT_APPLICABLE);
        assertThat(verdicts(asked().change(ChangeRejected.class, "{'voter':'anna'}"))).containsOnly(Verdict.NOT_APPLICABLE);
        assertThat(verdicts(asked().change(ChangeCancelled.class, "{}"))).containsOnly(Verdict.NOT_APPLICABLE);
        assertThat(new Controls().of(List.of(asked().story())).getFirst().evidence().getFirst().why()).startsWith("it is not over yet; ");
    }

    @Test
    void what_is_broken_already_is_told_before_the_change_is_over() {
        assertThat(verdicts(asked().change(ChangeApproved.class, "{'by':'HUMAN','approvers':['anna']}").release(ReleaseStarted.class, "{'environment':'prod'}")))
                .containsOnly(Verdict.NOT_MET);
    }

    @Test
    void what_was_turned_down_and_asked_for_again_goes_on() {
        Told told = asked().change(ChangeRejected.class, "{'voter':'anna'}");
        assertThat(ChangePages.outcome(told.story())).isEqualTo("REJECTED");
        assertThat(ChangePages.outcome(told.change(RFCSubmitted.class, "{'rfc':{'requester':'rosa'}}").story())).isEqualTo("OPEN");
        Told late = asked().change(ChangeClosed.class, "{'outcome':'FAILED_BACKED_OUT'}").change(ReviewOpened.class, "{}");
        assertThat(ChangePages.outcome(late.story())).as("never reopened").isEqualTo("FAILED_BACKED_OUT");
    }
}
