package slipway.audit.evidence;

import java.util.List;
import java.util.Optional;
import slipway.audit.evidence.Block.Cell;
import slipway.audit.evidence.Block.Rows;
import slipway.events.Topics;

/// What the report says of how one change was carried out.
final class RolloutPages {

    private RolloutPages() {}

    static List<Block> of(Story story) {
        return List.of(window(story), backups(story), gates(story), rollout(story), analyses(story), wayBack(story));
    }

    private static Block window(Story story) {
        Rows rows = new Rows("Window and leave", "When (UTC)", "What", "Environment", "From – to (UTC)");
        for (Proven fact : story.own()) {
            Cell when = Cell.time(fact.entry().occurredAt());
            switch (fact.type()) {
                case "ChangeScheduled" ->
                    rows.row(when, Cell.text("scheduled"), Cell.text(String.join(", ", fact.texts("environments"))),
                            Cell.text(ChangePages.window(fact.payload().path("window"))));
                case "ImplementationAuthorised" ->
                    rows.row(when, Cell.verdict("leave given", true, false), Cell.text(fact.text("environment")),
                            Cell.text(ChangePages.window(fact.payload().path("window"))));
                case "ImplementationRefused" ->
                    rows.row(when, Cell.verdict("leave refused", false, false), Cell.text(fact.text("environment")),
                            Cell.text(String.join("; ", fact.texts("reasons"))));
                case "ImplementationRevoked" -> rows.row(when, Cell.verdict("leave revoked", false, true), Cell.text(""), Cell.text(fact.text("reason")));
                case "ScheduledWindowMissed" ->
                    rows.row(when, Cell.verdict("missed", false, true), Cell.text(""), Cell.text(ChangePages.window(fact.payload().path("window"))));
                case "ChangeHeld" -> rows.row(when, Cell.verdict("held", false, false), Cell.text(""), Cell.text(fact.text("reason")));
                case "ChangeHoldLifted" -> rows.row(when, Cell.text("no longer held"), Cell.text(""), Cell.text(fact.text("reason")));
                default -> {}
            }
        }
        return rows.orElse("It was not scheduled.");
    }

    private static Block backups(Story story) {
        Rows rows = new Rows("Backup and its verification", "When (UTC)", "Set", "What", "Proof");
        for (Proven fact : story.facts()) {
            if (!fact.entry().place().topic().equals(Topics.BACKUP)) {
                continue;
            }
            Cell when = Cell.time(fact.entry().occurredAt());
            Cell set = Cell.code(fact.entry().aggregateId());
            switch (fact.type()) {
                case "BackupCompleted", "BackupPartial" ->
                    rows.row(when, set, Cell.verdict(fact.type().equals("BackupCompleted") ? "complete" : "in some locations only", true, false),
                            Cell.code(fact.text("manifestDigest")));
                case "BackupVerified" ->
                    rows.row(when, set, Cell.verdict("verified to " + fact.text("level"), true, false), Cell.text(fact.text("copies") + " copies read back"));
                case "RestoreTested" ->
                    rows.row(when, set, Cell.verdict("restored on trial, " + fact.text("level"), true, false),
                            Cell.text("in " + fact.text("measuredRtoMillis") + " ms, " + fact.payload().path("checks").size() + " checks"));
                case "BackupFailed", "BackupCorrupted", "BackupUnproven", "RestoreFailed" ->
                    rows.row(when, set, Cell.verdict(fact.type(), false, true), Cell.text(String.join("; ", fact.texts("reasons"))));
                case "RestoreCompleted" ->
                    rows.row(when, set, Cell.verdict("data restored", true, false), Cell.text("of " + Cell.time(fact.text("recoveryPoint")).text()));
                default -> {}
            }
        }
        return rows.orElse("No backup has a part in it.");
    }

    private static Block gates(Story story) {
        Rows rows = new Rows("Gates", "When (UTC)", "Environment", "Gate", "Verdict", "Why");
        story.of("ReleaseGateEvaluated").forEach(fact -> rows.row(
                Cell.time(fact.entry().occurredAt()),
                Cell.text(fact.text("environment")),
                Cell.text(fact.text("gate")),
                Cell.verdict(fact.text("verdict"), fact.text("verdict").equals("OPEN"), false),
                Cell.text(fact.text("reason"))));
        return rows.orElse("No gate was looked at.");
    }

    private static Block rollout(Story story) {
        Rows rows = new Rows("Rollout", "When (UTC)", "Environment", "What", "Detail");
        for (Proven fact : story.facts()) {
            Cell when = Cell.time(fact.entry().occurredAt());
            Cell where = Cell.text(fact.text("environment"));
            switch (fact.type()) {
                case "PackageTested" ->
                    rows.row(when, where, Cell.text("package checked, " + fact.payload().path("checks").size() + " checks"), Cell.code(fact.text("digest")));
                case "ReleaseStarted" ->
                    rows.row(when, where, Cell.text("started, " + fact.text("strategy")), Cell.code(fact.text("digest")));
                case "RolloutStepCompleted" ->
                    rows.row(when, where, Cell.text("step " + fact.text("step") + ": " + fact.text("name")), Cell.text(fact.text("observed")));
                case "ReleasePaused" -> rows.row(when, where, Cell.verdict("stands still, " + fact.text("cause"), false, false), Cell.text(fact.text("reason")));
                case "RolloutIndeterminate" -> rows.row(when, where, Cell.verdict("neither old nor new", false, true), Cell.text("a person has to look"));
                case "ReleaseBlocked" -> rows.row(when, where, Cell.verdict("blocked", false, true), Cell.text(String.join("; ", fact.texts("reasons"))));
                case "ReleaseDeployed" ->
                    rows.row(when, where, Cell.verdict("runs on " + fact.text("instances") + " instance(s)", true, false), Cell.code(fact.text("observedDigest")));
                default -> {}
            }
        }
        return rows.orElse("Nothing was rolled out.");
    }

    private static Block analyses(Story story) {
        Rows rows = new Rows("Verdicts on the canary", "When (UTC)", "Environment", "Step", "Verdict", "Why");
        story.of("CanaryAnalysisCompleted").forEach(fact -> rows.row(
                Cell.time(fact.entry().occurredAt()),
                Cell.text(fact.text("environment")),
                Cell.text(fact.text("step")),
                Cell.verdict(fact.text("verdict"), fact.text("verdict").equals("PASS"), fact.text("verdict").equals("FAIL")),
                Cell.text(fact.text("reason") + " (" + fact.payload().path("samples").size() + " samples, judged by " + fact.text("judge") + " "
                        + fact.text("judgeVersion") + ")")));
        return rows.orElse("No analysis was part of it.");
    }

    private static Block wayBack(Story story) {
        Rows rows = new Rows("Way back", "When (UTC)", "Environment", "What", "Detail");
        for (Proven fact : story.facts()) {
            Cell when = Cell.time(fact.entry().occurredAt());
            Cell where = Cell.text(fact.text("environment"));
            switch (fact.type()) {
                case "RollbackTriggered" -> rows.row(when, where, Cell.verdict("goes back, " + fact.text("cause"), false, false), Cell.text(fact.text("reason")));
                case "RollbackCompleted" ->
                    rows.row(when, where, Cell.verdict("is back", true, false),
                            Cell.code(Optional.of(fact.text("observedDigest")).filter(each -> !each.isEmpty()).orElse("nothing runs, as before")));
                case "RollbackFailed" -> rows.row(when, where, Cell.verdict("the way back failed", false, true), Cell.text(fact.text("reason")));
                case "ReleaseResolved" -> rows.row(when, where, Cell.text("mended by hand"), Cell.text(fact.text("reason")));
                default -> {}
            }
        }
        return rows.orElse("It was not taken back.");
    }
}
