package slipway.change.hindsight;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import slipway.change.calendar.Window;
import slipway.change.domain.ApprovalStage;
import slipway.change.domain.ApprovedBy;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeType;
import slipway.change.domain.Outcome;
import slipway.change.domain.PolicyResult;
import slipway.change.domain.ReachedItem;
import slipway.change.domain.Reperformance;
import slipway.change.domain.Rfc;
import slipway.change.domain.RiskAnswers;
import slipway.change.domain.VoteDecision;
import slipway.change.policy.Answer;
import slipway.change.policy.Policy;
import slipway.change.policy.PolicyText;
import slipway.change.policy.PolicyText.Effect;
import slipway.change.policy.PolicyText.StageText;
import slipway.change.policy.Question;
import slipway.change.policy.Voter;

/// Changes of the past, told fact by fact with when each was recorded.
final class Tales {

    static final Instant DAY = Instant.parse("2026-03-02T10:00:00Z");
    static final Window SPRING = new Window(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-06-01T00:00:00Z"));
    static final String INVENTORY = "sha256:people";
    static final List<Voter> PEOPLE = List.of(
            new Voter("aki", Set.of("approvers")),
            new Voter("lea", Set.of("approvers", "owners")),
            new Voter("sam", Set.of("owners")),
            new Voter("rosa", Set.of("change-managers")));

    /// What judged them: low risk passes, else a peer and an owner look.
    static final Policy THEN = policy(
            "then",
            List.of(
                    auto("risk == 'LOW'"),
                    require("risk == 'MODERATE'", "peer", "owner"),
                    require("risk == 'HIGH'", "peer"),
                    require("risk == 'EXTREME'", "peer", "owner", "manager")),
            stage("peer", "approvers", 1),
            stage("owner", "owners", 1),
            stage("manager", "change-managers", 1));

    private final List<Moment> moments = new ArrayList<>();
    private Instant clock;

    private Tales(Instant from) {
        clock = from;
    }

    static Policy policy(String name, List<PolicyText.Rule> rules, StageText... stages) {
        return switch (Policy.read(new PolicyText(name, "1", name, rules, List.of(stages)))) {
            case Policy.Reading.Sound(var policy) -> policy;
            case Policy.Reading.Faulty(var faults) -> throw new AssertionError(faults);
        };
    }

    static PolicyText.Rule auto(String when) {
        return new PolicyText.Rule("auto " + when, when, new Effect.Auto());
    }

    static PolicyText.Rule require(String when, String... stages) {
        return new PolicyText.Rule("ask " + when, when, new Effect.Require(List.of(stages)));
    }

    static PolicyText.Rule deny(String when) {
        return new PolicyText.Rule("deny " + when, when, new Effect.Deny("no"));
    }

    static StageText stage(String name, String group, int atLeast) {
        return new StageText(
                name, "'" + group + "' in groups", atLeast, null, null, Duration.ofDays(3), null, Duration.ZERO);
    }

    static Tales asked(String risk) {
        return asked("NORMAL", risk, Map.of());
    }

    /// @param replaced inputs that were recorded otherwise; null as empty: not at all
    static Tales asked(String type, String risk, Map<String, String> replaced) {
        Tales tale = new Tales(DAY);
        tale.told(new ChangeEvent.RFCSubmitted(rfc(), "sha256:plan", null, null, List.of("dana")));
        return tale.assessed(type, risk, replaced);
    }

    Tales assessed(String type, String risk, Map<String, String> replaced) {
        Question question = new Question(
                "dana", "dana", List.of("dana"), type, risk, false, false, false, "web", List.of("prod"), List.of("owners"), 2, 3, 1,
                List.of());
        Answer answer = THEN.answer(question, PEOPLE);
        Map<String, String> inputs = new HashMap<>(question.inputs());
        replaced.forEach((name, value) -> {
            if (value.isEmpty()) {
                inputs.remove(name);
            } else {
                inputs.put(name, value);
            }
        });
        return told(new ChangeEvent.ImpactAssessed(INVENTORY, List.of(new ReachedItem("web", List.of("web"))), 1, 3))
                .told(new ChangeEvent.PolicyEvaluated(
                        "then/1",
                        THEN.hash(),
                        inputs,
                        Reperformance.result(answer),
                        answer.matched(),
                        Reperformance.stages(answer)));
    }

    /// The fact of a policy that answered otherwise than it says.
    Tales answering(PolicyResult answer, ApprovalStage... stages) {
        ChangeEvent.PolicyEvaluated told = (ChangeEvent.PolicyEvaluated) moments.removeLast().fact();
        return told(new ChangeEvent.PolicyEvaluated(
                told.policyVersion(), told.policyHash(), told.inputs(), answer, told.matchedRules(), List.of(stages)));
    }

    Tales told(ChangeEvent fact) {
        moments.add(new Moment(fact, clock));
        return this;
    }

    Tales after(Duration time) {
        clock = clock.plus(time);
        return this;
    }

    Tales vote(String stage, String voter) {
        return told(new ChangeEvent.ApprovalVoteCast(stage, voter, VoteDecision.APPROVE, null, null, List.of()));
    }

    Tales approved(ApprovedBy by) {
        return told(new ChangeEvent.ChangeApproved(by, List.of(), "sha256:plan", clock.plus(Duration.ofDays(14))));
    }

    Tales scheduled(Instant from, Duration length, String... items) {
        return told(new ChangeEvent.ChangeScheduled(
                new Window(from, from.plus(length)),
                "RSV",
                "sha256:plan",
                "web",
                "2",
                null,
                List.of("prod"),
                List.of(items),
                false,
                "dana",
                "dana",
                List.of(),
                600,
                "Web 2",
                List.of(),
                List.of("dana")));
    }

    Tales started() {
        return told(new ChangeEvent.ImplementationAuthorised("REL", "prod", "AUT", 1, SPRING));
    }

    Tales closed(Outcome outcome) {
        return told(new ChangeEvent.ChangeClosed(outcome, false));
    }

    List<Moment> story() {
        return List.copyOf(moments);
    }

    private static Rfc rfc() {
        return new Rfc(
                ChangeType.NORMAL, "Web 2", "why", "dana", "dana", "web", "2", null, List.of("web"), List.of("prod"), "plan", "back",
                "test", null, false, false, false, SPRING, 60, new RiskAnswers(1, 1, 1, 1, 1, 1, 1, 1), null, null, List.of(), 600,
                null, List.of(), List.of(), List.of(), Map.of(), List.of(), List.of());
    }
}
