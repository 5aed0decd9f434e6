package slipway.launcher;

import tools.jackson.databind.JsonNode;

/// A change, and what is known about it, for a person to read.
final class ChangeText {

    private ChangeText() {}

    static void change(JsonNode change) {
        System.out.println(text(change, "id") + "  " + text(change, "state"));
        change.path("refused").forEach(reason -> field("refused", reason));
        JsonNode rfc = change.path("rfc");
        field("title", rfc.path("title"));
        field("type", rfc.path("type"));
        if (!text(change, "treatedAs").equals(text(rfc, "type"))) {
            field("treated as", change.path("treatedAs"));
        }
        field("service", rfc.path("service"), rfc.path("version"));
        field("requester", rfc.path("requester"));
        field("implementer", rfc.path("implementer"));
        field("links", rfc.path("links"));
        field("plan", change.path("planDigest"));
        field("risk", change.path("risk").path("level"), change.path("risk").path("score"));
        change.path("stages").forEach(each -> System.out.printf(
                "  %-12s %s: %d of %d, until %s%n",
                "stage",
                text(each.path("stage"), "name"),
                each.path("approvals").size(),
                each.path("stage").path("quorum").asInt(0),
                text(each, "dueAt")));
        change.path("votes").forEach(vote -> field("vote", vote.path("voter"), vote.path("decision"), vote.path("reason")));
        field("may vote", change.path("mayStillVote"));
        field("approved by", change.path("approval").path("approvers"));
        change.path("evidence")
                .forEach(shown -> field("evidence", shown.path("title"), shown.path("source"), shown.path("reference")));
        change.path("holds").forEach(hold -> field("held by", hold.path("ref"), hold.path("reason")));
        change.path("conflicts").forEach(each -> field("in the way", each.path("kind"), each.path("reason")));
        field("window", change.path("scheduled").path("notBefore"), change.path("scheduled").path("notAfter"));
        field("release", change.path("releaseId"));
        field("rolled back", change.path("rolledBackBecause"));
        JsonNode ratification = change.path("ratification");
        if (ratification.isObject() && !ratification.path("resolved").asBoolean(false)) {
            field("ratify", ratification.path("ratifiers"), ratification.path("dueAt"));
        }
        field("review by", change.path("review").path("dueAt"));
        field("outcome", change.path("outcome"));
        field("ended", change.path("ended"));
    }

    static void list(JsonNode page) {
        Table table = new Table("ID", "STATE", "RISK", "WINDOW", "REQUESTER", "SERVICE", "TITLE");
        page.path("changes").forEach(each -> table.row(
                text(each, "id"),
                text(each, "state") + (each.path("held").asBoolean(false) ? " (held)" : ""),
                text(each, "risk"),
                text(each.path("window"), "notBefore"),
                text(each, "requester"),
                text(each, "service") + " " + text(each, "version"),
                text(each, "title")));
        table.print();
        if (!page.path("next").isNull() && !page.path("next").isMissingNode()) {
            System.out.println("more: --after " + text(page, "next"));
        }
    }

    /// Every factor and floor, as one would calculate it by hand.
    static void explanation(JsonNode told) {
        Table table = new Table("FACTOR", "ANSWER", "WEIGHT", "PRODUCT");
        told.path("factors").forEach(each -> table.row(
                text(each, "name"), each.path("answer"), each.path("weight"), each.path("product")));
        table.row("", "", told.path("weights"), told.path("weighted"));
        table.print();
        System.out.printf(
                "likelihood  ceil(%s / %s) = %s%n", told.path("weighted"), told.path("weights"), told.path("likelihood"));
        System.out.printf(
                "impact      criticality %s, +%s for %s items reached, +%s for an outage = %s (at most 5)%n",
                told.path("criticality"),
                told.path("forManyItems"),
                told.path("reached"),
                told.path("forOutage"),
                told.path("impact"));
        System.out.printf(
                "score       %s x %s = %s: %s%n",
                told.path("impact"), told.path("likelihood"), told.path("score"), text(told, "base"));
        told.path("floors").forEach(floor -> System.out.println("floor       " + Visible.line(floor.asString())));
        System.out.println("risk        " + text(told, "level"));
        JsonNode policy = told.path("policy");
        if (policy.isObject()) {
            System.out.println("policy      " + text(policy, "policyVersion") + ": " + text(policy, "answer"));
            policy.path("matchedRules").forEach(rule -> System.out.println("rule        " + Visible.line(rule.asString())));
            policy.path("requiredStages").forEach(stage -> System.out.println("stage       " + text(stage, "name") + ": "
                    + stage.path("quorum") + " of " + stage.path("eligible").size()));
        }
    }

    /// In one line; empty when it is not there.
    static String text(JsonNode node, String name) {
        return Visible.line(raw(node, name));
    }

    /// As it was written.
    static String raw(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isMissingNode() || value.isNull() ? "" : value.asString();
    }

    private static void field(String name, JsonNode... values) {
        StringBuilder text = new StringBuilder();
        for (JsonNode value : values) {
            if (value.isArray()) {
                value.forEach(each -> text.append(each.asString()).append(' '));
            } else if (!value.isMissingNode() && !value.isNull()) {
                text.append(value.asString()).append(' ');
            }
        }
        if (!text.isEmpty()) {
            System.out.printf("  %-12s %s%n", name, Visible.line(text.toString().strip()));
        }
    }
}
