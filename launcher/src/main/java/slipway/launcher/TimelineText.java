package slipway.launcher;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// A timeline as people read it. Of a busy change most facts say who is to be told of the others, and was: they are counted, and what could not be told is
/// shown.
final class TimelineText {

    private static final String PLANNED = "NotificationPlanned";
    private static final String SENT = "NotificationSent";
    private static final String SUPPRESSED = "NotificationSuppressed";
    private static final String FAILED = "NotificationFailed";
    private static final Set<String> FOLDED = Set.of(PLANNED, SENT, SUPPRESSED);

    /// Of what is shown by its own id, each fact is what was asked for.
    private static final String NOTIFICATION = "NTF-";

    /// Of recipients that are named.
    private static final int MOST = 8;

    private TimelineText() {}

    /// @param id of whom it is
    /// @param all whether each notification is shown
    /// @param tree whether each fact stands below the one that led to it
    static void print(String id, JsonNode facts, boolean all, boolean tree, PrintStream out) {
        boolean each = all || id.startsWith(NOTIFICATION);
        List<JsonNode> shown = facts.valueStream()
                .filter(fact -> each || !FOLDED.contains(type(fact)))
                .toList();
        if (tree) {
            CausesText.print(shown, out);
        } else {
            shown.forEach(fact -> line(fact, out));
        }
        if (!each && facts.valueStream().anyMatch(fact -> FOLDED.contains(type(fact)))) {
            out.println(summary(facts) + "; --all shows each");
        }
    }

    static void line(JsonNode fact, PrintStream out) {
        out.printf(
                "%-24s %-34s %-24s %-18s %s%n",
                fact.path("at").asString(""),
                type(fact),
                fact.path("aggregate").asString(""),
                Visible.line(fact.path("actor").asString("")),
                Visible.line(fact.path("summary").asString("")));
    }

    /// `told 12 times: email rosa 8, slack #ops 4; not told 2 times, on purpose; 1 planned for later, if still needed`
    private static String summary(JsonNode facts) {
        Map<String, Integer> told = new TreeMap<>();
        int kept = 0;
        Set<String> waiting = new HashSet<>();
        for (JsonNode fact : facts) {
            switch (type(fact)) {
                case PLANNED -> waiting.add(fact.path("aggregate").asString(""));
                case SENT -> {
                    waiting.remove(fact.path("aggregate").asString(""));
                    JsonNode payload = fact.path("payload");
                    told.merge(Visible.line(payload.path("channel").asString("") + " " + payload.path("recipient").asString("")), 1, Integer::sum);
                }
                case SUPPRESSED -> {
                    waiting.remove(fact.path("aggregate").asString(""));
                    kept++;
                }
                case FAILED -> waiting.remove(fact.path("aggregate").asString(""));
                default -> {
                    // It tells of nobody who is told.
                }
            }
        }
        List<String> parts = new ArrayList<>();
        int times = told.values().stream().mapToInt(Integer::intValue).sum();
        parts.add(times == 0 ? "nobody was told" : "told " + times(times) + ": " + whom(told));
        if (kept > 0) {
            parts.add("not told " + times(kept) + ", on purpose");
        }
        if (!waiting.isEmpty()) {
            // Also what is told again later, if it makes sense by then.
            parts.add(waiting.size() + " planned for later, if still needed");
        }
        return String.join("; ", parts);
    }

    /// Most often first.
    private static String whom(Map<String, Integer> told) {
        String named = told.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()).thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST)
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
        return told.size() <= MOST ? named : named + " and " + (told.size() - MOST) + " more";
    }

    private static String times(int number) {
        return number == 1 ? "once" : number + " times";
    }

    static String type(JsonNode fact) {
        return fact.path("type").asString("").replaceAll(".*\\.", "");
    }
}
