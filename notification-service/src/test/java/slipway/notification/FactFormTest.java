package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.RiskLevel;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.RiskAssessed;
import slipway.http.Form;
import slipway.http.Refusal;

class FactFormTest {

    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    private static SpecificRecord read(String yaml) {
        return FactForm.read(Form.read(yaml.getBytes(StandardCharsets.UTF_8), Form.YAML), NOW);
    }

    @Test
    void a_fact_is_read_as_the_ledger_shows_it() {
        ApprovalRequested asked = (ApprovalRequested) read(
                """
                {"type": "ApprovalRequested", "changeId": "CHG-7", "eventId": "e-1", "payload": {
                  "stage": {"name": "peer", "eligible": ["aki"], "quorum": 1, "vetoers": []},
                  "dueAt": "2026-03-03T10:00:00Z", "escalation": [], "escalationSeconds": 0}}
                """);
        assertThat(asked.getStage().getEligible()).containsExactly("aki");
        assertThat(asked.getDueAt()).isEqualTo("2026-03-03T10:00:00Z");
        assertThat(asked.getMeta().getCorrelationId()).isEqualTo("CHG-7");
        assertThat(asked.getMeta().getEventId()).isEqualTo("e-1");
    }

    @Test
    void whose_and_when_it_was_is_as_the_ledger_shows_it_and_otherwise_nobody_s_and_now() {
        Meta meta = ((RiskAssessed) read(
                        """
                        {"type": "RiskAssessed", "changeId": "CHG-7", "aggregate": "CHG-7", "sequence": 5, "at": "2026-03-01T10:15:30.123Z",
                         "actor": "change-service", "actorKind": "SERVICE", "onBehalfOf": "dana"}
                        """))
                .getMeta();
        assertThat(meta.getSequence()).isEqualTo(5);
        assertThat(meta.getOccurredAt()).isEqualTo("2026-03-01T10:15:30.123Z");
        assertThat(meta.getActor()).isEqualTo(new Actor("change-service", ActorKind.SERVICE, "dana"));
        Meta none = ((RiskAssessed) read("{\"type\": \"RiskAssessed\", \"onBehalfOf\": null}")).getMeta();
        assertThat(none.getActor()).isEqualTo(new Actor("nobody", ActorKind.HUMAN, null));
        assertThat(none.getOccurredAt()).isEqualTo(NOW);
        assertThatThrownBy(() -> read("{\"type\": \"RiskAssessed\", \"at\": \"noon\", \"actorKind\": \"ROBOT\"}"))
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                        .hasSize(2)
                        .anyMatch(each -> each.startsWith("at: "))
                        .anyMatch(each -> each.startsWith("actorKind: ")));
    }

    @Test
    void what_is_not_written_is_empty() {
        RiskAssessed assessed = (RiskAssessed) read("type: RiskAssessed\npayload: {level: HIGH}\n");
        assertThat(assessed.getLevel()).isEqualTo(RiskLevel.HIGH);
        assertThat(assessed.getRaisedTo()).isNull();
        assertThat(assessed.getFloors()).isEmpty();
        assertThat(assessed.getScore()).isZero();
    }

    @ParameterizedTest
    @MethodSource("slipway.notification.Samples#all")
    void every_fact_can_be_written_down_by_its_type_alone(SpecificRecord fact) {
        assertThat(read("type: " + fact.getSchema().getName() + "\n").getSchema()).isEqualTo(fact.getSchema());
    }

    @Test
    void every_fault_is_named_with_its_place() {
        assertThatThrownBy(() -> read(
                        """
                        type: ApprovalRequested
                        colour: red
                        payload: {stage: {name: 1, eligible: aki, quorum: many, colour: red}, dueAt: noon, escalation: [1], meta: {}}
                        """))
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                        .contains(
                                "payload.stage.name: must be text",
                                "payload.stage.eligible: must be a list",
                                "payload.stage.quorum: must be a whole number",
                                "payload.stage.colour: there is no such field",
                                "payload.dueAt: must be a time such as 2026-03-02T10:00:00Z",
                                "payload.escalation[0]: must be text",
                                "payload.meta: there is no such field")
                        .anyMatch(fault -> fault.startsWith("colour: there is no such field")));
        assertThatThrownBy(() -> read("type: NotificationSend\n"))
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                        .containsExactly("type: 'NotificationSend': there is no such fact about changes, releases or backups"));
        assertThatThrownBy(() -> read("type: RiskAssessed\npayload: {level: HUGE}\n"))
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                        .containsExactly("payload.level: must be one of [LOW, MODERATE, HIGH, EXTREME, UNKNOWN]"));
    }

    @Test
    void a_fact_about_a_notification_says_that_it_is_one_and_what_it_tells_of() {
        assertThatThrownBy(() -> read("type: NotificationSent\npayload: {factId: e-1, factType: ReleaseBlocked}\n"))
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.reasons())
                        .containsExactly("type: 'NotificationSent': it is a fact of notification-service itself; nobody is told of those,"
                                + " as telling would never end; the fact that it tells of is e-1"));
    }
}
