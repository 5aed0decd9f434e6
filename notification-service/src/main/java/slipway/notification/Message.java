package slipway.notification;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.Meta;

/// What people get to read about a fact, or about several at once.
///
/// @param id of the notification whose message it is: the same at every attempt, so that a receiver can recognise a repeat
/// @param factId eventId of the fact; of the first, where there are several
/// @param changeId the change whose story it belongs to; the first one's, where there are several
/// @param subject one line, without control characters
/// @param lines the text, a sentence or two a line
record Message(String id, String factId, String changeId, String subject, List<String> lines) {

    /// More of them would be read by nobody.
    private static final int MOST_AT_ONCE = 50;

    Message {
        subject = line(subject);
        lines = lines.stream().map(Message::line).toList();
    }

    /// @param facts at least one
    static Message of(String id, List<? extends SpecificRecord> facts) {
        if (facts.size() == 1) {
            return of(id, facts.getFirst());
        }
        List<Message> parts =
                facts.stream().limit(MOST_AT_ONCE).map(fact -> of(id, fact)).toList();
        List<String> lines = new ArrayList<>();
        for (Message part : parts) {
            lines.add(part.subject());
            part.lines().stream().filter(line -> !line.isEmpty()).forEach(line -> lines.add("    " + line));
            lines.add("");
        }
        if (facts.size() > parts.size()) {
            lines.add("And %d more: ./slipway notify list".formatted(facts.size() - parts.size()));
        }
        List<String> changes =
                facts.stream().map(fact -> meta(fact).getCorrelationId()).distinct().toList();
        String about = changes.size() == 1 ? changes.getFirst() : changes.size() + " changes";
        Message first = parts.getFirst();
        return new Message(
                id,
                first.factId(),
                first.changeId(),
                "[%s] %d facts: %s, …".formatted(about, facts.size(), headline(first)),
                lines);
    }

    private static String headline(Message message) {
        return message.subject().substring(message.subject().indexOf("] ") + 2);
    }

    private static Message of(String id, SpecificRecord fact) {
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
                id,
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
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").stripTrailing();
    }
}
