package slipway.notification;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import net.fortuna.ical4j.data.CalendarOutputter;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.model.property.Description;
import net.fortuna.ical4j.model.property.DtEnd;
import net.fortuna.ical4j.model.property.DtStamp;
import net.fortuna.ical4j.model.property.DtStart;
import net.fortuna.ical4j.model.property.Organizer;
import net.fortuna.ical4j.model.property.ProdId;
import net.fortuna.ical4j.model.property.Sequence;
import net.fortuna.ical4j.model.property.Summary;
import net.fortuna.ical4j.model.property.Uid;
import net.fortuna.ical4j.model.property.immutable.ImmutableMethod;
import net.fortuna.ical4j.model.property.immutable.ImmutableStatus;
import net.fortuna.ical4j.model.property.immutable.ImmutableVersion;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.events.Meta;
import slipway.events.Window;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.ChangeExpired;
import slipway.events.change.ChangeRejected;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.ScheduledWindowMissed;

/// A window of a change as calendars know it (RFC 5545, RFC 5546): a later one of the same story takes the place of the one before.
///
/// @param story its change
/// @param version of a story, later ones are higher
/// @param at when it was decided
/// @param span null: the fact that takes it away does not say which it was
/// @param holds false: it is taken away
record Appointment(
        String story, long version, Instant at, @Nullable Span span, String summary, String description, boolean holds) {

    private static final String PRODUCT = "-//Slipway//Notifications//EN";

    /// The facts that change what is in a calendar.
    static final List<String> FACTS = Stream.of(
                    ChangeScheduled.getClassSchema(),
                    ScheduledWindowMissed.getClassSchema(),
                    ChangeCancelled.getClassSchema(),
                    ChangeRejected.getClassSchema(),
                    ChangeExpired.getClassSchema())
            .map(Schema::getName)
            .toList();

    /// From when to when.
    record Span(Instant from, Instant to) {}

    /// Null: the fact gives no window and takes none.
    static @Nullable Appointment of(SpecificRecord fact) {
        return switch (fact) {
            case ChangeScheduled it ->
                of(
                        it.getMeta(),
                        it.getWindow(),
                        "%s %s".formatted(it.getService(), it.getVersion()),
                        "Environments: " + String.join(", ", it.getEnvironments()) + "; implementer: " + it.getImplementer(),
                        true);
            case ScheduledWindowMissed it -> of(it.getMeta(), it.getWindow(), "missed", "The window passed unused.", false);
            case ChangeCancelled it -> of(it.getMeta(), null, "cancelled", "The change was cancelled.", false);
            case ChangeRejected it -> of(it.getMeta(), null, "rejected", "The change was rejected.", false);
            case ChangeExpired it -> of(it.getMeta(), null, "expired", "The approval of the change ended.", false);
            default -> null;
        };
    }

    /// What it takes away is there: it says which it is, as some calendars find it only so.
    Appointment within(@Nullable Span known) {
        return new Appointment(story, version, at, span == null ? known : span, summary, description, holds);
    }

    private static Appointment of(Meta meta, @Nullable Window window, String what, String description, boolean holds) {
        String change = meta.getAggregateId();
        return new Appointment(
                change,
                meta.getSequence(),
                meta.getOccurredAt(),
                window == null ? null : new Span(window.getNotBefore(), window.getNotAfter()),
                "[" + change + "] " + what,
                description,
                holds);
    }

    String contentType() {
        return "text/calendar; charset=UTF-8; method=" + (holds ? "PUBLISH" : "CANCEL");
    }

    /// @param organizer an e-mail address
    byte[] calendar(String organizer) {
        VEvent event = new VEvent(false);
        event.add(new Uid(story + organizer.substring(organizer.lastIndexOf('@'))));
        event.add(new DtStamp(at));
        event.add(new Sequence((int) Math.min(version, Integer.MAX_VALUE)));
        event.add(new Organizer(URI.create("mailto:" + organizer)));
        if (span != null) {
            event.add(new DtStart<>(span.from()));
            event.add(new DtEnd<>(span.to()));
        }
        event.add(new Summary(summary));
        event.add(new Description(description));
        event.add(holds ? ImmutableStatus.VEVENT_CONFIRMED : ImmutableStatus.VEVENT_CANCELLED);
        Calendar calendar = new Calendar();
        calendar.add(new ProdId(PRODUCT));
        calendar.add(ImmutableVersion.VERSION_2_0);
        calendar.add(holds ? ImmutableMethod.PUBLISH : ImmutableMethod.CANCEL);
        calendar.add(event);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new CalendarOutputter(false).output(calendar, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
