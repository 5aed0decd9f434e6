package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import slipway.change.policy.Answer;
import slipway.change.policy.Policy;
import slipway.change.policy.PolicyCheck;
import slipway.change.policy.Question;
import slipway.change.policy.Stage;
import slipway.change.policy.Voter;

/// The matrix of approvals that the product brings along.
class DefaultPolicyTest {

    private static final List<Voter> PEOPLE = Stream.of(
                    "dana approvers",
                    "aki approvers",
                    "sam web-owners",
                    "lea web-owners",
                    "ben cab",
                    "ida cab",
                    "uri cab,security",
                    "joe cab",
                    "ann cab",
                    "pat cab",
                    "quin cab",
                    "max executives",
                    "eva executives",
                    "noa ecab",
                    "tim ecab",
                    "ria ecab",
                    "zed approvers",
                    "yan web-owners",
                    "kay executives")
            .map(line -> line.split(" "))
            .map(line -> new Voter(line[0], Set.of(line[1].split(","))))
            .toList();

    static Policy policy() {
        try (InputStream yaml = DefaultPolicyTest.class.getResourceAsStream("/policies/default.yaml")) {
            return PolicyForm.read(Objects.requireNonNull(yaml).readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Answer ask(String type, String risk, String evidence) {
        return policy().answer(
                        new Question(
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
                                evidence == null ? List.of() : List.of(evidence.split(" "))),
                        PEOPLE);
    }

    @ParameterizedTest
    @CsvSource({
        "NORMAL, LOW, , peer 1",
        "NORMAL, LOW, TESTED DONE_BEFORE, peer 1",
        "NORMAL, LOW, TESTED DONE_BEFORE REHEARSED_ROLLBACK, nobody",
        "NORMAL, MODERATE, TESTED DONE_BEFORE REHEARSED_ROLLBACK, peer 1 owner 1",
        "NORMAL, HIGH, , peer 1 owner 1 board 5",
        "NORMAL, EXTREME, REHEARSED_ROLLBACK, peer 1 owner 1 board 5 executive 1",
        "NORMAL, EXTREME, TESTED, denied",
        "STANDARD, LOW, TESTED DONE_BEFORE REHEARSED_ROLLBACK, peer 1",
        "STANDARD, HIGH, , peer 1 owner 1 board 5",
        "EMERGENCY, LOW, INCIDENT, emergency 1",
        "EMERGENCY, EXTREME, EXPLOITED_CVE, emergency 1",
        "EMERGENCY, LOW, , denied",
        "LATENT, LOW, TESTED DONE_BEFORE REHEARSED_ROLLBACK, peer 1",
        "LATENT, EXTREME, , peer 1 owner 1 board 5 executive 1",
    })
    void who_approves_follows_class_and_risk(String type, String risk, String evidence, String expected) {
        String answer = switch (ask(type, risk, evidence)) {
            case Answer.Automatic _ -> "nobody";
            case Answer.Denied _ -> "denied";
            case Answer.None _ -> "none";
            case Answer.Approval(_, var stages) ->
                stages.stream()
                        .map(stage -> stage.name() + " " + stage.quorum())
                        .collect(Collectors.joining(" "));
        };
        assertThat(answer).isEqualTo(expected);
    }

    @Test
    void security_may_veto_what_the_board_decides() {
        assertThat(ask("NORMAL", "HIGH", null)).isInstanceOfSatisfying(Answer.Approval.class, approval -> assertThat(
                        approval.stages().stream()
                                .filter(stage -> stage.name().equals("board"))
                                .map(Stage::vetoers))
                .containsExactly(List.of("uri")));
    }

    @Test
    void it_answers_everything_and_enough_people_can_give_every_approval() {
        PolicyCheck.Findings found =
                PolicyCheck.check(policy(), PEOPLE, List.of("dev", "qa", "staging", "prod"), List.of("web-owners"));
        assertThat(found.faults()).isEmpty();
        assertThat(found.warnings()).isEmpty();
    }

    @Test
    void every_fault_of_a_written_policy_is_named() {
        String yaml =
                """
                name: mine
                version: 2
                rules:
                  - {name: a, when: "true", auto: true, deny: 5}
                  - {name: b, require: [peer]}
                stages:
                  - {name: peer, voters: "true", atLeast: 1, share: most, waits: soon}
                """;
        assertThatThrownBy(() -> PolicyForm.read(yaml.getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("version: must be text, not 2")
                .hasMessageContaining("rules[0].deny: must be text")
                .hasMessageContaining("rules[1].when: is missing")
                .hasMessageContaining("stages[0].share: 'most' is no share")
                .hasMessageContaining("stages[0].waits: 'soon' is no duration");
    }
}
