package slipway.launcher;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Backup sets, recipes and coverage, for a person to read.
final class BackupText {

    private BackupText() {}

    static void list(JsonNode lines) {
        Table table = new Table("ID", "STATE", "LEVEL", "ENVIRONMENT", "SIZE", "RTO", "RECOVERY POINT", "RESTORE");
        lines.forEach(each -> table.row(
                text(each, "id"),
                text(each, "state"),
                text(each, "level"),
                text(each, "environment"),
                bytes(each.path("bytes")),
                seconds(each.path("rtoMillis")),
                text(each, "recoveryPoint"),
                text(each, "restore")));
        table.print();
    }

    static void set(JsonNode set) {
        JsonNode line = set.path("backup");
        System.out.println(Visible.line(text(line, "id") + "  " + text(line, "state")));
        field("release", text(line, "releaseId") + " in " + text(line, "environment"));
        field("plan", text(line, "plan"));
        field("proven to", text(line, "level"));
        field("size", bytes(line.path("bytes")));
        field("brings back", text(line, "recoveryPoint"));
        field("restored in", seconds(line.path("rtoMillis")));
        field("restore", text(line, "restore"));
        set.path("facts").forEach(told -> told(text(told, "type"), told.path("fact")));
    }

    private static void told(String type, JsonNode fact) {
        switch (type) {
            case "BackupItemCaptured" ->
                field(
                        text(fact, "item"),
                        text(fact, "system") + " by " + text(fact, "recipe") + ", " + bytes(fact.path("bytes")) + ", "
                                + text(fact, "consistency"));
            case "BackupItemFailed" -> field(text(fact, "item"), "FAILED: " + text(fact, "reason"));
            case "BackupCompleted" -> {
                field("manifest", text(fact, "manifestDigest"));
                fact.path("copies").forEach(copy -> field("copy", text(copy, "location")));
            }
            case "RestoreTested" -> {
                long passed = fact.path("checks").valueStream()
                        .filter(check -> check.path("passed").asBoolean(false))
                        .count();
                field("compared", passed + " of " + fact.path("checks").size() + " are in the restored copy as at capture");
            }
            case "BackupChecked" -> {
                fact.path("changed").forEach(each -> field("changed", each.asString()));
                fact.path("uncovered").forEach(each -> field("not covered", each.asString()));
            }
            case "BackupFailed", "BackupCorrupted", "RestoreFailed" ->
                fact.path("reasons").forEach(each -> field(type.equals("BackupCorrupted") ? "corrupt" : "failed", each.asString()));
            default -> {}
        }
    }

    static void recipes(JsonNode lines) {
        Table table = new Table("RECIPE", "CATEGORY", "SYSTEM", "PROVEN", "PARAMETERS");
        lines.forEach(each -> each.path("systems").properties().forEach(system -> table.row(
                text(each, "id"),
                text(each, "category"),
                system.getKey(),
                system.getValue().asString().toLowerCase(Locale.ROOT).replace('_', ' '),
                String.join(
                        ", ",
                        each.path("parameters").valueStream().map(parameter -> text(parameter, "name")).toList()))));
        table.print();
    }

    static void coverage(JsonNode lines) {
        Table table = new Table("CONFIGURATION ITEM", "CATEGORY", "STANDING", "BY");
        lines.forEach(each -> table.row(
                text(each, "configurationItem"),
                text(each, "category"),
                text(each, "standing").toLowerCase(Locale.ROOT).replace('_', ' '),
                each.path("items").isEmpty()
                        ? text(each, "by") + (text(each, "reason").isEmpty() ? "" : ": " + text(each, "reason"))
                        : String.join(", ", each.path("items").valueStream().map(JsonNode::asString).toList())));
        table.print();
    }

    private static String bytes(JsonNode bytes) {
        long size = bytes.asLong(0);
        return size == 0 ? "" : size < 1 << 20 ? size + " B" : String.format(Locale.ROOT, "%.1f MiB", size / 1048576.0);
    }

    private static String seconds(JsonNode millis) {
        return millis.isNumber() ? String.format(Locale.ROOT, "%.1f s", millis.asLong() / 1000.0) : "";
    }

    private static void field(String name, String value) {
        if (!value.isBlank()) {
            System.out.printf("  %-14s %s%n", name, Visible.line(value));
        }
    }

    private static String text(JsonNode node, String name) {
        return ChangeText.text(node, name);
    }
}
