package slipway.audit.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import slipway.audit.history.ChangeStory.State;
import slipway.audit.history.Chronicle.Why;
import slipway.events.ApprovalStage;
import slipway.events.ChangeType;
import slipway.events.CriterionResult;
import slipway.events.Meta;
import slipway.events.Outcome;
import slipway.events.RiskLevel;
import slipway.events.VoteDecision;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeOutcomeReclassified;
import slipway.events.change.ImplementationCompleted;
import slipway.events.change.ImplementationRolledBack;
import slipway.events.change.PostImplementationReviewCompleted;
import slipway.events.change.PostImplementationReviewMissed;
import slipway.events.change.RetroactiveApprovalMissed;
import slipway.events.change.RetroactiveApprovalRecorded;
import slipway.events.change.ReviewOpened;
import slipway.events.change.UnauthorisedChangeDetected;

/// A change is watched, reviewed, ratified where it went ahead without approval, and closed; what is found later is told too.
final class Aftermath {

    static final Duration RATIFICATION = Duration.ofHours(24);

    private static final int REVIEW_DAYS = 5;
    private static final int REVIEWED_LATE = 30;

    private final ChangeStory change;
    private @Nullable Instant ratified;

    Aftermath(ChangeStory change) {
        this.change = change;
    }

    /// It is done already; what is left is to say whether that was right.
    void registeredLate(Why why, List<ApprovalStage> stages, Instant at) {
        Instant due = at.plus(RATIFICATION);
        List<String> ratifiers =
                stages.stream().flatMap(stage -> stage.getEligible().stream()).distinct().sorted().toList();
        Meta detected = change.tell(
                why,
                meta -> new UnauthorisedChangeDetected(
                        meta, change.rfc().getRequester(), change.rfc().getTitle(), ratifiers, due, stages));
        Instant reviewDue = Working.businessDays(at, REVIEW_DAYS);
        Meta opened = change.tell(
                why,
                meta -> new ReviewOpened(
                        meta, "registered after it was done", List.of(), Outcome.SUCCESSFUL_WITH_ISSUES, true, reviewDue));
        change.become(State.REVIEW);
        toBeRatified(detected, stages, due, change.dice.in(Shares.NOT_RATIFIED_IN_TIME));
        reviewed(opened, Outcome.SUCCESSFUL_WITH_ISSUES, reviewDue, true);
    }

    /// As many say that it was right as would have had to approve it, or the time runs out.
    void toBeRatified(Meta because, List<ApprovalStage> stages, Instant due, boolean missed) {
        change.unratified = true;
        Dice dice = change.dice;
        if (missed) {
            ratified = due;
            change.story.at(due, () -> {
                change.unratified = false;
                change.tell(
                        Why.reaction(ChangeStory.SERVICE, because), meta -> new RetroactiveApprovalMissed(meta, due));
            });
            return;
        }
        Set<String> used = new TreeSet<>();
        Instant when = change.chronicle.now();
        for (ApprovalStage stage : stages.reversed()) {
            for (int i = 0; i < stage.getQuorum(); i++) {
                List<String> free = stage.getEligible().stream().filter(person -> !used.contains(person)).toList();
                String by = dice.one(free);
                used.add(by);
                when = when.plusSeconds(dice.between(40, 120) * 60L);
                change.story.at(when, () -> change.tell(
                        Why.person(by),
                        meta -> new RetroactiveApprovalRecorded(
                                meta, by, VoteDecision.APPROVE, "it had to be done, and it was done well")));
            }
        }
        ratified = when;
        change.story.at(when.plusSeconds(1), () -> change.unratified = false);
    }

    void watch(Meta deployed) {
        change.become(State.MONITORING);
        change.story.after(1, () -> {
            Instant soaked = deployed.getOccurredAt().plusSeconds(change.rfc().getSoakSeconds());
            Meta completed = change.tell(
                    Why.reaction(ChangeStory.SERVICE, deployed),
                    meta -> new ImplementationCompleted(meta, deployed.getAggregateId(), soaked));
            change.world.notices.tell(
                    change.story, change.dice, change.aggregate, deployed, "ReleaseDeployed", change.service().team(), false);
            change.story.at(soaked, () -> soaked(completed));
        });
    }

    private void soaked(Meta completed) {
        Dice dice = change.dice;
        boolean met = !dice.in(Shares.CRITERIA_NOT_MET);
        List<CriterionResult> criteria = new ArrayList<>();
        for (String ci : change.rfc().getConfigurationItems()) {
            boolean good = met || !ci.equals(change.rfc().getService());
            criteria.add(new CriterionResult(
                    "https://" + ci + ".example.org/health", good, good ? "200 in " + dice.between(5, 90) + " ms" : "503 in 12 ms"));
        }
        Outcome outcome = met ? Outcome.SUCCESSFUL : Outcome.SUCCESSFUL_WITH_ISSUES;
        boolean needsReview = needsReview(outcome);
        boolean itself = met && change.risk == RiskLevel.LOW && !needsReview && !change.unratified;
        Instant due = needsReview ? Working.businessDays(change.chronicle.now(), REVIEW_DAYS) : null;
        Why why = Why.reaction(ChangeStory.SERVICE, completed);
        change.become(State.REVIEW);
        Meta opened = change.tell(
                why,
                meta -> new ReviewOpened(
                        meta, met ? "watched; all criteria are met" : "watched; not all criteria are met", criteria, outcome, !itself, due));
        if (itself) {
            closed(change.tell(why, meta -> new ChangeClosed(meta, outcome, true)), outcome);
        } else {
            reviewed(opened, outcome, due, needsReview);
        }
    }

    private boolean needsReview(Outcome outcome) {
        boolean failed = outcome == Outcome.BACKED_OUT || outcome == Outcome.FAILED_NOT_BACKED_OUT;
        return failed || change.risk.compareTo(RiskLevel.HIGH) >= 0 || change.rfc().getType() == ChangeType.EMERGENCY;
    }

    void rollsBack(Meta triggered, String reason) {
        change.become(State.ROLLING_BACK);
        change.tell(
                Why.reaction(ChangeStory.SERVICE, triggered),
                meta -> new ImplementationRolledBack(meta, triggered.getAggregateId(), reason));
        change.world.notices.tell(
                change.story, change.dice, change.aggregate, triggered, "RollbackTriggered", change.service().team(), false);
    }

    /// It was taken back, or could not be.
    void review(Meta because, Outcome outcome, String cause) {
        change.become(State.REVIEW);
        Instant due = Working.businessDays(change.chronicle.now(), REVIEW_DAYS);
        Meta opened = change.tell(
                Why.reaction(ChangeStory.SERVICE, because),
                meta -> new ReviewOpened(meta, cause, List.of(), outcome, true, due));
        String template = change.rfc().getTemplateRef();
        if (template != null) {
            change.world.suspend(
                    template, change.id(), change.id() + " ended " + outcome + ": " + cause, opened, change.story, change.dice);
        }
        reviewed(opened, outcome, due, true);
    }

    /// @param needed whether somebody has to write down what was found, or just closes it
    private void reviewed(Meta opened, Outcome outcome, @Nullable Instant due, boolean needed) {
        Dice dice = change.dice;
        Instant from = Working.later(change.chronicle.now(), ratified == null ? change.chronicle.now() : ratified.plusSeconds(60));
        Instant when = Working.atWork(from.plusSeconds(dice.between(30, 1700) * 60L));
        if (due != null && dice.in(REVIEWED_LATE)) {
            change.story.at(due, () -> change.tell(
                    Why.reaction(ChangeStory.SERVICE, opened), meta -> new PostImplementationReviewMissed(meta, due)));
            when = due.plusSeconds(dice.between(1, 20) * 3600L);
        } else if (due != null) {
            when = Working.earlier(when, due.minusSeconds(60));
        }
        change.story.at(when, () -> {
            String manager = dice.one(change.world.company.group(Company.MANAGERS));
            Why person = Why.person(manager);
            if (needed) {
                String incident =
                        outcome == Outcome.FAILED_NOT_BACKED_OUT ? "INC-" + dice.between(1000, 99_999) : null;
                change.tell(
                        person,
                        meta -> new PostImplementationReviewCompleted(
                                meta, manager, outcome, "The runbook was followed; what was learnt is in its next version.", incident));
            }
            closed(change.tell(person, meta -> new ChangeClosed(meta, outcome, false)), outcome);
        });
    }

    private void closed(Meta closed, Outcome outcome) {
        change.become(State.OVER);
        Dice dice = change.dice;
        boolean regretted = outcome == Outcome.SUCCESSFUL && dice.in(Shares.LATE_INCIDENT);
        change.world.ended(change.id(), change.rfc(), outcome, closed.getRecordedAt(), !regretted);
        ReleaseStory release = change.release();
        if (release != null) {
            change.story.after(1, () -> release.close(closed, outcome));
        }
        if (regretted) {
            change.story.at(
                    Working.atWork(change.chronicle.now().plusSeconds(dice.between(24, 24 * 20) * 3600L)),
                    () -> reclassify(closed.getRecordedAt()));
        }
    }

    /// The incident was hours ago; that it came from this change is known only now.
    private void reclassify(Instant closed) {
        Dice dice = change.dice;
        Outcome to = dice.in(700) ? Outcome.SUCCESSFUL_WITH_ISSUES : Outcome.FAILED_NOT_BACKED_OUT;
        String manager = dice.one(change.world.company.group(Company.MANAGERS));
        Instant incident = Working.later(closed, change.chronicle.now().minusSeconds(dice.between(1, 40) * 3600L));
        Meta told = change.tell(
                Why.person(manager).occurred(incident),
                meta -> new ChangeOutcomeReclassified(
                        meta, Outcome.SUCCESSFUL, to, "INC-" + dice.between(1000, 99_999), manager, "it lost every hundredth message"));
        change.world.ended(change.id(), change.rfc(), to, told.getRecordedAt(), false);
        String template = change.rfc().getTemplateRef();
        if (template != null && to == Outcome.FAILED_NOT_BACKED_OUT) {
            change.world.suspend(
                    template,
                    change.id(),
                    change.id() + " ended " + to + ": it lost every hundredth message",
                    told,
                    change.story,
                    dice);
        }
    }
}
