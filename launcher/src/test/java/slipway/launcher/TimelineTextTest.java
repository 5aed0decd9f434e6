package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class TimelineTextTest {

    private static final Map<String, Object> APPROVED = fact("slipway.events.change.ChangeApproved", "CHG-1", "approved by aki", "", "");

    private static Map<String, Object> fact(String type, String aggregate, String summary, String channel, String recipient) {
        return Map.of(
                "type", type,
                "aggregate", aggregate,
                "at", "2026-03-01T10:00:00Z",
                "actor", "aki",
                "summary", summary,
                "payload", Map.of("channel", channel, "recipient", recipient));
    }

    private static Map<String, Object> notification(String what, int number, String channel, String recipient) {
        return fact("slipway.events.notification.Notification" + what, "NTF-" + number, recipient + " " + what, channel, recipient);
    }

    private static List<String> lines(boolean all, List<Map<String, Object>> facts) {
        return lines("CHG-1", all, facts);
    }

    private static List<String> lines(String id, boolean all, List<Map<String, Object>> facts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TimelineText.print(id, new JsonMapper().valueToTree(facts), all, false, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static List<Map<String, Object>> busy() {
        List<Map<String, Object>> facts = new ArrayList<>(List.of(APPROVED));
        IntStream.rangeClosed(1, 3).forEach(each -> {
            facts.add(notification("Planned", each, "slack", "#ops"));
            facts.add(notification("Sent", each, "slack", "#ops"));
        });
        facts.add(notification("Planned", 4, "email", "rosa"));
        facts.add(notification("Sent", 4, "email", "rosa"));
        facts.add(notification("Planned", 5, "email", "lin"));
        facts.add(notification("Suppressed", 6, "email", "kim"));
        facts.add(notification("Planned", 7, "email", "sam"));
        facts.add(notification("Failed", 7, "email", "sam"));
        return facts;
    }

    @Test
    void who_was_told_is_counted_in_one_line_and_what_could_not_be_told_is_shown() {
        List<String> lines = lines(false, busy());
        assertThat(lines).hasSize(3);
        assertThat(lines.getFirst()).contains("ChangeApproved", "CHG-1", "approved by aki");
        assertThat(lines.get(1)).contains("NotificationFailed", "NTF-7", "sam Failed");
        assertThat(lines.getLast()).isEqualTo("told 4 times: slack #ops 3, email rosa 1; not told once, on purpose; 1 planned for later, if still needed; --all shows each");
    }

    @Test
    void all_are_shown_when_somebody_wants_them() {
        assertThat(lines(true, busy())).hasSize(busy().size()).noneMatch(each -> each.startsWith("told"));
    }

    @Test
    void a_notification_by_its_own_id_is_shown_with_what_led_to_it() {
        assertThat(lines("NTF-1", false, List.of(APPROVED, notification("Planned", 1, "slack", "#ops"), notification("Sent", 1, "slack", "#ops"))))
                .hasSize(3)
                .last().asString().contains("NotificationSent");
    }

    @Test
    void a_story_of_which_nobody_is_told_is_only_its_facts() {
        assertThat(lines(false, List.of(APPROVED))).singleElement().asString().contains("approved by aki");
    }

    @Test
    void very_many_recipients_are_not_all_named_and_their_names_are_one_line() {
        List<Map<String, Object>> facts = new ArrayList<>(List.of(APPROVED));
        IntStream.rangeClosed(1, 20).forEach(each -> facts.add(notification("Sent", each, "email", "p%02d%n".formatted(each))));
        assertThat(lines(false, facts)).hasSize(2).last().asString().startsWith("told 20 times: email p01").contains(" and 12 more;");
    }
}
