package slipway.notification;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.Meta;
import slipway.notification.domain.NotificationDecider;

/// What people get to read about one fact on one route.
///
/// @param id the notification's id: the same at every attempt, so that a receiver can recognise a repeat
/// @param factId eventId of the fact
/// @param changeId the change whose story it belongs to
/// @param subject one line, without control characters
/// @param lines the text, a sentence or two a line
record Message(String id, String factId, String changeId, String subject, List<String> lines) {

    Message {
        subject = line(subject);
        lines = lines.stream().map(Message::line).toList();
    }

    static Message of(SpecificRecord fact, String route) {
        Meta meta = meta(fact);
        Wording wording = Wording.of(fact);
        String actor = meta.getActor().getOnBehalfOf() == null
                ? meta.getActor().getId()
                : meta.getActor().getId() + " on behalf of " + meta.getActor().getOnBehalfOf();
        List<String> lines = new ArrayList<>(wording.details());
        lines.add("");
        String story = meta.getAggregateId().equals(meta.getCorrelationId()) ? "" : " for " + meta.getCorrelationId();
        lines.add("%s: fact %d of %s%s, by %s at %s."
                .formatted(
                        words(fact.getSchema()),
                        meta.getSequence(),
                        meta.getAggregateId(),
                        story,
                        actor,
                        Wording.time(meta.getOccurredAt())));
        return new Message(
                NotificationDecider.id(meta.getEventId(), route),
                meta.getEventId(),
                meta.getCorrelationId(),
                "[" + meta.getCorrelationId() + "] " + wording.headline(),
                lines);
    }

    static Meta meta(SpecificRecord fact) {
        return (Meta) fact.get(fact.getSchema().getField("meta").pos());
    }

    /// The type in words: `RFCSubmitted` → "RFC submitted".
    static String words(Schema type) {
        String[] words = type.getName().split("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
        for (int i = 1; i < words.length; i++) {
            words[i] = words[i].toLowerCase(Locale.ROOT);
        }
        return String.join(" ", words);
    }

    /// Titles and reasons are other people's text: a line break in one must not become a header or a forged line.
    private static String line(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
    }
}
