package slipway.notification;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.notification.template.Plain;

/// A message in Slack's Block Kit. Other people's text is escaped: otherwise a title with `<!channel>` in it would call everybody.
final class SlackBlocks {

    static final String APPROVE = "approve";
    static final String REJECT = "reject";
    static final String REASON = "reason";

    private static final int LONGEST_REASON = 500;

    /// Of a section: 3,000 is Slack's limit.
    private static final int LONGEST_TEXT = 2_900;

    private static final int LONGEST_TITLE = 300;

    /// Of blocks: 50 is Slack's limit.
    private static final int MOST = 45;

    private SlackBlocks() {}

    /// How the story stands, and the newest that is told.
    ///
    /// @param story what is known of it
    /// @param asks what is asked of those who read it; null: nothing
    static List<Map<String, Object>> state(Message message, Story story, @Nullable Ballot asks) {
        Message.Part newest = message.newestPart();
        List<Map<String, Object>> blocks = new ArrayList<>();
        if (story.isKnown()) {
            blocks.add(head(message.changeId(), story));
        }
        blocks.add(section(newest.subject(), newest.details()));
        blocks.add(Map.of("type", "context", "elements", List.of(mrkdwn(cut(newest.source(), LONGEST_TEXT)))));
        if (asks != null) {
            blocks.add(Map.of(
                    "type", "input",
                    "block_id", REASON,
                    "optional", true,
                    "label", plain("Reason; needed to reject"),
                    "element", Map.of("type", "plain_text_input", "action_id", REASON, "max_length", LONGEST_REASON)));
            blocks.add(Map.of(
                    "type",
                    "actions",
                    "block_id",
                    "vote",
                    "elements",
                    List.of(button(APPROVE, "Approve", "primary", asks), button(REJECT, "Reject", "danger", asks))));
        }
        return blocks;
    }

    private static Map<String, Object> head(String changeId, Story story) {
        String what = (story.service() + " " + story.version()).strip();
        String where = story.environments().isEmpty() ? "" : " in " + String.join(", ", story.environments());
        String subject = "[" + changeId + "] " + (story.title().isEmpty() ? what : story.title());
        return section(Plain.line(subject), Stream.of(what + where, story.status()).map(Plain::line).toList());
    }

    /// What a vote is on.
    ///
    /// @param planDigest of the plan as it is now; empty: not known
    record Ballot(String changeId, String planDigest) {

        String value() {
            return (changeId + " " + planDigest).strip();
        }
    }

    private static Map<String, Object> button(String action, String label, String style, Ballot ballot) {
        return Map.of("type", "button", "action_id", action, "text", plain(label), "style", style, "value", ballot.value());
    }

    private static Map<String, Object> plain(String text) {
        return Map.of("type", "plain_text", "text", text);
    }

    /// All that is told; of very much the headlines.
    static List<Map<String, Object>> of(Message message) {
        List<Message.Part> parts = message.parts();
        if (parts.size() <= MOST) {
            return parts.stream().map(part -> section(part.subject(), part.lines())).toList();
        }
        List<Map<String, Object>> blocks = new ArrayList<>();
        int told = 0;
        while (told < parts.size() && blocks.size() < MOST) {
            StringBuilder text = new StringBuilder();
            while (told < parts.size() && text.length() + LONGEST_TITLE < LONGEST_TEXT) {
                text.append(cut(parts.get(told++).subject(), LONGEST_TITLE - 2)).append('\n');
            }
            blocks.add(Map.of("type", "section", "text", mrkdwn(text.toString().strip())));
        }
        int left = parts.size() - told;
        if (left > 0) {
            blocks.add(section("And %d more: ./slipway notify list".formatted(left), List.of()));
        }
        return blocks;
    }

    private static Map<String, Object> section(String subject, List<String> lines) {
        String rest = cut(String.join("\n", lines).strip(), LONGEST_TEXT - LONGEST_TITLE);
        return Map.of(
                "type",
                "section",
                "text",
                mrkdwn(("*" + cut(subject, LONGEST_TITLE - 4) + "*\n" + rest).strip()));
    }

    /// As it is: otherwise Slack makes links of what looks like a channel, and calls whom it takes for mentioned.
    private static Map<String, Object> mrkdwn(String text) {
        return Map.of("type", "mrkdwn", "text", text, "verbatim", true);
    }

    /// Escaped, and cut between two characters and not within one.
    private static String cut(String text, int longest) {
        StringBuilder cut = new StringBuilder();
        for (int each : text.codePoints().toArray()) {
            String next = Markup.escaped(Character.toString(each));
            if (cut.length() + next.length() > longest) {
                return cut.append('…').toString();
            }
            cut.append(next);
        }
        return cut.toString();
    }
}
