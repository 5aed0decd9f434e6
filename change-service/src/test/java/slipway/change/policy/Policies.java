package slipway.change.policy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import slipway.change.policy.PolicyText.Effect;
import slipway.change.policy.PolicyText.Rule;
import slipway.change.policy.PolicyText.StageText;

/// Policies and people that the tests are about.
final class Policies {

    static final List<Voter> PEOPLE = List.of(
            voter("dana", "approvers"),
            voter("aki", "approvers"),
            voter("sam", "approvers", "web-owners"),
            voter("lea", "web-owners", "cab"),
            voter("ben", "cab"),
            voter("ida", "cab"),
            voter("uri", "cab", "security"),
            voter("max", "executives"),
            voter("eva", "executives"),
            voter("noa", "ecab"),
            voter("tim", "ecab"));

    private Policies() {}

    static Voter voter(String id, String... groups) {
        return new Voter(id, Set.of(groups));
    }

    static StageText stage(String name, String voters, int atLeast) {
        return new StageText(name, voters, atLeast, null, null, Duration.ofDays(1), null, Duration.ZERO);
    }

    static Rule require(String name, String when, String... stages) {
        return new Rule(name, when, new Effect.Require(List.of(stages)));
    }

    static Rule auto(String name, String when) {
        return new Rule(name, when, new Effect.Auto());
    }

    static PolicyText text(List<Rule> rules, StageText... stages) {
        return new PolicyText("p", "1", "source", rules, List.of(stages));
    }

    static Policy sound(PolicyText text) {
        return switch (Policy.read(text)) {
            case Policy.Reading.Sound(var policy) -> policy;
            case Policy.Reading.Faulty(var faults) -> throw new AssertionError(faults);
        };
    }

    static List<String> faults(PolicyText text) {
        return switch (Policy.read(text)) {
            case Policy.Reading.Sound _ -> List.of();
            case Policy.Reading.Faulty(var faults) -> faults;
        };
    }

    static Question question(String type, String risk, String... evidence) {
        return new Question(
                "dana",
                "dana",
                List.of(),
                type,
                risk,
                false,
                false,
                false,
                "web",
                List.of("prod"),
                List.of("web-owners"),
                2,
                3,
                1,
                List.of(evidence));
    }
}
