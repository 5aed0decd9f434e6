package slipway.notification.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import slipway.decider.Story;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.notification.domain.NotificationCommand.RecordFailed;
import slipway.notification.domain.NotificationCommand.RecordSent;
import slipway.notification.domain.NotificationEvent.NotificationFailed;
import slipway.notification.domain.NotificationEvent.NotificationSent;
import slipway.wire.Mapping;

class NotificationDeciderTest {

    private static final RecordSent SENT =
            new RecordSent("f1", "ChangeApproved", "ops", "email", "ops@x.org", "<id@x>");
    private static final RecordFailed FAILED =
            new RecordFailed("f1", "ChangeApproved", "ops", "email", "ops@x.org", "550 no such user");
    private static final NotificationSent WAS_SENT =
            new NotificationSent("f1", "ChangeApproved", "ops", "email", "ops@x.org", "<id@x>");
    private static final NotificationFailed HAS_FAILED =
            new NotificationFailed("f1", "ChangeApproved", "ops", "email", "ops@x.org", "550 no such user");

    private static Story<NotificationCommand, NotificationState, NotificationEvent> story() {
        return Story.of(new NotificationDecider());
    }

    @Test
    void a_message_that_the_channel_took_is_sent() {
        story().when(SENT).then(WAS_SENT);
    }

    @Test
    void a_message_that_the_channel_will_never_take_has_failed() {
        story().when(FAILED).then(HAS_FAILED);
    }

    @Test
    void a_second_receipt_after_a_crash_says_nothing_new() {
        story().given(WAS_SENT).when(SENT).thenNothing();
        story().given(WAS_SENT).when(FAILED).thenNothing();
    }

    @Test
    void a_failure_for_good_stands() {
        story().given(HAS_FAILED).when(SENT).thenNothing();
        story().given(HAS_FAILED).when(FAILED).thenNothing();
    }

    @Test
    void each_route_of_a_fact_is_a_notification_of_its_own() {
        assertThat(NotificationDecider.id("f1", "ops")).isEqualTo("NTF-f1-ops");
        assertThat(NotificationDecider.id("f1", "cab")).isNotEqualTo(NotificationDecider.id("f1", "ops"));
    }

    @Test
    void the_facts_agree_with_the_contract() {
        Mapping<NotificationEvent> mapping = Mapping.of(NotificationEvent.class, "slipway.events.notification");
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        Meta meta = new Meta(
                "e", "NTF-f1-ops", 1L, now, now, new Actor("notification-service", ActorKind.SERVICE, "dana"), "CHG-1",
                "f1", null, null);
        for (NotificationEvent fact : new NotificationEvent[] {WAS_SENT, HAS_FAILED}) {
            SpecificRecord avro = mapping.toAvro(fact, meta);
            assertThat(mapping.toDomain(avro)).isEqualTo(fact);
        }
    }
}
