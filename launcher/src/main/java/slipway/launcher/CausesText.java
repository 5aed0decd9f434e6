package slipway.launcher;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Facts as cause and effect: each below the one that led to it (`causationId`), in the order in which they came.
final class CausesText {

    private CausesText() {}

    /// @param branch what stands before the fact
    /// @param below what stands before those that it led to
    private record Node(JsonNode fact, String branch, String below) {}

    /// @param facts causes before effects; one whose cause is not among them begins a tree
    static void print(List<JsonNode> facts, PrintStream out) {
        Set<String> there = new HashSet<>();
        facts.forEach(fact -> there.add(text(fact, "eventId")));
        List<JsonNode> beginnings = new ArrayList<>();
        Map<String, List<JsonNode>> effects = new HashMap<>();
        for (JsonNode fact : facts) {
            String cause = text(fact, "causationId");
            if (there.contains(cause)) {
                effects.computeIfAbsent(cause, _ -> new ArrayList<>()).add(fact);
            } else {
                beginnings.add(fact);
            }
        }
        Deque<Node> open = new ArrayDeque<>();
        beginnings.reversed().forEach(fact -> open.push(new Node(fact, "", "")));
        while (!open.isEmpty()) {
            Node node = open.pop();
            line(node, out);
            List<JsonNode> next = effects.getOrDefault(text(node.fact(), "eventId"), List.of());
            for (int each = next.size() - 1; each >= 0; each--) {
                boolean last = each == next.size() - 1;
                open.push(new Node(next.get(each), node.below() + (last ? "└─ " : "├─ "), node.below() + (last ? "   " : "│  ")));
            }
        }
    }

    private static void line(Node node, PrintStream out) {
        JsonNode fact = node.fact();
        out.printf(
                "%-24s %s%s  %s  %s%n",
                text(fact, "at"),
                node.branch(),
                TimelineText.type(fact),
                text(fact, "aggregate"),
                Visible.line(text(fact, "summary")));
    }

    private static String text(JsonNode fact, String field) {
        return fact.path(field).asString("");
    }
}
