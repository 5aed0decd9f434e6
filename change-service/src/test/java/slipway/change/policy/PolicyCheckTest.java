package slipway.change.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.policy.Policies.PEOPLE;
import static slipway.change.policy.Policies.auto;
import static slipway.change.policy.Policies.require;
import static slipway.change.policy.Policies.sound;
import static slipway.change.policy.Policies.stage;
import static slipway.change.policy.Policies.text;
import static slipway.change.policy.Policies.voter;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.change.policy.PolicyCheck.Findings;
import slipway.change.policy.PolicyText.StageText;

class PolicyCheckTest {

    private static final StageText PEER = stage("peer", "'approvers' in groups", 1);

    private static Findings check(PolicyText text, List<Voter> people) {
        return PolicyCheck.check(sound(text), people, List.of("dev", "prod"), List.of("web-owners"));
    }

    @Test
    void a_combination_without_an_answer_is_named() {
        Findings found = check(
                text(List.of(require("most", "!(type == 'LATENT' && risk == 'HIGH' && irreversible && 'prod' in environments)", "peer")), PEER),
                PEOPLE);
        assertThat(found.faults())
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(fault)
                        .startsWith("there is no answer for an irreversible HIGH LATENT change in ")
                        .contains("prod owned by web-owners"));
    }

    @Test
    void a_quorum_that_only_one_environment_asks_for_is_tried_with_its_people_too() {
        Findings found = check(
                text(List.of(
                                require("all", "true", "peer"),
                                require("careful", "'prod' in environments", "nobody")),
                        PEER, stage("nobody", "'people-that-left' in groups", 1)),
                PEOPLE);
        assertThat(found.warnings()).isNotEmpty().allSatisfy(warning -> assertThat(warning).contains("prod"));
    }

    @Test
    void what_holds_only_for_some_tier_or_number_of_items_is_found() {
        Findings tiers = check(text(List.of(require("most", "tier != 3 || outage", "peer")), PEER), PEOPLE);
        assertThat(tiers.faults()).isNotEmpty().allSatisfy(fault -> assertThat(fault)
                .endsWith("with evidence [], tier 3, outage false"));
        Findings many = check(text(List.of(require("most", "reached <= 10 || criticality == 1", "peer")), PEER), PEOPLE);
        assertThat(many.faults()).isNotEmpty().allSatisfy(fault -> assertThat(fault)
                .endsWith("criticality 2, reached 11"));
    }

    @Test
    void an_automatic_approval_of_a_high_risk_is_found_also_behind_evidence() {
        Findings found = check(
                text(
                        List.of(
                                require("peer", "!('TESTED' in evidence && 'INCIDENT' in evidence)", "peer"),
                                auto("hidden", "'TESTED' in evidence && 'INCIDENT' in evidence")),
                        PEER),
                PEOPLE);
        assertThat(found.faults())
                .anySatisfy(fault -> assertThat(fault)
                        .contains("by [hidden] a change would approve itself", "HIGH NORMAL", "[TESTED, INCIDENT]"))
                .anySatisfy(fault -> assertThat(fault).contains("LOW EMERGENCY"))
                .noneSatisfy(fault -> assertThat(fault).contains("LOW NORMAL"));
    }

    @Test
    void a_quorum_that_nobody_can_give_is_reported_with_who_asks_and_who_implements() {
        List<Voter> two = List.of(voter("aki", "approvers"), voter("sam", "approvers"), voter("zoe"));
        Findings found = check(text(List.of(require("all", "true", "peer")), PEER), two);
        assertThat(found.faults()).isEmpty();
        assertThat(found.warnings())
                .singleElement()
                .asString()
                .startsWith("when aki asks and sam implements, nobody can approve")
                .endsWith("too few different people for peer (1 needed, 0 may: [])");
    }

    @Test
    void the_same_person_in_two_stages_is_one_person() {
        StageText owner = stage("owner", "'web-owners' in groups", 1);
        PolicyText both = text(List.of(require("all", "true", "peer", "owner")), PEER, owner);
        List<Voter> three = List.of(
                voter("sam", "approvers", "web-owners"),
                voter("kim", "approvers", "web-owners"),
                voter("max", "approvers", "web-owners"));
        assertThat(check(both, three).warnings())
                .singleElement()
                .asString()
                .contains("nobody can approve", "peer (1 needed", "owner (1 needed");
    }

    @Test
    void a_condition_that_fails_for_some_change_is_found() {
        Findings found = check(
                text(List.of(require("all", "evidence[0] == 'TESTED' || true", "peer")), PEER), PEOPLE);
        assertThat(found.faults()).isEmpty();
        Findings worse = check(text(List.of(require("all", "evidence[0] != ''", "peer")), PEER), PEOPLE);
        assertThat(worse.faults()).anySatisfy(fault -> assertThat(fault).startsWith("rule all, when: "));
    }

    private static Findings checkFour(String... rules) {
        List<PolicyText.Rule> all = Stream.of(rules)
                .map(rule -> rule.startsWith("auto ")
                        ? auto(rule, rule.substring("auto ".length()))
                        : require(rule, rule, "peer"))
                .toList();
        boolean asksPeers = all.stream().anyMatch(rule -> rule.effect() instanceof PolicyText.Effect.Require);
        PolicyText text = asksPeers ? text(all, PEER) : text(all);
        return PolicyCheck.check(
                sound(text), PEOPLE, List.of("dev", "qa", "staging", "prod"), List.of("web-owners", "db-owners"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "environments.size() != 2",
        "environments != ['qa', 'prod']",
        "!('dev' in environments && 'prod' in environments && environments.size() == 3)",
        "service != 'inventory-web'",
        "!(service in ['a', 'b'])",
        "service == 'inventory-web'",
        "reached != 5",
        "reached < 42 || reached > 42",
        "reached <= 1000",
        "ownerGroups.size() == 1",
        "ownerGroups.size() != 3",
        "!('payments' in ownerGroups)",
        "ownerGroups.exists_one(group, group == 'web-owners')",
        "evidence.size() < 5",
        "!(tier == 2 && criticality == 4 && outage && restoresData && irreversible)"
    })
    void what_has_no_answer_is_found_wherever_it_hides(String when) {
        assertThat(checkFour(when).faults()).isNotEmpty().allSatisfy(fault -> assertThat(fault)
                .startsWith("there is no answer for"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "service == 'inventory-web' && risk == 'HIGH'",
        "reached == 7 && risk == 'HIGH'",
        "ownerGroups.size() == 2 && risk == 'EXTREME'",
        "environments.size() == 3 && risk == 'HIGH'",
        "'payments' in ownerGroups && type == 'EMERGENCY'"
    })
    void an_automatic_approval_of_a_high_risk_is_found_wherever_it_hides(String when) {
        assertThat(checkFour("!(" + when + ")", "auto " + when).faults())
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(fault).contains("a change would approve itself"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "service != '' || true",
        "service in ['a', 'b'] || !(service in ['a', 'b'])",
        "reached > 5 || reached <= 5",
        "ownerGroups.size() > 2 || ownerGroups.size() <= 2",
        "ownerGroups.all(group, group != 'x') || ownerGroups.exists(group, group == 'x')",
        "environments.exists(each, each.startsWith('p')) || !environments.exists(each, each.startsWith('p'))",
        "risk.startsWith('H') || !risk.startsWith('H')"
    })
    void what_is_answered_for_everything_passes(String when) {
        assertThat(checkFour(when).faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "service.startsWith('inventory') || true",
        "service.matches('.*-web') || true",
        "service < 'm' || true",
        "size(service) > 3 || true",
        "service == type || true",
        "reached * 2 > 9 || true",
        "reached > tier || true",
        "ownerGroups.filter(group, group != 'x').size() > 1 || true",
        "ownerGroups.exists(group, group.endsWith('-owners')) || true",
        "ownerGroups[0] == 'x' || true",
        "service in ownerGroups || true",
        "ownerGroups.size() > 9 || true"
    })
    void what_cannot_be_asked_for_every_value_is_refused(String when) {
        assertThat(checkFour(when).faults())
                .isNotEmpty()
                .anySatisfy(fault -> assertThat(fault).startsWith("rule " + when + ", when: `"));
    }

    @Test
    void a_policy_that_takes_too_long_to_check_is_refused_soon() {
        String deep = "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, "
                + "[1,2,3,4,5,6,7,8,9].all(d, a + b + c + d > 0))))";
        assertThat(checkFour(deep).faults()).singleElement().asString().endsWith("more than 3 deep in one another");
        String wide = "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, a + b + c > 0)))"
                + " && tier > 0 && criticality > 0 && outage in [true, false] && reached > 0 && size(evidence) >= 0";
        assertThat(checkFour(wide).faults()).anySatisfy(fault -> assertThat(fault).startsWith("there is too much to ask"));
    }

    @Test
    void a_large_company_is_checked_too() {
        List<Voter> many = IntStream.range(0, 2000)
                .mapToObj(i -> voter("p" + i, "approvers", "owners-" + i % 500))
                .toList();
        StageText owner = stage("owner", "groups.exists(group, group in ownerGroups)", 1);
        List<String> owners = IntStream.range(0, 500).mapToObj(i -> "owners-" + i).toList();
        Findings found = PolicyCheck.check(
                sound(text(List.of(require("all", "true", "peer", "owner")), PEER, owner)), many, List.of("prod"), owners);
        assertThat(found.faults()).isEmpty();
        assertThat(found.warnings()).containsExactly("there are too many people and stages to try them all: the rest was not tried");
    }
}
