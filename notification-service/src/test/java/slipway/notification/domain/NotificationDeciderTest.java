package slipway.notification.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import slipway.decider.Story;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.notification.domain.NotificationCommand.Plan;
import slipway.notification.domain.NotificationCommand.RecordFailed;
import slipway.notification.domain.NotificationCommand.RecordSent;
import slipway.notification.domain.NotificationCommand.Suppress;
import slipway.notification.domain.NotificationEvent.NotificationFailed;
import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.notification.domain.NotificationEvent.NotificationSent;
import slipway.notification.domain.NotificationEvent.NotificationSuppressed;
import slipway.wire.Mapping;

class NotificationDeciderTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final NotificationPlanned PLANNED = new NotificationPlanned(
            "f1", "ChangeApproved", "ops", "email", "rosa", true, 1, "change=CHG-1", NOON, "NORMAL", 300, 3600);
    private static final NotificationSuppressed SUPPRESSED =
            new NotificationSuppressed("f1", "ChangeApproved", "ops", "email", "rosa", "silenced");
    private static final NotificationSent SENT =
            new NotificationSent("f1", "ChangeApproved", "ops", "email", "rosa", "<id@x>");
    private static final NotificationFailed FAILED =
            new NotificationFailed("f1", "ChangeApproved", "ops", "email", "rosa", "550 no such user");

    private static Story<NotificationCommand, NotificationState, NotificationEvent> story() {
        return Story.of(new NotificationDecider());
    }

    @Test
    void a_notification_is_planned_once_and_the_first_plan_stands() {
        story().when(new Plan(PLANNED)).then(PLANNED);
        story().given(PLANNED).when(new Plan(PLANNED)).thenNothing();
        story().given(PLANNED, SENT).when(new Plan(PLANNED)).thenNothing();
    }

    @Test
    void what_nobody_is_to_be_told_of_is_suppressed_before_or_after_it_was_planned() {
        story().when(new Suppress(SUPPRESSED)).then(SUPPRESSED);
        story().given(PLANNED).when(new Suppress(SUPPRESSED)).then(SUPPRESSED);
        story().given(PLANNED, SENT).when(new Suppress(SUPPRESSED)).thenNothing();
    }

    @Test
    void a_message_that_the_channel_took_is_sent() {
        story().given(PLANNED).when(new RecordSent("<id@x>")).then(SENT);
    }

    @Test
    void a_message_that_the_channel_will_never_take_has_failed() {
        story().given(PLANNED).when(new RecordFailed("550 no such user")).then(FAILED);
    }

    @Test
    void a_second_receipt_after_a_crash_says_nothing_new() {
        for (NotificationEvent end : new NotificationEvent[] {SENT, FAILED, SUPPRESSED}) {
            story().given(PLANNED, end).when(new RecordSent("<other@x>")).thenNothing();
            story().given(PLANNED, end).when(new RecordFailed("other")).thenNothing();
        }
    }

    @Test
    void what_was_told_before_there_were_plans_is_not_told_again() {
        story().given(SENT).when(new Plan(PLANNED)).thenNothing();
    }

    @Test
    void nobody_was_told_without_a_plan() {
        story().when(new RecordSent("<id@x>")).thenRefused("nobody was to be told");
    }

    @Test
    void each_receiver_recipient_and_round_of_a_fact_is_a_notification_of_its_own() {
        assertThat(NotificationDecider.id("f1", "ops", "rosa", 1)).isEqualTo("NTF-f1-ops-rosa");
        assertThat(NotificationDecider.id("f1", "ops", "rosa", 2)).isEqualTo("NTF-f1-ops-rosa-2");
    }

    @Test
    void the_facts_agree_with_the_contract() {
        Mapping<NotificationEvent> mapping = Mapping.of(NotificationEvent.class, "slipway.events.notification");
        Meta meta = new Meta(
                "e", "NTF-f1-ops-rosa", 1L, NOON, NOON, new Actor("notification-service", ActorKind.SERVICE, "dana"), "CHG-1",
                "f1", null, null);
        assertThat(mapping.schemas()).hasSize(4);
        for (NotificationEvent fact : new NotificationEvent[] {PLANNED, SUPPRESSED, SENT, FAILED}) {
            SpecificRecord avro = mapping.toAvro(fact, meta);
            assertThat(mapping.toDomain(avro)).isEqualTo(fact);
        }
    }
}
