package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.INSIDE;
import static slipway.change.domain.Examples.RELEASE;
import static slipway.change.domain.Examples.ROSA;
import static slipway.change.domain.Examples.WINDOW;
import static slipway.change.domain.Examples.answers;
import static slipway.change.domain.Examples.approval;
import static slipway.change.domain.Examples.criterion;
import static slipway.change.domain.Examples.implementing;
import static slipway.change.domain.Examples.lowRisk;
import static slipway.change.domain.Examples.monitoring;
import static slipway.change.domain.Examples.rfc;
import static slipway.change.domain.Examples.rollingBack;
import static slipway.change.domain.Examples.scheduled;
import static slipway.change.domain.Examples.submit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeCommand.Cancel;
import slipway.change.domain.ChangeCommand.Close;
import slipway.change.domain.ChangeCommand.EndRelease;
import slipway.change.domain.ChangeCommand.EndRollback;
import slipway.change.domain.ChangeCommand.EndSoak;
import slipway.change.domain.ChangeCommand.Review;
import slipway.change.domain.ChangeCommand.RollBack;
import slipway.change.domain.ChangeEvent.ChangeClosed;
import slipway.change.domain.ChangeEvent.PostImplementationReviewCompleted;
import slipway.change.domain.ChangeEvent.ReviewOpened;
import slipway.decider.Decision;

class ClosingTest {

    private static final EndSoak GOOD = new EndSoak(List.of(criterion(true)), INSIDE.plusSeconds(60));
    private static final EndRollback BACK = new EndRollback(RELEASE, Outcome.BACKED_OUT, "everything is back", INSIDE);
    private static final EndRollback STUCK = new EndRollback(RELEASE, Outcome.FAILED_NOT_BACKED_OUT, "prod-2 is gone", INSIDE);

    /// Five business days: Monday to Monday.
    private static final Instant DUE = INSIDE.plus(Duration.ofDays(7));

    @Test
    void a_low_risk_success_closes_itself() {
        monitoring(lowRisk())
                .when(GOOD)
                .then(
                        new ReviewOpened(
                                "watched; all criteria are met", List.of(criterion(true)), Outcome.SUCCESSFUL, false, null),
                        new ChangeClosed(Outcome.SUCCESSFUL, true));
    }

    @Test
    void at_a_higher_risk_a_person_looks_even_at_a_success() {
        monitoring(rfc())
                .when(GOOD)
                .then(new ReviewOpened(
                        "watched; all criteria are met", List.of(criterion(true)), Outcome.SUCCESSFUL, true, null));
    }

    @Test
    void a_low_risk_emergency_does_not_close_itself() {
        Rfc emergency = rfc(
                ChangeType.EMERGENCY, answers(1), List.of("inventory-web"), WINDOW, null, false, false, "INC-1");
        monitoring(emergency).when(GOOD).thenKinds(ReviewOpened.class);
    }

    @Test
    void missing_telemetry_is_not_met() {
        ReviewOpened one = monitoring(lowRisk())
                .when(new EndSoak(List.of(criterion(true), criterion(false)), INSIDE.plusSeconds(60)))
                .fact(ReviewOpened.class);
        assertThat(one.proposedOutcome()).isEqualTo(Outcome.SUCCESSFUL_WITH_ISSUES);
        assertThat(one.reviewRequired()).isTrue();
        monitoring(lowRisk())
                .when(new EndSoak(List.of(), INSIDE.plusSeconds(60)))
                .thenKinds(ReviewOpened.class);
    }

    @Test
    void the_soak_is_not_cut_short_and_ends_once() {
        monitoring(rfc())
                .when(new EndSoak(List.of(criterion(true)), INSIDE.plusSeconds(60).minusMillis(1)))
                .thenRefused("watched until");
        monitoring(rfc()).after(GOOD).when(GOOD).thenNothing();
        rollingBack(rfc()).when(GOOD).thenNothing();
    }

    @Test
    void a_rollback_ends_in_a_review_for_better_or_worse() {
        rollingBack(lowRisk())
                .when(BACK)
                .then(new ReviewOpened("everything is back", List.of(), Outcome.BACKED_OUT, true, DUE));
        rollingBack(lowRisk())
                .when(STUCK)
                .then(new ReviewOpened("prod-2 is gone", List.of(), Outcome.FAILED_NOT_BACKED_OUT, true, DUE));
        rollingBack(rfc()).after(BACK).when(BACK).thenNothing();
        implementing(rfc()).when(BACK).thenNothing();
    }

    @Test
    void a_rollback_that_a_human_brought_to_its_end_is_reviewed_anew() {
        rollingBack(rfc()).after(STUCK).when(STUCK).thenNothing();
        rollingBack(rfc()).after(STUCK).when(BACK).thenKinds(ReviewOpened.class);
    }

    @Test
    void a_release_that_gave_up_leads_to_a_review_but_not_after_a_cancellation() {
        EndRelease aborted = new EndRelease(RELEASE, "no longer wanted", INSIDE);
        ReviewOpened review =
                new ReviewOpened("release aborted: no longer wanted", List.of(), Outcome.ABORTED, true, null);
        scheduled(rfc()).when(aborted).thenNothing();
        implementing(rfc()).when(aborted).then(review);
        scheduled(rfc()).after(new Cancel(ROSA, "freeze")).when(aborted).thenNothing();
        implementing(rfc()).when(new EndRelease("REL-2", "no longer wanted", INSIDE)).thenNothing();
        monitoring(rfc()).when(aborted).thenNothing();
    }

    @Test
    void what_seemed_to_be_well_may_be_taken_back_while_people_look_at_it_and_after_they_closed_it() {
        RollBack back = new RollBack(RELEASE, "customers complain");
        var soaked = monitoring(rfc()).after(GOOD);
        soaked.when(back).thenKinds(ChangeEvent.ImplementationRolledBack.class);
        soaked.when(new RollBack("REL-2", "another")).thenNothing();
        soaked.after(back).when(BACK).thenKinds(ReviewOpened.class);
        rollingBack(rfc()).after(BACK).when(back).thenNothing();
        var closed = monitoring(rfc()).after(GOOD, new Close(ROSA, Outcome.SUCCESSFUL));
        ChangeEvent.ChangeOutcomeReclassified again = closed.when(BACK).fact(ChangeEvent.ChangeOutcomeReclassified.class);
        assertThat(again.from()).isEqualTo(Outcome.SUCCESSFUL);
        assertThat(again.to()).isEqualTo(Outcome.BACKED_OUT);
        assertThat(again.incidentRef()).isEqualTo(RELEASE);
        closed.after(BACK).when(BACK).thenNothing();
    }

    @Test
    void a_change_manager_reviews_and_closes() {
        rollingBack(rfc())
                .after(BACK)
                .when(new Review(ROSA, Outcome.BACKED_OUT, "test with real data", null))
                .then(
                        new PostImplementationReviewCompleted("rosa", Outcome.BACKED_OUT, "test with real data", null),
                        new ChangeClosed(Outcome.BACKED_OUT, false));
    }

    @Test
    void every_reason_against_a_review_is_named_at_once() {
        rollingBack(rfc())
                .after(BACK)
                .when(new Review(new Asker("dana", Set.of("developers")), Outcome.SUCCESSFUL, " ", null))
                .thenRefused(
                        "dana is not in the group change-managers",
                        "separation of duties: dana",
                        "SUCCESSFUL contradicts the facts, which say BACKED_OUT",
                        "findings: is missing");
        rollingBack(rfc()).after(BACK).when(new Review(ROSA, Outcome.UNKNOWN, "x", null)).thenRefused("outcome: is missing");
    }

    @Test
    void nobody_calls_taken_back_what_is_out() {
        monitoring(rfc())
                .after(new EndSoak(List.of(), INSIDE.plusSeconds(60)))
                .when(new Review(ROSA, Outcome.BACKED_OUT, "x", null))
                .thenRefused("BACKED_OUT contradicts the facts, which say SUCCESSFUL_WITH_ISSUES");
    }

    @Test
    void nothing_is_reviewed_too_early_and_a_closed_change_is_never_reopened() {
        Review done = new Review(ROSA, Outcome.SUCCESSFUL, "fine", null);
        monitoring(rfc()).when(done).thenRefused("nothing to review: the change is MONITORING");
        monitoring(rfc()).after(GOOD, done).when(done).thenNothing();
        monitoring(rfc())
                .after(GOOD, done)
                .when(new Review(ROSA, Outcome.BACKED_OUT, "oh", null))
                .thenRefused("never reopened");
    }

    @Test
    void every_fact_leads_to_the_status_that_read_tables_show() {
        var decider = new ChangeDecider();

        ChangeState state = decider.initial();
        for (ChangeCommand command : List.of(
                submit(rfc()),
                approval("aki"),
                approval("sam"),
                Examples.schedule(),
                Examples.authorise("dev", rfc()),
                new ChangeCommand.CompleteImplementation(RELEASE, INSIDE),
                new ChangeCommand.RollBack(RELEASE, "canary failed"),
                BACK,
                new Review(ROSA, Outcome.BACKED_OUT, "fine", null))) {
            var accepted = (Decision.Accepted<ChangeEvent>) decider.decide(command, state);
            for (ChangeEvent fact : accepted.facts()) {
                state = decider.evolve(state, fact);
                Status shown = Status.after(fact);
                if (shown != null) {
                    assertThat(state.status()).isEqualTo(shown);
                }
            }
        }
        assertThat(state.status()).isEqualTo(Status.CLOSED);
    }
}
