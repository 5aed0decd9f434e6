package slipway.notification;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.notification.template.Fault;
import slipway.notification.template.Plain;
import slipway.notification.template.Template;
import slipway.notification.template.Template.Rendered;

/// The words for facts, and the layout of mails. [TemplateFiles] tried each of them before the first fact came; should one fail all the same, people are
/// told in plainer words, and not told nothing.
///
/// @param facts by the type of the fact; those that have none are told by their fields
/// @param mailText the layout of a mail as text
/// @param mailHtml and as HTML
/// @param plainText ours, which fail never
/// @param plainHtml and as HTML
/// @param stories what is known of a change
record Templates(
        Map<String, Template> facts,
        Template mailText,
        Template mailHtml,
        Template plainText,
        Template plainHtml,
        Function<String, Story> stories) {

    /// Of a fact, chars: more would be read by nobody.
    static final int LONGEST = 20_000;

    /// Of a mail with fifty of them, whose layout is the user's.
    static final int LONGEST_MAIL = 2_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Templates.class);
    private static final String INDENT = "    ";
    private static final String STORY = "story";

    /// The same, of changes of which something is known.
    Templates knowing(Function<String, Story> known) {
        return new Templates(facts, mailText, mailHtml, plainText, plainHtml, known);
    }

    Wording words(SpecificRecord fact) {
        Template template = facts.get(fact.getSchema().getName());
        if (template == null) {
            return Wording.byFields(fact);
        }
        try {
            return words(template, fact, stories.apply(Message.meta(fact).getCorrelationId())).orElseGet(() -> Wording.byFields(fact));
        } catch (Fault e) {
            LOG.warn("{} is told by its fields: {}", Message.meta(fact).getEventId(), e.getMessage());
            return Wording.byFields(fact);
        }
    }

    /// The first line is the headline, the others are sentences; those with nothing in them are none.
    ///
    /// @return empty: it says nothing
    private static Optional<Wording> words(Template template, SpecificRecord fact, Story story) throws Fault {
        Rendered rendered = template.render(values(fact, story), LONGEST);
        List<String> lines = rendered.text().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        List<String> sentences = lines.subList(1, lines.size());
        return Optional.of(new Wording(
                lines.getFirst(), rendered.cut() ? Stream.concat(sentences.stream(), Stream.of("…")).toList() : sentences));
    }

    /// What words can be made of.
    static Map<String, @Nullable Object> values(SpecificRecord fact, Story story) {
        Map<String, @Nullable Object> values = Plain.of(fact);
        values.put(STORY, story.values());
        return values;
    }

    String text(Message message) {
        return layout(mailText, plainText, message);
    }

    String html(Message message) {
        return layout(mailHtml, plainHtml, message);
    }

    private static String layout(Template layout, Template plain, Message message) {
        Map<String, Object> values = values(message);
        try {
            Rendered rendered = layout.render(values, LONGEST_MAIL);
            if (!rendered.cut()) {
                return rendered.text();
            }
            LOG.warn("{} has the usual layout: {} makes it longer than {} characters", message.id(), layout.file(), LONGEST_MAIL);
        } catch (Fault e) {
            LOG.warn("{} has the usual layout: {}", message.id(), e.getMessage());
        }
        try {
            return plain.render(values, Integer.MAX_VALUE).text();
        } catch (Fault e) {
            throw new IllegalStateException(e);
        }
    }

    /// Only to pages of ours, and shown as it is written: what others wrote looks like no way to decide.
    private static Map<String, Object> line(String line, Set<String> pages) {
        String text = line.stripLeading();
        String page = text.startsWith(DecideLink.BEFORE) ? text.substring(DecideLink.BEFORE.length()) : "";
        boolean leads = pages.contains(page);
        return Map.of(
                "text", text,
                "indented", line.startsWith(INDENT),
                "before", leads ? DecideLink.BEFORE : text,
                "link", leads ? page : "");
    }

    /// What a layout can show.
    static Map<String, Object> values(Message message) {
        Set<String> pages =
                message.parts().stream().map(Message.Part::page).filter(page -> !page.isEmpty()).collect(Collectors.toSet());
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("subject", message.subject());
        values.put("change", message.changeId());
        values.put(
                "lines",
                message.lines().stream()
                        .map(line -> line(line, pages))
                        .toList());
        values.put(
                "parts",
                message.parts().stream()
                        .map(part -> Map.of("subject", part.subject(), "details", part.details(), "source", part.source()))
                        .toList());
        return values;
    }
}
