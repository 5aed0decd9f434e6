package slipway.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What another policy or freeze would have made of the past, for a person to read: totals first, then the changes.
final class HindsightText {

    private HindsightText() {}

    static void backtest(JsonNode report, PrintStream out) {
        JsonNode totals = report.path("totals");
        JsonNode changes = totals.path("changes");
        out.printf(
                "%s: %d changes that were evaluated %s%n",
                ChangeText.text(report, "candidate"), sum(changes), period(report));
        line(out, "same", changes.path("SAME").asLong(0), "");
        line(out, "different", changes.path("DIFFERENT").asLong(0), counts("", totals.path("answers")));
        line(out, "undecidable", changes.path("UNDECIDABLE").asLong(0), counts("not recorded: ", totals.path("notRecorded")));
        line(
                out,
                "approved sooner",
                totals.path("sooner").asLong(0),
                "by " + time(totals.path("savedSeconds").asLong(0))
                        + " together, from the evaluation to the last vote that would still have been needed");
        line(out, "may wait longer", totals.path("mayWaitLonger").asLong(0), "for how long nobody knows");
        JsonNode effects = totals.path("effects");
        out.printf("of %d that failed:%n", totals.path("failed").asLong(0));
        line(out, "would have been stopped", effects.path("FAILURE_STOPPED").asLong(0), "");
        line(out, "would have been looked at", effects.path("FAILURE_LOOKED_AT").asLong(0), "what people would have said nobody knows");
        line(out, "seen by nobody any more", effects.path("FAILURE_UNSEEN").asLong(0), "");
        out.println("of the others:");
        line(out, "went well, and stopped", effects.path("SUCCESS_STOPPED").asLong(0), "");
        line(out, "refused, and passed", effects.path("REFUSAL_PASSED").asLong(0), "by people, by the policy of then, or because nobody answered");
        JsonNode checks = totals.path("checks");
        out.printf(
                "answers as recorded, calculated again: %d agree, %d agree in part, %d not checked, %d contradicted%n",
                checks.path("REPRODUCED").asLong(0),
                checks.path("IN_PART").asLong(0),
                checks.path("NOT_CHECKED").asLong(0),
                checks.path("CONTRADICTED").asLong(0));
        different(report.path("different"), out);
        undecidable(report.path("undecidable"), "evaluatedAt", out);
        contradicted(report.path("contradicted"), out);
    }

    private static void different(JsonNode page, PrintStream out) {
        Table table = new Table("CHANGE", "EVALUATED", "RISK", "THEN", "WOULD BE", "OUTCOME", "WAITED", "SAVED", "MEANS");
        page.path("list").forEach(each -> table.row(
                ChangeText.text(each, "id"),
                ChangeText.text(each, "evaluatedAt"),
                ChangeText.text(each, "risk"),
                side(each.path("before")),
                side(each.path("after")),
                outcome(each),
                time(each.path("waitedSeconds")),
                each.path("mayWaitLonger").asBoolean(false) ? "may be longer" : time(each.path("savedSeconds")),
                meaning(each)));
        print(table, page, out);
    }

    private static void contradicted(JsonNode page, PrintStream out) {
        page.path("list").forEach(each -> {
            out.printf(
                    "CONTRADICTED %s of %s by %s:%n",
                    ChangeText.text(each, "id"), ChangeText.text(each, "evaluatedAt"), ChangeText.text(each, "policy"));
            each.path("disagreements").forEach(what -> out.println("  " + Visible.line(what.asString())));
        });
        more(page, out);
    }

    static void rehearsal(JsonNode report, PrintStream out) {
        JsonNode totals = report.path("totals");
        JsonNode changes = totals.path("changes");
        out.printf("%d changes that were to start %s%n", sum(changes), period(report));
        line(out, "free", changes.path("FREE").asLong(0), "");
        line(out, "held", changes.path("HELD").asLong(0), "");
        line(out, "undecidable", changes.path("UNDECIDABLE").asLong(0), "");
        JsonNode effects = totals.path("effects");
        out.printf("of %d that failed:%n", totals.path("failed").asLong(0));
        line(out, "would have been held", effects.path("FAILURE_HELD").asLong(0), "whether they had failed later nobody knows");
        out.println("of the others:");
        line(out, "went well, and delayed", effects.path("SUCCESS_DELAYED").asLong(0), "");
        line(out, "never started anyway", effects.path("NEVER_STARTED").asLong(0), "");
        out.printf(
                "delay of all that started: at least %s together; %d with no end within two years%n",
                time(totals.path("delaySeconds").asLong(0)), totals.path("endless").asLong(0));
        Table table = new Table("CHANGE", "WINDOW", "SERVICE", "FROZEN UNTIL", "NEXT START", "DELAY", "OUTCOME", "MEANS");
        report.path("held").path("list").forEach(each -> table.row(
                ChangeText.text(each, "id"),
                ChangeText.text(each.path("window"), "notBefore"),
                ChangeText.text(each, "service"),
                ChangeText.text(each.path("freeze"), "notAfter"),
                each.path("nextStart").isNull() ? "never" : ChangeText.text(each, "nextStart"),
                time(each.path("delaySeconds")),
                outcome(each),
                meaning(each)));
        print(table, report.path("held"), out);
        undecidable(report.path("undecidable"), "window", out);
        JsonNode planned = report.path("planned");
        out.println("planned now, and would be held: "
                + (planned.isEmpty()
                        ? "nothing"
                        : planned.valueStream().map(id -> Visible.line(id.asString())).collect(Collectors.joining(", "))));
    }

    private static void undecidable(JsonNode page, String when, PrintStream out) {
        page.path("list").forEach(each -> out.printf(
                "undecidable %s of %s, %s: not recorded: %s%n",
                ChangeText.text(each, "id"),
                each.path(when).isObject() ? ChangeText.text(each.path(when), "notBefore") : ChangeText.text(each, when),
                ChangeText.text(each, "outcome"),
                names(each.path("notRecorded"))));
        more(page, out);
    }

    private static void print(Table table, JsonNode page, PrintStream out) {
        if (!page.path("list").isEmpty()) {
            table.print(out);
        }
        more(page, out);
    }

    private static void more(JsonNode page, PrintStream out) {
        long more = page.path("more").asLong(0);
        if (more > 0) {
            out.println("and " + more + " more; --all lists up to 10000, totals count all");
        }
    }

    private static String side(JsonNode side) {
        List<String> words = new ArrayList<>();
        side.path("stages").forEach(stage -> words.add(
                stage.path("quorum").isNull()
                        ? ChangeText.text(stage, "name")
                        : ChangeText.text(stage, "name") + " " + stage.path("quorum").asInt() + " of "
                                + stage.path("eligible").size()));
        side.path("reasons").forEach(reason -> words.add(reason.asString()));
        if (!side.path("unfillable").isEmpty()) {
            words.add("nobody could fill " + names(side.path("unfillable")));
        }
        return ChangeText.text(side, "answer") + (words.isEmpty() ? "" : ": " + String.join(", ", words));
    }

    private static String outcome(JsonNode change) {
        return ChangeText.text(change, "outcome") + (change.path("over").asBoolean(true) ? "" : " (open)");
    }

    /// The word of the answer, as a person would say it.
    private static String meaning(JsonNode change) {
        return ChangeText.text(change, "effect").toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String names(JsonNode names) {
        return names.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
    }

    private static String counts(String what, JsonNode counts) {
        return counts.isEmpty()
                ? ""
                : what + counts.propertyStream()
                        .map(each -> each.getKey() + " " + each.getValue().asLong())
                        .collect(Collectors.joining(", "));
    }

    private static long sum(JsonNode counts) {
        return counts.valueStream().mapToLong(JsonNode::asLong).sum();
    }

    private static String period(JsonNode report) {
        return "from " + ChangeText.text(report.path("period"), "notBefore") + " to "
                + ChangeText.text(report.path("period"), "notAfter");
    }

    private static void line(PrintStream out, String name, long count, String more) {
        out.println("  %-26s %d%s".formatted(name, count, count == 0 || more.isEmpty() ? "" : "  " + more));
    }

    private static String time(JsonNode seconds) {
        return seconds.isNumber() ? time(seconds.asLong()) : "";
    }

    /// The two largest units.
    private static String time(long seconds) {
        Duration time = Duration.ofSeconds(seconds);
        if (time.toDays() > 0) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        return time.toHours() > 0
                ? time.toHours() + " h " + time.toMinutesPart() + " min"
                : time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }
}
