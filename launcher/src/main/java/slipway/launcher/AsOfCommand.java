package slipway.launcher;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import slipway.change.calendar.Recurrence;
import slipway.change.calendar.Window;
import tools.jackson.databind.JsonNode;

@Command(
        name = "as-of",
        description = {
            "How a change or a release stood at a moment; what waited for approval then (queue); what was planned and frozen (calendar).",
            "By what was known then, or with --by happened by what had happened, also when that became known later."
        },
        mixinStandardHelpOptions = true)
final class AsOfCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "WHAT", description = "CHG-7, REL-CHG-7, BKP-…; queue; calendar")
    private String what;

    @Option(names = "--at", paramLabel = "TIME", description = "As 2026-03-01 or 2026-03-01T10:00:00Z; now unless told.")
    private @Nullable String at;

    @Option(names = "--by", paramLabel = "WHICH", defaultValue = "known", description = "known or happened; ${DEFAULT-VALUE} unless told")
    private String by;

    @Option(names = "--from", paramLabel = "TIME", description = "Of the calendar: the time that is looked at begins; --at unless told.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Of the calendar: it ends; 14 days later unless told.")
    private @Nullable String to;

    @Mixin
    private Caller.OfAudit of = new Caller.OfAudit();

    @Override
    public Integer call() {
        if (!what.equals("calendar") && (from != null || to != null)) {
            throw new ParameterException(spec.commandLine(), "--from and --to are of the calendar; a moment is --at");
        }
        StringBuilder path = new StringBuilder("/as-of/" + Api.segment(what) + "?by=" + Api.segment(by));
        parameter(path, "at", at);
        parameter(path, "from", from);
        parameter(path, "to", to);
        return of.caller().show(of.caller().get(path.toString()), switch (what) {
            case "queue" -> AsOfCommand::queue;
            case "calendar" -> AsOfCommand::calendar;
            default -> AsOfCommand::one;
        });
    }

    private static void parameter(StringBuilder path, String name, @Nullable String value) {
        if (value != null) {
            path.append("&").append(name).append("=").append(Api.segment(value));
        }
    }

    private static void one(JsonNode then) {
        field("at", then.path("at").asString("") + (then.path("by").asString("").equals("HAPPENED") ? ", by what had happened" : ", by what was known"));
        field("state", then.path("state").asString("none"));
        JsonNode change = then.path("change");
        if (change.isObject()) {
            change(change);
        }
        JsonNode release = then.path("release");
        if (release.isObject()) {
            release(release);
        }
        JsonNode last = then.path("last");
        field("last", last.path("recordedAt").asString("") + "  " + last.path("type").asString("") + ": " + last.path("summary").asString(""));
        field("facts", then.path("facts").toString());
        for (JsonNode fact : then.path("unknown")) {
            field("not known", fact.path("type").asString("") + " had happened at " + fact.path("at").asString("") + ", and was written down at "
                    + fact.path("recordedAt").asString(""));
        }
    }

    private static void change(JsonNode change) {
        field("title", change.path("request").path("title").asString("none"));
        field("kind", change.path("kind").asString("none"));
        field("risk", change.path("risk").isObject() ? change.path("risk").path("level").asString("") + ", score " + change.path("risk").path("score") : "not assessed");
        field("policy", change.path("policy").isObject() ? change.path("policy").path("version").asString("") + ": " + change.path("policy").path("answer").asString("") : "not asked");
        change.path("stages").forEach(stage -> field("stage", stage(stage)));
        if (!change.path("approvers").isEmpty()) {
            field("approved by", texts(change.path("approvers")) + ", until " + change.path("validUntil").asString("revoked"));
        }
        if (change.path("window").isObject()) {
            field("window", window(change.path("window")));
        }
        change.path("holds").forEach(hold -> field("held", hold.path("kind").asString("") + " " + hold.path("ref").asString("") + ": " + hold.path("reason").asString("")));
        if (change.path("leave").isObject()) {
            field("leave", change.path("leave").path("releaseId").asString("") + " in " + change.path("leave").path("environment").asString("") + ", epoch "
                    + change.path("leave").path("epoch"));
        }
        if (change.path("outcome").isString()) {
            field("outcome", change.path("outcome").stringValue());
        }
    }

    private static void release(JsonNode release) {
        field("carries", texts(release.path("changes")));
        field("service", release.path("service").asString("none") + ", " + release.path("strategy").asString("none"));
        release.path("environments").forEach(each -> field(
                each.path("name").asString(""),
                each.path("state").asString("") + ", step " + each.path("step") + ", " + each.path("digest").asString("no digest") + ", way back "
                        + each.path("backupSet").asString("none")));
        if (release.path("outcome").isString()) {
            field("outcome", release.path("outcome").stringValue());
        }
    }

    private static void queue(JsonNode queue) {
        System.out.println(queue.path("waiting").size() + " changes waited for approval at " + queue.path("at").asString(""));
        for (JsonNode each : queue.path("waiting")) {
            System.out.printf(
                    "%-10s %-10s %-9s %-10s %s%n",
                    each.path("id").asString(""),
                    each.path("kind").asString("-"),
                    each.path("risk").asString("-"),
                    Visible.line(each.path("requester").asString("-")),
                    Visible.line(each.path("title").asString("")));
            each.path("stages").forEach(stage -> System.out.println("           " + Visible.line(stage(stage))));
        }
    }

    static void calendar(JsonNode calendar) {
        System.out.println("planned from " + calendar.path("from").asString("") + " to " + calendar.path("to").asString("") + ", as of " + calendar.path("at").asString(""));
        for (JsonNode each : calendar.path("planned")) {
            System.out.printf(
                    "%s  %-10s %-16s %s%s%n",
                    window(each.path("window")),
                    each.path("id").asString(""),
                    Visible.line(each.path("service").asString("-")),
                    Visible.line(each.path("title").asString("")),
                    each.path("holds").isEmpty() ? "" : "  (held)");
        }
        List<String> other = new ArrayList<>();
        for (JsonNode freeze : calendar.path("freezes")) {
            String id = freeze.path("id").asString("");
            JsonNode declared = freeze.path("declared");
            List<Window> occurrences = occurrences(declared.path("payload").path("when"), calendar);
            occurrences.forEach(each -> System.out.printf(
                    "%s – %s  %-10s %-16s %s%n",
                    each.notBefore(),
                    each.notAfter(),
                    Visible.line(id),
                    "freeze",
                    Visible.line(declared.path("summary").asString("") + scope(declared.path("payload").path("scope")))));
            if (occurrences.isEmpty()) {
                other.add(id);
            }
        }
        if (!other.isEmpty()) {
            System.out.println("freezes of other times: " + Visible.line(String.join(", ", other)));
        }
    }

    /// As the product's own calendar has them.
    private static List<Window> occurrences(JsonNode when, JsonNode calendar) {
        Recurrence recurrence = new Recurrence(
                when.path("start").asString(""),
                when.path("zone").asString(""),
                when.path("duration").asString(""),
                when.path("rule").asString(null),
                when.path("except").valueStream().map(each -> each.asString("")).toList());
        return recurrence.occurrences(
                new Window(Instant.parse(calendar.path("from").asString("")), Instant.parse(calendar.path("to").asString(""))));
    }

    private static String scope(JsonNode scope) {
        List<String> of = scope.propertyStream()
                .filter(each -> !each.getValue().isEmpty())
                .map(each -> each.getKey() + " " + texts(each.getValue()))
                .toList();
        return of.isEmpty() ? ", of everything" : ", of " + String.join("; ", of);
    }

    private static String stage(JsonNode stage) {
        List<String> votes = stage.path("votes").valueStream()
                .map(vote -> vote.path("voter").asString("") + " " + vote.path("decision").asString(""))
                .toList();
        return stage.path("name").asString("") + ": " + stage.path("quorum") + " of " + texts(stage.path("eligible")) + " by " + stage.path("dueAt").asString("")
                + (votes.isEmpty() ? "" : "; " + String.join(", ", votes));
    }

    private static String window(JsonNode window) {
        return window.path("notBefore").asString("") + " – " + window.path("notAfter").asString("");
    }

    private static String texts(JsonNode list) {
        return String.join(", ", list.valueStream().map(each -> each.asString("")).toList());
    }

    private static void field(String name, String value) {
        System.out.printf("%-12s %s%n", Visible.line(name), Visible.line(value));
    }
}
