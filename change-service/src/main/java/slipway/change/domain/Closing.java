package slipway.change.domain;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import slipway.change.domain.ChangeCommand.Close;
import slipway.change.domain.ChangeCommand.EndRelease;
import slipway.change.domain.ChangeCommand.EndRollback;
import slipway.change.domain.ChangeCommand.EndSoak;
import slipway.change.domain.ChangeCommand.MissReview;
import slipway.change.domain.ChangeCommand.ReclassifyOutcome;
import slipway.change.domain.ChangeCommand.Review;
import slipway.change.domain.ChangeEvent.ChangeClosed;
import slipway.change.domain.ChangeEvent.ChangeOutcomeReclassified;
import slipway.change.domain.ChangeEvent.PostImplementationReviewCompleted;
import slipway.change.domain.ChangeEvent.PostImplementationReviewMissed;
import slipway.change.domain.ChangeEvent.ReviewOpened;
import slipway.change.domain.ChangeState.Closed;
import slipway.change.domain.ChangeState.Implementing;
import slipway.change.domain.ChangeState.InReview;
import slipway.change.domain.ChangeState.Known;
import slipway.change.domain.ChangeState.Monitoring;
import slipway.change.domain.ChangeState.RollingBack;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// How a change ends. A low-risk, successful one whose criteria are met closes itself; at any other a person looks. A review
/// is due for emergencies, failures and from HIGH risk on, within five business days.
final class Closing {

    private static final int REVIEW_BUSINESS_DAYS = 5;

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
        Outcome outcome = met ? Outcome.SUCCESSFUL : Outcome.SUCCESSFUL_WITH_ISSUES;
        String cause = met ? "watched; all criteria are met" : "watched; not all criteria are met";
        Dossier dossier = watched.dossier();
        boolean closesItself = met
                && dossier.risk() == RiskLevel.LOW
                && !needsReview(dossier, outcome)
                && !dossier.isUnratified();
        ReviewOpened review = opened(cause, soaked.criteria(), outcome, !closesItself, dossier, soaked.at());
        return closesItself
                ? Decision.accept(review, new ChangeClosed(outcome, true))
                : Decision.accept(review);
    }

    static Decision<ChangeEvent> endRollback(EndRollback ended, ChangeState state) {
        if (state instanceof Closed(var outcome, _, _)) {
            // Never reopened; but nobody shall think that it still runs.
            return seemedWell(outcome)
                    ? Decision.accept(new ChangeOutcomeReclassified(
                            outcome, ended.outcome(), ended.releaseId(), "release-service", ended.cause()))
                    : Decision.nothing();
        }
        boolean ours = state instanceof RollingBack(_, var releaseId) && releaseId.equals(ended.releaseId());
        // A rollback that failed at first and was brought to its end by a human.
        boolean mended = state instanceof InReview review
                && review.proposed() == Outcome.FAILED_NOT_BACKED_OUT
                && ended.outcome() == Outcome.BACKED_OUT;
        return ours || mended
                ? Decision.accept(
                        opened(ended.cause(), List.of(), ended.outcome(), true, ((Known) state).dossier(), ended.at()))
                : Decision.nothing();
    }

    /// The release gave up before it changed anything. After a cancellation that is only the echo; one that gave up before it was
    /// given leave leaves the change where it is, until its window is missed or another release carries it out.
    static Decision<ChangeEvent> endRelease(EndRelease ended, ChangeState state) {
        return state instanceof Implementing running && running.releaseId().equals(ended.releaseId())
                ? Decision.accept(opened(
                        "release aborted: " + ended.reason(),
                        List.of(),
                        Outcome.ABORTED,
                        true,
                        running.dossier(),
                        ended.at()))
                : Decision.nothing();
    }

    private static ReviewOpened opened(
            String cause,
            List<CriterionResult> criteria,
            Outcome outcome,
            boolean personNeeded,
            Dossier dossier,
            Instant at) {
        Instant due = needsReview(dossier, outcome) ? reviewDue(at) : null;
        return new ReviewOpened(cause, criteria, outcome, personNeeded, due);
    }

    private static boolean needsReview(Dossier dossier, Outcome outcome) {
        boolean failed = outcome == Outcome.BACKED_OUT || outcome == Outcome.FAILED_NOT_BACKED_OUT;
        boolean risky = dossier.risk().compareTo(RiskLevel.HIGH) >= 0;
        return failed || risky || dossier.rfc().type() == ChangeType.EMERGENCY;
    }

    /// Monday to Friday, in UTC.
    static Instant reviewDue(Instant from) {
        ZonedDateTime due = from.atZone(ZoneOffset.UTC);
        int left = REVIEW_BUSINESS_DAYS;
        while (left > 0) {
            due = due.plusDays(1);
            if (due.getDayOfWeek() != DayOfWeek.SATURDAY && due.getDayOfWeek() != DayOfWeek.SUNDAY) {
                left--;
            }
        }
        return due.toInstant();
    }

    static Decision<ChangeEvent> review(Review review, ChangeState state) {
        if (state instanceof Closed(var outcome, _, _)) {
            return outcome == review.outcome()
                    ? Decision.nothing()
                    : Decision.refuse("the change is CLOSED as " + outcome + " and is never reopened");
        }
        if (!(state instanceof InReview open)) {
            return Decision.refuse("there is nothing to review: the change is " + state.status());
        }
        List<String> reasons = judge(review.reviewer(), review.outcome(), open);
        reasons.addAll(Wording.findings("findings", review.findings()));
        reasons.addAll(Wording.line("incidentRef", review.incidentRef()));
        boolean failed = review.outcome() == Outcome.FAILED_NOT_BACKED_OUT;
        if (failed && (review.incidentRef() == null || review.incidentRef().isBlank())) {
            reasons.add("incidentRef: is missing; what failed and could not be taken back is an incident");
        }
        return reasons.isEmpty()
                ? andThen(
                        new PostImplementationReviewCompleted(
                                review.reviewer().id(), review.outcome(), review.findings(), review.incidentRef()),
                        open)
                : Decision.refuse(reasons);
    }

    static Decision<ChangeEvent> close(Close close, ChangeState state) {
        if (state instanceof Closed(var outcome, _, _)) {
            return outcome == close.outcome()
                    ? Decision.nothing()
                    : Decision.refuse("the change is CLOSED as " + outcome + " and is never reopened");
        }
        if (!(state instanceof InReview open)) {
            return Decision.refuse("there is nothing to close: the change is " + state.status());
        }
        List<String> reasons = judge(close.by(), close.outcome(), open);
        if (open.dueAt() != null || needsReview(open.dossier(), close.outcome())) {
            reasons.add("a review is needed: it is an emergency, failed, or its risk is " + open.dossier().risk());
        }
        if (open.dossier().isUnratified()) {
            reasons.add("it is not ratified yet");
        }
        return reasons.isEmpty() ? Decision.accept(new ChangeClosed(close.outcome(), false)) : Decision.refuse(reasons);
    }

    /// Once it was reviewed and ratified, whichever came last, the change is closed.
    static Decision<ChangeEvent> andThen(ChangeEvent fact, Known state) {
        Known after = (Known) new ChangeDecider().evolve(state, fact);
        return after instanceof InReview(var dossier, _, _, var reviewed, _)
                        && reviewed != null
                        && !dossier.isUnratified()
                ? Decision.accept(fact, new ChangeClosed(reviewed, false))
                : Decision.accept(fact);
    }

    static Decision<ChangeEvent> missReview(MissReview missed, ChangeState state) {
        boolean late = state instanceof InReview(_, _, var dueAt, var reviewed, _)
                && reviewed == null
                && dueAt != null
                && !missed.at().isBefore(dueAt);
        return late ? Decision.accept(new PostImplementationReviewMissed(missed.at())) : Decision.nothing();
    }

    static Decision<ChangeEvent> reclassify(ReclassifyOutcome again, ChangeState state) {
        if (!(state instanceof Closed(var outcome, var facts, var own))) {
            return Decision.refuse("there is no outcome to reclassify: the change is " + state.status());
        }
        List<String> reasons = judge(again.by(), again.outcome(), own, facts);
        if (again.outcome().compareTo(outcome) < 0) {
            reasons.add("outcome: " + outcome + " stays or gets worse; what was found later makes nothing better");
        }
        reasons.addAll(Wording.name("incidentRef", again.incidentRef()));
        reasons.addAll(Wording.reason("reason", again.reason()));
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        return again.outcome() == outcome
                ? Decision.nothing()
                : Decision.accept(new ChangeOutcomeReclassified(
                        outcome, again.outcome(), again.incidentRef(), again.by().id(), again.reason()));
    }

    private static List<String> judge(Asker by, Outcome outcome, InReview open) {
        return judge(by, outcome, open.dossier().own(), open.proposed());
    }

    /// @param own who asked for it and who carried it out
    /// @param facts the outcome that the facts say
    private static List<String> judge(Asker by, Outcome outcome, Set<String> own, Outcome facts) {
        List<String> reasons = new ArrayList<>();
        if (!by.managesChanges()) {
            reasons.add(by.id() + " is not in the group " + Asker.CHANGE_MANAGERS);
        }
        by.everybody().stream()
                .filter(own::contains)
                .forEach(person ->
                        reasons.add("separation of duties: " + person + " asked for this change or carried it out"));
        if (outcome == Outcome.UNKNOWN) {
            reasons.add("outcome: is missing");
        } else if (!fits(outcome, facts)) {
            reasons.add("outcome: " + outcome + " contradicts the facts, which say " + facts);
        }
        return reasons;
    }

    static boolean seemedWell(Outcome outcome) {
        return outcome == Outcome.SUCCESSFUL || outcome == Outcome.SUCCESSFUL_WITH_ISSUES;
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
