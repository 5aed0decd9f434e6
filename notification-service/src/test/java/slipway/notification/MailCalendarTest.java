package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.notification.MailChannelTest.part;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import slipway.events.Meta;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeRejected;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.ScheduledWindowMissed;
import slipway.notification.Channel.To;

/// Windows that come into people's calendars by mail, and go.
class MailCalendarTest {

    private static final To TO = new To("cab", "aki", "aki@x.org", "", false);

    @Test
    void a_window_comes_with_an_entry_for_the_calendar() throws Exception {
        ChangeScheduled scheduled = (ChangeScheduled) Samples.of(ChangeScheduled.getClassSchema());
        scheduled.put(scheduled.getSchema().getField("service").pos(), "shop\nATTENDEE:mailto:eve@x.org");
        try (MailInbox inbox = new MailInbox()) {
            inbox.channel(Optional.empty()).send(Samples.message("NTF-1", List.of(Samples.approvalRequested(), scheduled)), TO, () -> {});

            String calendar = part(inbox.last(), "text/calendar");
            assertThat(calendar.lines().toList())
                    .contains(
                            "METHOD:PUBLISH",
                            "UID:CHG-7@slipway.test",
                            "SEQUENCE:5",
                            "DTSTART:20260301T101530Z",
                            "DTEND:20260301T101530Z",
                            "STATUS:CONFIRMED",
                            "ORGANIZER:mailto:changes@slipway.test")
                    .as("a line break makes no property")
                    .noneMatch(line -> line.startsWith("ATTENDEE"));
        }
    }

    @Test
    void a_window_that_was_missed_is_taken_from_the_calendar() throws Exception {
        try (MailInbox inbox = new MailInbox()) {
            inbox.channel(new MailChannel.Entry(null)).send(
                    Samples.message("NTF-1", List.of(
                            Samples.of(ChangeScheduled.getClassSchema()), Samples.of(ScheduledWindowMissed.getClassSchema()))),
                    TO,
                    () -> {});

            assertThat(part(inbox.last(), "text/calendar").lines().toList())
                    .contains("METHOD:CANCEL", "UID:CHG-7@slipway.test", "STATUS:CANCELLED", "DTSTART:20260301T101530Z")
                    .as("one entry, the newest")
                    .containsOnlyOnce("BEGIN:VEVENT");
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {ChangeCancelled.class, ChangeRejected.class, ChangeExpired.class})
    void the_window_of_a_change_that_will_not_be_is_taken_from_the_calendar(Class<?> fact) throws Exception {
        SpecificRecord over = Samples.of(SpecificData.get().getSchema(fact));
        over.put(0, Meta.newBuilder(Samples.meta()).setSequence(9).build());
        Instant from = Instant.parse("2026-03-02T10:00:00Z");
        try (MailInbox inbox = new MailInbox()) {
            inbox.channel(new MailChannel.Entry(new Appointment.Span(from, from.plusSeconds(3600))))
                    .send(Samples.message("NTF-1", List.of(over)), TO, () -> {});

            assertThat(part(inbox.last(), "text/calendar").lines().toList())
                    .contains(
                            "METHOD:CANCEL",
                            "UID:CHG-7@slipway.test",
                            "SEQUENCE:9",
                            "STATUS:CANCELLED",
                            "DTSTART:20260302T100000Z",
                            "DTEND:20260302T110000Z");

            inbox.channel(new MailChannel.Entry(null)).send(Samples.message("NTF-1", List.of(over)), TO, () -> {});

            assertThat(part(inbox.last(), "text/calendar")).contains("METHOD:CANCEL").doesNotContain("DTSTART");
        }
    }

    @Test
    void an_entry_that_nobody_has_is_not_taken_away() throws Exception {
        try (MailInbox inbox = new MailInbox()) {
            inbox.channel(Optional.empty()).send(Samples.message("NTF-1", List.of(Samples.of(ChangeCancelled.getClassSchema()))), TO, () -> {});

            assertThat(part(inbox.last(), "text/calendar")).isEmpty();
        }
    }
}
