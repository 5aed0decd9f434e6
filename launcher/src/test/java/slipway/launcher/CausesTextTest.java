package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class CausesTextTest {

    private static Map<String, Object> fact(String event, String cause) {
        return Map.of(
                "type", "Fact" + event, "aggregate", "CHG-1", "at", "10:00", "summary", "said", "eventId", event, "causationId", cause);
    }

    private static List<String> lines(List<Map<String, Object>> facts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TimelineText.print("CHG-1", new JsonMapper().valueToTree(facts), false, true, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.substring(25).replace("  CHG-1  said", ""))
                .toList();
    }

    @Test
    void each_fact_stands_below_what_led_to_it_in_the_order_in_which_they_came() {
        assertThat(lines(List.of(fact("1", ""), fact("2", "1"), fact("3", "1"), fact("4", "2"), fact("5", "2"), fact("6", "3"))))
                .containsExactly("Fact1", "├─ Fact2", "│  ├─ Fact4", "│  └─ Fact5", "└─ Fact3", "   └─ Fact6");
    }

    @Test
    void what_others_led_to_begins_a_tree_of_its_own() {
        assertThat(lines(List.of(fact("1", "elsewhere"), fact("2", "1"), fact("3", "elsewhere"))))
                .containsExactly("Fact1", "└─ Fact2", "Fact3");
    }
}
