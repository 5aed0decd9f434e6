package slipway.notification;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Rooms that are written to by a URL of their own: Slack's incoming webhooks and Teams's workflows.
final class ChatWords {

    /// Of the lines of a card, in bytes of their JSON: a message of Teams may have 28 KB, whatever alphabet it is in.
    private static final int MOST = 24_000;

    private static final int LONGEST_LINE = 300;
    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<String, String> HEADERS = Map.of("Content-Type", "application/json; charset=utf-8");

    private ChatWords() {}

    /// [Incoming webhooks](https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks): nothing can be changed afterwards.
    static Systems.Post slack(Message message, Endpoint endpoint) throws IOException {
        return new Systems.Post(
                endpoint.address(),
                HEADERS,
                JSON.writeValueAsString(
                        Map.of("text", Markup.escaped(message.subject()), "blocks", SlackBlocks.of(message))));
    }

    /// An [adaptive card](https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook), whose text runs take no
    /// Markdown: what strangers wrote is shown as it is.
    static Systems.Post teams(Message message, Endpoint endpoint) throws IOException {
        List<Object> body = new ArrayList<>();
        body.add(text(message.subject(), Map.of("weight", "Bolder", "size", "Medium")));
        int left = MOST;
        for (String line : message.lines().stream().filter(line -> !line.isBlank()).toList()) {
            Map<String, Object> block = text(line, Map.of());
            left -= JSON.writeValueAsBytes(block).length + 1;
            if (left < 0) {
                body.add(text("And more: ./slipway notify list", Map.of("isSubtle", true)));
                break;
            }
            body.add(block);
        }
        Map<String, Object> card = Map.of(
                "$schema", "http://adaptivecards.io/schemas/adaptive-card.json",
                "type", "AdaptiveCard",
                "version", "1.4",
                "body", body);
        return new Systems.Post(
                endpoint.address(),
                HEADERS,
                JSON.writeValueAsString(Map.of(
                        "type", "message",
                        "attachments", List.of(Map.of("contentType", "application/vnd.microsoft.card.adaptive", "content", card)))));
    }

    private static Map<String, Object> text(String text, Map<String, Object> looks) {
        Map<String, Object> run = new java.util.HashMap<>(looks);
        run.put("type", "TextRun");
        run.put("text", Cut.to(LONGEST_LINE, text));
        return Map.of("type", "RichTextBlock", "inlines", List.of(run));
    }
}
