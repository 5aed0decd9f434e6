package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.change.calendar.Window;
import slipway.change.domain.ApprovalStage;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeType;
import slipway.change.domain.Evidence;
import slipway.change.domain.EvidenceKind;
import slipway.change.domain.PolicyResult;
import slipway.change.domain.Rfc;
import slipway.change.domain.RiskAnswers;
import slipway.change.domain.SuccessCriterion;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.wire.Mapping;

class ContractTest {

    private static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");
    private static final Meta META = new Meta(
            "e", "CHG-1", 1L, AT, AT, new Actor("dana", ActorKind.HUMAN, null), "CHG-1", null, null, null);

    private final Mapping<ChangeEvent> mapping = Mapping.of(ChangeEvent.class, "slipway.events.change");

    @Test
    void the_facts_are_the_contract_s() {
        assertThat(mapping.schemas()).hasSize(ChangeEvent.class.getPermittedSubclasses().length);
    }

    @Test
    void a_request_survives_the_way_to_avro_and_back() {
        Rfc rfc = new Rfc(
                ChangeType.NORMAL,
                "title",
                "why",
                "dana",
                "aki",
                "web",
                "1",
                null,
                List.of("web"),
                List.of("dev"),
                "how",
                "back",
                "test",
                null,
                true,
                false,
                true,
                new Window(AT, AT.plusSeconds(60)),
                5,
                new RiskAnswers(1, 2, 3, 4, 5, 4, 3, 2),
                null,
                "INC-1",
                List.of("https://example.org/1"),
                600,
                new Window(AT, AT.plusSeconds(90)),
                List.of("sha256:b"),
                List.of(new SuccessCriterion("web", 500)),
                List.of(new Evidence(EvidenceKind.TESTED, "report")),
                Map.of("count", "3"),
                List.of("shop"),
                List.of("olu"));
        ChangeEvent fact = new ChangeEvent.RFCSubmitted(rfc, "sha256:x", "/jira", "1", List.of("jira"));
        assertThat(mapping.toDomain(mapping.toAvro(fact, META))).isEqualTo(fact);
    }

    @Test
    void a_policy_s_inputs_survive_the_way_to_avro_and_back() {
        ChangeEvent fact = new ChangeEvent.PolicyEvaluated(
                "1",
                "h",
                Map.of("risk", "LOW"),
                PolicyResult.APPROVAL_REQUIRED,
                List.of("r"),
                List.of(new ApprovalStage("approvers", List.of("aki"), 1, List.of("uri"))));
        assertThat(mapping.toDomain(mapping.toAvro(fact, META))).isEqualTo(fact);
    }
}
