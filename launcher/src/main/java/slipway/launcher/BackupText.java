package slipway.launcher;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Backup sets, recipes and coverage, for a person to read.
final class BackupText {

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

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
        field("release", text(line, "releaseId"));
        field("environment", text(line, "environment"));
        field("plan", text(line, "plan"));
        field("proven to", text(line, "level"));
        field("size", bytes(line.path("bytes")));
        field("brings back", text(line, "recoveryPoint"));
        field("restored in", seconds(line.path("rtoMillis")));
        field("copies read", text(line, "verifiedAt"));
        field("restore-tested", text(line, "testedAt"));
        field("held by", words(line.path("heldBy")));
        field("kept for", text(line, "keptFor").isEmpty() ? "" : "the restore from " + text(line, "keptFor"));
        field("restore", text(line, "restore"));
        set.path("copies").forEach(copy -> field("copy", copy.asString()));
        set.path("formerCopies")
                .forEach(copy -> field("former copy", copy.asString() + ": this location is configured no more, and nobody looks at it"));
        field("now", progress(set.path("progress")));
        field("waits for", text(set, "waitsFor"));
        boolean again = BackupWatch.isBeingProvenAgain(set.path("facts"));
        set.path("facts").valueStream()
                .filter(each -> again || !text(each, "type").equals("VerificationRequested"))
                .forEach(BackupText::told);
        set.path("restores").forEach(BackupText::told);
        if (set.path("proposal").isNumber()) {
            field("approve", "./slipway backup approve-restore %s --proposal %s".formatted(text(line, "id"), text(set, "proposal")));
        }
    }

    /// What is done on it now, and how fast; empty: nothing.
    static String progress(JsonNode now) {
        return now.isObject()
                ? text(now, "doing") + " " + text(now, "item") + ": " + bytes(now.path("bytes")) + " at "
                        + bytes(now.path("bytesPerSecond")) + "/s"
                : "";
    }

    /// One fact in a few lines; of some there is nothing to say that the state does not.
    static void told(JsonNode told) {
        String type = text(told, "type");
        JsonNode fact = told.path("fact");
        switch (type) {
            case "BackupItemCaptured" -> {
                field(
                        text(fact, "item"),
                        text(fact, "system") + " by " + text(fact, "recipe") + ", " + bytes(fact.path("bytes")) + ", "
                                + text(fact, "consistency"));
                field("BUT", text(fact, "warnings"));
            }
            case "BackupItemFailed" -> field(text(fact, "item"), "FAILED: " + text(fact, "reason"));
            case "BackupCompleted" -> {
                field("manifest", text(fact, "manifestDigest"));
                fact.path("refused").forEach(each -> field("done without", each.asString()));
            }
            case "BackupVerified" -> fact.path("refused").forEach(each -> field("done without", each.asString()));
            case "BackupPartial" -> fact.path("missing").forEach(each -> field("missing", each.asString()));
            case "BackupRepaired" -> fact.path("replaced").forEach(each -> field("repaired", each.asString()));
            case "BackupPinned" -> field("held", "by " + text(fact, "holder") + ": " + text(fact, "reason"));
            case "BackupUnpinned" -> field("let go", "by " + text(fact, "holder") + ": " + text(fact, "reason"));
            case "BackupPruned" -> field("pruned", text(fact, "reason"));
            case "VerificationRequested" -> field("to be proven", "to " + text(fact, "level") + ", " + text(fact, "reason"));
            case "RestoreProposed" -> {
                String items = words(fact.path("items"));
                field("restore wanted", "by " + words(fact.path("proposedBy")) + ": " + text(fact, "reason"));
                field("of", items.isEmpty() ? "all that can be restored here" : items);
                field("to", text(fact, "to"));
                field("NOT KEPT", words(fact.path("withoutSafetyBackup")));
                field("IN SPITE OF", words(fact.path("despiteReleases")));
                field("until", text(fact, "expiresAt"));
            }
            case "RestoreDeclined" -> field("restore", "declined: " + text(fact, "reason"));
            case "RestoreRequested" -> field("approved by", words(fact.path("approvedBy")));
            case "SafetyBackupTaken" ->
                field("kept before", text(fact, "location").isEmpty() ? "nothing, as approved" : text(fact, "location"));
            case "RestoreCompleted" ->
                field(
                        "restored",
                        "to " + text(fact, "recoveryPoint") + ", live since " + text(fact, "cutOverAt") + "; writes of "
                                + seconds(fact.path("dataLossMillis")) + " are lost");
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
            case "BackupFailed", "BackupUnproven", "BackupCorrupted", "RestoreFailed" -> {
                fact.path("reasons").forEach(each -> field(type.equals("BackupCorrupted") ? "corrupt" : "failed", each.asString()));
                field("next step", text(fact, "nextStep"));
            }
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

    static void schedules(JsonNode lines) {
        Table table = new Table("PLAN", "WHAT", "CRON", "ZONE", "NEXT", "LAST");
        lines.forEach(each -> table.row(
                text(each, "plan"),
                text(each, "task").toLowerCase(Locale.ROOT).replace('_', ' '),
                text(each, "cron"),
                text(each, "zone"),
                text(each, "nextAt"),
                text(each, "lastAt")));
        table.print();
    }

    static void retention(JsonNode kept) {
        JsonNode retention = kept.path("retention");
        if (!retention.isObject()) {
            System.out.println("no retention: every set is kept");
            return;
        }
        System.out.println("keeps the last %s, of each of %s days, %s weeks, %s months and %s years the newest"
                .formatted(
                        text(retention, "last"),
                        text(retention, "daily"),
                        text(retention, "weekly"),
                        text(retention, "monthly"),
                        text(retention, "yearly")));
        Table table = new Table("SET", "KEPT AS");
        kept.path("kept").properties().forEach(each -> table.row(each.getKey(), words(each.getValue())));
        kept.path("expired").forEach(each -> table.row(each.asString(), "not kept: pruned unless somebody holds it"));
        table.print();
    }

    private static String words(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
    }

    private static String bytes(JsonNode bytes) {
        if (!bytes.isNumber()) {
            return "";
        }
        double size = bytes.asDouble();
        int unit = 0;
        for (; size >= 1024 && unit < UNITS.size() - 1; unit++) {
            size /= 1024;
        }
        return unit == 0 ? bytes.asLong() + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS.get(unit));
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
