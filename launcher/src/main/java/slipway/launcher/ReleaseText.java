package slipway.launcher;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// A release, and what is known about it, for a person to read.
final class ReleaseText {

    private ReleaseText() {}

    static void list(JsonNode lines) {
        Table table = new Table("ID", "STATE", "SERVICE", "ENVIRONMENT", "CHANGED", "REASON");
        lines.forEach(each -> table.row(
                text(each, "id"),
                text(each, "status"),
                text(each, "service") + " " + text(each, "version"),
                text(each, "environment"),
                text(each, "changedAt"),
                text(each, "reason")));
        table.print();
    }

    static void release(JsonNode release) {
        System.out.println(text(release, "id") + "  " + text(release, "status"));
        JsonNode plan = release.path("plan");
        plan.path("changes").forEach(change -> field("carries", text(change, "changeId") + "  " + text(change, "title")));
        plan.path("components").forEach(each -> field("component", text(each, "name") + " " + text(each, "version")));
        field("digest", text(release, "digest"));
        field("window", text(plan.path("window"), "notBefore") + " to " + text(plan.path("window"), "notAfter"));
        field("waits", text(release, "waits"));
        JsonNode step = release.path("step");
        if (step.isObject()) {
            field(
                    "now",
                    text(step, "environment") + " step " + step.path("step").asInt(0) + " of "
                            + step.path("of").asInt(0) + ": " + text(step, "kind") + " " + text(step, "name"));
        }
        JsonNode paused = release.path("paused");
        if (paused.isObject()) {
            field("paused", text(paused, "environment") + ": " + text(paused, "cause") + ", " + text(paused, "reason"));
        }
        JsonNode odd = release.path("odd");
        if (odd.isObject()) {
            field("before", text(odd, "before"));
            field("planned", text(odd, "planned"));
            field("found", text(odd, "observed"));
            field(
                    "needs you",
                    "bring " + text(odd, "environment") + " to one of the two and retry it, or abort it: ./slipway release retry "
                            + text(release, "id") + " --reason …");
        }
        release.path("blockedBy").forEach(reason -> field("blocked by", reason.asString()));
        String broken = text(release, "status").equals("NEEDS_HUMAN")
                ? text(release.path("rollbackFailed"), "environment")
                : "";
        release.path("environments").forEach(each -> environment(each, broken));
        JsonNode rollback = release.path("rollback");
        if (rollback.isObject()) {
            field("rollback", text(rollback, "cause") + ": " + text(rollback, "reason"));
            field("back to", text(rollback, "toDigest"));
            field("left alone", names(rollback.path("leftAlone")));
            field("backup set", text(rollback, "backupSetId"));
        }
        JsonNode approve = release.path("restoreToApprove");
        if (approve.isObject()) {
            field(
                    "to approve",
                    "data of " + text(approve, "environment") + " from " + text(approve, "backupSetId") + ": "
                            + seconds(approve.path("dataLossMillis").asLong(0)) + " would be lost, "
                            + seconds(approve.path("coveredMillis").asLong(0)) + " are covered by the approved plan");
        }
        JsonNode done = release.path("rolledBack");
        if (done.isObject()) {
            field(
                    "rolled back",
                    "to " + text(done, "observedDigest")
                            + (done.path("dataRestored").asBoolean(false)
                                    ? ", data of " + seconds(done.path("dataLossMillis").asLong(0)) + " lost"
                                    : ", data as they were"));
        }
        JsonNode resolved = release.path("resolved");
        if (resolved.isObject()) {
            field("resolved", text(resolved, "reason"));
            resolved.path("left").forEach(each -> field(
                    "runs in " + text(each, "environment"),
                    text(each, "digest").isEmpty() ? "nothing" : text(each, "digest")));
        } else if (release.path("rollbackFailed").isObject()) {
            field("needs you", text(release.path("rollbackFailed"), "reason"));
        }
    }

    private static String names(JsonNode list) {
        return String.join(", ", list.valueStream().map(JsonNode::asString).toList());
    }

    /// @param broken where the way back failed: what runs there nobody knows
    private static void environment(JsonNode environment, String broken) {
        long open = environment.path("gates").valueStream()
                .filter(gate -> text(gate, "verdict").equals("OPEN"))
                .count();
        field(
                text(environment, "environment"),
                standing(environment, broken) + ", "
                        + environment.path("steps").size() + " steps, "
                        + open + " of " + environment.path("gates").size() + " looks at gates open");
    }

    private static String standing(JsonNode environment, String broken) {
        if (text(environment, "environment").equals(broken)) {
            return "neither here nor there";
        }
        return environment.path("deployed").asBoolean(false) ? "deployed" : "not deployed";
    }

    /// What a rollback would do now.
    static void preview(JsonNode preview) {
        JsonNode way = preview.path("way");
        field("back in", names(way.path("environments")));
        field("left alone", names(way.path("leftAlone")));
        field("to digest", text(way, "toDigest").isEmpty() ? "nothing, as before" : text(way, "toDigest"));
        field("backup set", text(way, "backupSetId"));
        field("manifest", text(way, "manifestDigest"));
        field(
                "data",
                way.path("dataRestore").asBoolean(false)
                        ? "go back to " + text(way, "recoveryPoint") + ": "
                                + seconds(preview.path("dataLossMillis").asLong(0)) + " would be lost now, "
                                + seconds(preview.path("coveredMillis").asLong(0)) + " are covered by the approved plan"
                        : "stay as they are");
        if (preview.path("approvalNeeded").asBoolean(false)) {
            field("approval", "somebody else has to approve that the data go back, when the code is back");
        }
        preview.path("obstacles").forEach(each -> field("obstacle", each.asString()));
        field("impossible", text(preview, "impossible"));
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    private static void field(String name, String value) {
        if (!value.isBlank()) {
            System.out.printf("  %-12s %s%n", name, Visible.line(value));
        }
    }

    private static String text(JsonNode node, String name) {
        return ChangeText.text(node, name);
    }
}
