package slipway.change.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.policy.Policies.PEOPLE;
import static slipway.change.policy.Policies.auto;
import static slipway.change.policy.Policies.faults;
import static slipway.change.policy.Policies.question;
import static slipway.change.policy.Policies.require;
import static slipway.change.policy.Policies.sound;
import static slipway.change.policy.Policies.stage;
import static slipway.change.policy.Policies.text;
import static slipway.change.policy.Policies.voter;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.change.policy.PolicyText.Effect;
import slipway.change.policy.PolicyText.Rule;
import slipway.change.policy.PolicyText.Share;
import slipway.change.policy.PolicyText.StageText;

class PolicyTest {

    private static final StageText PEER = stage("peer", "'approvers' in groups", 1);

    @Test
    void every_fault_of_a_text_is_named_with_its_place() {
        assertThat(faults(text(
                        List.of(
                                require("r", "risk == 3", "gone"),
                                require("r", "requester == 'x'", "peer"),
                                require("s", "risk", "peer"),
                                require("t", "true &&", "peer")),
                        PEER,
                        new StageText(
                                "idle",
                                "'x' in group",
                                0,
                                new Share(3, 2),
                                "1 + 1",
                                Duration.ZERO,
                                "true",
                                Duration.ZERO))))
                .satisfiesExactlyInAnyOrder(
                        fault -> assertThat(fault).isEqualTo("rule r: is there twice"),
                        fault -> assertThat(fault).isEqualTo("rule r: there is no stage 'gone'"),
                        fault -> assertThat(fault).startsWith("rule r, when: 1:6 found no matching overload for '_==_'"),
                        fault -> assertThat(fault).startsWith("rule r, when: 1:1 undeclared reference to 'requester'"),
                        fault -> assertThat(fault).startsWith("rule s, when: 1:1 expected type 'bool' but found 'string'"),
                        fault -> assertThat(fault).startsWith("rule t, when: 1:8 mismatched input"),
                        fault -> assertThat(fault).isEqualTo("stage idle: no rule requires it"),
                        fault -> assertThat(fault).isEqualTo("stage idle, atLeast: must be 1 or more, not 0"),
                        fault -> assertThat(fault).startsWith("stage idle, share: must be a part of a whole"),
                        fault -> assertThat(fault).isEqualTo("stage idle, waits: must be longer than nothing"),
                        fault -> assertThat(fault).isEqualTo("stage idle, escalationWaits: must be longer than nothing"),
                        fault -> assertThat(fault).startsWith("stage idle, voters: 1:8 undeclared reference to 'group'"),
                        fault -> assertThat(fault).startsWith("stage idle, veto: 1:3 expected type 'bool' but found 'int'"));
    }

    @Test
    void requester_and_implementer_are_in_no_stage_however_it_is_written() {
        Policy policy = sound(text(List.of(require("all", "true", "any")), stage("any", "person in ['dana', 'aki']", 1)));
        Answer answer = policy.answer(question("NORMAL", "LOW"), PEOPLE);
        assertThat(answer).isInstanceOfSatisfying(Answer.Approval.class, approval -> assertThat(
                        approval.stages().getFirst().eligible())
                .containsExactly("aki"));
    }

    @Test
    void a_denial_beats_stages_and_stages_beat_an_automatic_approval() {
        Rule deny = new Rule("deny", "risk == 'HIGH'", new Effect.Deny("too much"));
        Policy policy = sound(text(
                List.of(auto("auto", "true"), require("look", "risk != 'LOW'", "peer"), deny), PEER));
        assertThat(policy.answer(question("NORMAL", "LOW"), PEOPLE))
                .isEqualTo(new Answer.Automatic(List.of("auto")));
        assertThat(policy.answer(question("NORMAL", "MODERATE"), PEOPLE).matched())
                .containsExactly("auto", "look");
        assertThat(policy.answer(question("NORMAL", "HIGH"), PEOPLE))
                .isEqualTo(new Answer.Denied(List.of("auto", "look", "deny"), List.of("too much")));
    }

    @Test
    void a_high_risk_or_an_emergency_is_never_approved_by_the_policy_alone() {
        Policy policy = sound(text(List.of(auto("auto", "true"))));
        for (String risk : List.of("HIGH", "EXTREME")) {
            assertThat(policy.answer(question("NORMAL", risk), PEOPLE)).isInstanceOf(Answer.Denied.class);
        }
        for (String type : List.of("STANDARD", "EMERGENCY", "LATENT")) {
            assertThat(policy.answer(question(type, "LOW"), PEOPLE)).isInstanceOf(Answer.Denied.class);
        }
    }

    @Test
    void a_share_of_the_members_is_rounded_up() {
        assertThat(List.of(1, 2, 3, 4, 5, 6, 7)).map(new Share(2, 3)::of).containsExactly(1, 2, 2, 3, 4, 4, 5);
        StageText board = new StageText(
                "board", "'cab' in groups", 3, new Share(2, 3), null, Duration.ofDays(1), null, Duration.ZERO);
        Policy policy = sound(text(List.of(require("all", "true", "board")), board));
        List<Voter> seven = List.of(
                voter("a", "cab"), voter("b", "cab"), voter("c", "cab"), voter("d", "cab"), voter("e", "cab"),
                voter("f", "cab"), voter("g", "cab"));
        assertThat(policy.answer(question("NORMAL", "LOW"), seven))
                .isInstanceOfSatisfying(Answer.Approval.class, approval -> assertThat(
                                approval.stages().getFirst().quorum())
                        .isEqualTo(5));
        assertThat(policy.answer(question("NORMAL", "LOW"), seven.subList(0, 3)))
                .isInstanceOfSatisfying(Answer.Approval.class, approval -> assertThat(
                                approval.stages().getFirst().quorum())
                        .isEqualTo(3));
    }

    @Test
    void a_member_who_steps_aside_does_not_lower_the_bar() {
        StageText board = new StageText(
                "board", "'approvers' in groups", 1, new Share(2, 3), null, Duration.ofDays(1), null, Duration.ZERO);
        Policy policy = sound(text(List.of(require("all", "true", "board")), board));
        List<Voter> four = List.of(
                voter("dana", "approvers"), voter("a", "approvers"), voter("b", "approvers"), voter("c", "approvers"));
        assertThat(policy.answer(question("NORMAL", "LOW"), four))
                .isInstanceOfSatisfying(Answer.Approval.class, approval -> {
                    assertThat(approval.stages().getFirst().eligible()).hasSize(3);
                    assertThat(approval.stages().getFirst().quorum()).isEqualTo(3);
                });
    }

    @Test
    void what_cannot_be_calculated_is_denied() {
        Policy policy = sound(text(List.of(require("all", "evidence[0] != ''", "peer")), PEER));
        assertThat(policy.answer(question("NORMAL", "LOW"), PEOPLE))
                .isInstanceOfSatisfying(Answer.Denied.class, denied -> assertThat(denied.reasons())
                        .singleElement()
                        .asString()
                        .startsWith("the policy cannot be calculated: rule all, when"));
    }

    @Test
    void the_hash_is_that_of_the_published_text() {
        assertThat(sound(text(List.of(require("all", "true", "peer")), PEER)).hash())
                .isEqualTo("41cf6794ba4200b839c53531555f0f3998df4cbb01a4d5cb0b94e3ca5e23947d");
    }
}
