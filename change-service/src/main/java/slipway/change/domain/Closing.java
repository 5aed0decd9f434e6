package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import slipway.change.domain.ChangeCommand.EndRelease;
import slipway.change.domain.ChangeCommand.EndRollback;
import slipway.change.domain.ChangeCommand.EndSoak;
import slipway.change.domain.ChangeCommand.Review;
import slipway.change.domain.ChangeEvent.ChangeClosed;
import slipway.change.domain.ChangeEvent.PostImplementationReviewCompleted;
import slipway.change.domain.ChangeEvent.ReviewOpened;
import slipway.change.domain.ChangeState.Closed;
import slipway.change.domain.ChangeState.Implementing;
import slipway.change.domain.ChangeState.InReview;
import slipway.change.domain.ChangeState.Monitoring;
import slipway.change.domain.ChangeState.RollingBack;
import slipway.change.domain.ChangeState.Scheduled;
import slipway.decider.Decision;

/// How a change ends. A low-risk, successful one whose criteria are met closes itself; at any other a person looks.
final class Closing {

    private Closing() {}

    static Decision<ChangeEvent> endSoak(EndSoak soaked, ChangeState state) {
        if (!(state instanceof Monitoring watched)) {
            return Decision.nothing();
        }
        if (soaked.at().isBefore(watched.soakUntil())) {
            return Decision.refuse("the change is watched until " + watched.soakUntil());
        }
        boolean met = !soaked.criteria().isEmpty()
                && soaked.criteria().stream().allMatch(CriterionResult::met);
        boolean closesItself = met
                && watched.plan().risk() == RiskLevel.LOW
                && watched.plan().rfc().type() != ChangeType.EMERGENCY;
        Outcome outcome = met ? Outcome.SUCCESSFUL : Outcome.SUCCESSFUL_WITH_ISSUES;
        String cause = met ? "watched; all criteria are met" : "watched; not all criteria are met";
        ReviewOpened review = new ReviewOpened(cause, soaked.criteria(), outcome, !closesItself);
        return closesItself
                ? Decision.accept(review, new ChangeClosed(outcome, true))
                : Decision.accept(review);
    }

    static Decision<ChangeEvent> endRollback(EndRollback ended, ChangeState state) {
        boolean ours = state instanceof RollingBack(_, var releaseId) && releaseId.equals(ended.releaseId());
        // A rollback that failed at first and was brought to its end by a human.
        boolean mended = state instanceof InReview(_, var proposed)
                && proposed == Outcome.FAILED_NOT_BACKED_OUT
                && ended.outcome() == Outcome.BACKED_OUT;
        return ours || mended
                ? Decision.accept(new ReviewOpened(ended.cause(), List.of(), ended.outcome(), true))
                : Decision.nothing();
    }

    /// The release gave up before it changed anything. After a cancellation that is only the echo.
    static Decision<ChangeEvent> endRelease(EndRelease ended, ChangeState state) {
        boolean ours = state instanceof Scheduled
                || state instanceof Implementing running && running.releaseId().equals(ended.releaseId());
        return ours
                ? Decision.accept(
                        new ReviewOpened("release aborted: " + ended.reason(), List.of(), Outcome.ABORTED, true))
                : Decision.nothing();
    }

    static Decision<ChangeEvent> review(Review review, ChangeState state) {
        if (state instanceof Closed(var outcome)) {
            return outcome == review.outcome()
                    ? Decision.nothing()
                    : Decision.refuse("the change is CLOSED as " + outcome + " and is never reopened");
        }
        if (!(state instanceof InReview open)) {
            return Decision.refuse("there is nothing to review: the change is " + state.status());
        }
        List<String> reasons = reasonsAgainst(review, open);
        return reasons.isEmpty()
                ? Decision.accept(
                        new PostImplementationReviewCompleted(
                                review.reviewer().id(), review.outcome(), review.findings()),
                        new ChangeClosed(review.outcome(), false))
                : Decision.refuse(reasons);
    }

    private static List<String> reasonsAgainst(Review review, InReview open) {
        List<String> reasons = new ArrayList<>();
        String reviewer = review.reviewer().id();
        if (!review.reviewer().managesChanges()) {
            reasons.add(reviewer + " is not in the group " + Asker.CHANGE_MANAGERS);
        }
        if (open.plan().isOwn(reviewer)) {
            reasons.add("separation of duties: " + reviewer + " asked for this change or carried it out");
        }
        if (review.findings().isBlank()) {
            reasons.add("findings: is missing; say what was learnt");
        }
        if (review.outcome() == Outcome.UNKNOWN) {
            reasons.add("outcome: is missing");
        } else if (!fits(review.outcome(), open.proposed())) {
            reasons.add("outcome: " + review.outcome() + " contradicts the facts, which say " + open.proposed());
        }
        return reasons;
    }

    /// A person may know better how well it went, not whether it was taken back.
    private static boolean fits(Outcome outcome, Outcome facts) {
        return switch (outcome) {
            case SUCCESSFUL, SUCCESSFUL_WITH_ISSUES ->
                facts == Outcome.SUCCESSFUL || facts == Outcome.SUCCESSFUL_WITH_ISSUES;
            case BACKED_OUT -> facts == Outcome.BACKED_OUT || facts == Outcome.FAILED_NOT_BACKED_OUT;
            case FAILED_NOT_BACKED_OUT -> facts != Outcome.ABORTED;
            case ABORTED -> facts == Outcome.ABORTED;
            case UNKNOWN -> false;
        };
    }
}
