package slipway.notification;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.events.Meta;
import slipway.notification.template.Plain;

/// What people get to read about a fact, or about several at once.
///
/// @param id of the notification whose message it is: the same at every attempt, so that a receiver can recognise a repeat
/// @param factId eventId of the fact; of the first, where there are several
/// @param changeId the change whose story it belongs to; the first one's, where there are several
/// @param subject one line, without control characters
/// @param lines the text, a sentence or two a line
/// @param parts each fact by itself, the oldest first; at least one
/// @param facts the same, for programs
record Message(
        String id,
        String factId,
        String changeId,
        String subject,
        List<String> lines,
        List<Part> parts,
        List<? extends SpecificRecord> facts) {

    /// More of them would be read by nobody.
    private static final int MOST_AT_ONCE = 50;

    Message {
        subject = line(subject);
        lines = lines.stream().map(Message::line).toList();
    }

    /// One fact.
    ///
    /// @param subject as of a message of its own
    /// @param details sentences
    /// @param page of ours, to which one of the details leads; empty: none does
    /// @param source what it is, whose and when, in one line
    /// @param appointment a window that it gives or takes; null: it does neither
    record Part(String subject, List<String> details, String page, String source, @Nullable Appointment appointment) {

        Part {
            subject = line(subject);
            details = details.stream().map(Message::line).toList();
            source = line(source);
        }

        private static Part of(SpecificRecord fact, Wording wording) {
            Meta meta = meta(fact);
            String actor = meta.getActor().getOnBehalfOf() == null
                    ? meta.getActor().getId()
                    : meta.getActor().getId() + " on behalf of " + meta.getActor().getOnBehalfOf();
            String story = meta.getAggregateId().equals(meta.getCorrelationId()) ? "" : " for " + meta.getCorrelationId();
            return new Part(
                    "[" + meta.getCorrelationId() + "] " + wording.headline(),
                    wording.details(),
                    wording.page(),
                    "%s: fact %d of %s%s, by %s at %s."
                            .formatted(
                                    words(fact.getSchema()),
                                    meta.getSequence(),
                                    meta.getAggregateId(),
                                    story,
                                    actor,
                                    meta.getOccurredAt().truncatedTo(ChronoUnit.SECONDS)),
                    Appointment.of(fact));
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>(details);
            lines.add("");
            lines.add(source);
            return lines;
        }
    }

    /// @param facts at least one
    /// @param words what is said of each
    static Message of(String id, List<? extends SpecificRecord> facts, Function<SpecificRecord, Wording> words) {
        List<Part> parts = facts.stream().<Part>map(fact -> Part.of(fact, words.apply(fact))).toList();
        Meta first = meta(facts.getFirst());
        if (parts.size() == 1) {
            return new Message(
                    id, first.getEventId(), first.getCorrelationId(), parts.getFirst().subject(), parts.getFirst().lines(), parts, facts);
        }
        List<String> lines = new ArrayList<>();
        for (Part part : parts.subList(0, Math.min(parts.size(), MOST_AT_ONCE))) {
            lines.add(part.subject());
            part.lines().stream().filter(line -> !line.isEmpty()).forEach(line -> lines.add("    " + line));
            lines.add("");
        }
        if (parts.size() > MOST_AT_ONCE) {
            lines.add("And %d more: ./slipway notify list".formatted(parts.size() - MOST_AT_ONCE));
        }
        List<String> changes =
                facts.stream().map(fact -> meta(fact).getCorrelationId()).distinct().toList();
        String about = changes.size() == 1 ? changes.getFirst() : changes.size() + " changes";
        return new Message(
                id,
                first.getEventId(),
                first.getCorrelationId(),
                "[%s] %d facts: %s, …".formatted(about, parts.size(), headline(parts.getFirst())),
                lines,
                parts,
                facts);
    }

    /// Whether all of it is of one change, or whatever its story is.
    boolean isOneStory() {
        return facts.stream().map(fact -> meta(fact).getCorrelationId()).distinct().count() == 1;
    }

    /// The fact that happened last, however they came: topics are read side by side. Of those of one moment, the last of each decision's facts counts, and of
    /// several decisions what was planned last.
    Meta newest() {
        return meta(facts.get(latest()));
    }

    /// The same, in words.
    Part newestPart() {
        return parts.get(latest());
    }

    private int latest() {
        Instant last = facts.stream().map(fact -> meta(fact).getRecordedAt()).max(Comparator.naturalOrder()).orElseThrow();
        Map<String, Long> ends = new HashMap<>();
        facts.stream()
                .map(Message::meta)
                .filter(meta -> meta.getRecordedAt().equals(last))
                .forEach(meta -> ends.merge(meta.getAggregateId(), meta.getSequence(), Math::max));
        return IntStream.range(0, facts.size())
                .filter(each -> {
                    Meta meta = meta(facts.get(each));
                    return meta.getRecordedAt().equals(last) && ends.get(meta.getAggregateId()) == meta.getSequence();
                })
                .max()
                .orElseThrow();
    }

    private static String headline(Part part) {
        return part.subject().substring(part.subject().indexOf("] ") + 2);
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

    private static String line(String text) {
        return Plain.line(text).stripTrailing();
    }
}
