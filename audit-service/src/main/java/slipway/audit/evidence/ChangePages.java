package slipway.audit.evidence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import slipway.audit.evidence.Block.Cell;
import slipway.audit.evidence.Block.Rows;
import tools.jackson.databind.JsonNode;

/// What the report says of how one change came about: who asked for what, how it was judged, who decided. What was done then is told by
/// [RolloutPages].
final class ChangePages {

    private ChangePages() {}

    static List<Block> of(Story story) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(request(story));
        blocks.add(risk(story));
        blocks.add(policy(story));
        blocks.add(votes(story));
        blocks.addAll(RolloutPages.of(story));
        blocks.add(end(story));
        return blocks;
    }

    static String title(Story story) {
        return story.request().map(each -> each.payload().path("rfc").path("title").asString(""))
                .or(() -> story.first("RFCRefused").map(each -> each.text("title")))
                .orElse("");
    }

    /// How it ended, or how far it is.
    static String outcome(Story story) {
        Optional<Proven> reclassified = story.last("ChangeOutcomeReclassified");
        if (reclassified.isPresent()) {
            return reclassified.get().text("to") + ", found later";
        }
        return story.end()
                .map(end -> end.type().equals("ChangeClosed")
                        ? end.text("outcome")
                        : end.type().replaceAll("^(Change|RFC)", "").toUpperCase(Locale.ROOT))
                .orElse("OPEN");
    }

    private static Block request(Story story) {
        Rows rows = new Rows("What was asked for");
        Optional<Proven> request = story.request();
        if (request.isEmpty()) {
            story.first("RFCRefused").ifPresent(refused -> rows.named("Refused because", String.join("; ", refused.texts("reasons"))));
            return rows.orElse("No request is recorded.");
        }
        JsonNode rfc = request.get().payload().path("rfc");
        return rows.named("Why", rfc.path("justification").asString(""))
                .named("Asked for by", rfc.path("requester").asString(""))
                .named("Carried out by", rfc.path("implementer").asString(""))
                .named("Written by", String.join(", ", request.get().texts("writtenBy")))
                .named("Kind", rfc.path("type").asString(""))
                .named("Service", rfc.path("service").asString("") + " " + rfc.path("version").asString(""))
                .named("Digest", Cell.code(rfc.path("digest").asString("")))
                .named("Configuration items", join(rfc.path("configurationItems")))
                .named("Environments", join(rfc.path("environments")))
                .named("Window asked for", window(rfc.path("window")))
                .named("Plan", rfc.path("implementationPlan").asString(""))
                .named("Way back", rfc.path("rollbackPlan").asString(""))
                .named("Test", rfc.path("testPlan").asString(""))
                .named("Communication", rfc.path("communicationPlan").asString(""))
                .named("Incident", rfc.path("incidentRef").asString(""))
                .named("Template", rfc.path("templateRef").asString(""))
                .orElse("");
    }

    static String window(JsonNode window) {
        return window.isObject()
                ? Cell.time(window.path("notBefore").asString("")).text() + " to " + Cell.time(window.path("notAfter").asString("")).text()
                : "";
    }

    static String join(JsonNode list) {
        return String.join(", ", list.valueStream().map(JsonNode::asString).toList());
    }

    private static Block risk(Story story) {
        Optional<Proven> told = story.last("RiskAssessed");
        if (told.isEmpty()) {
            return new Rows("Risk").orElse("Not assessed.");
        }
        JsonNode risk = told.get().payload();
        Rows rows = new Rows("Risk: " + risk.path("level").asString("") + " — impact " + risk.path("impact").asInt() + " × likelihood "
                + risk.path("likelihood").asInt() + " = " + risk.path("score").asInt(), "Factor", "Answer", "Weight");
        risk.path("factors").forEach(each -> rows.row(
                Cell.text(each.path("name").asString("")),
                Cell.text(each.path("answer").asString()),
                Cell.text(each.path("weight").asString())));
        risk.path("floors").forEach(each -> rows.row(Cell.text(each.asString()), Cell.text("raises the level"), Cell.text("–")));
        if (!risk.path("raisedBecause").asString("").isEmpty()) {
            rows.row(Cell.text(risk.path("raisedBecause").asString("")), Cell.text("to " + risk.path("raisedTo").asString("")), Cell.text("–"));
        }
        return rows.orElse("No factor is recorded.");
    }

    private static Block policy(Story story) {
        Optional<Proven> told = story.last("PolicyEvaluated");
        if (told.isEmpty()) {
            return new Rows("Approval policy").orElse("No policy was asked.");
        }
        Proven policy = told.get();
        Rows rows = new Rows("Approval policy")
                .named("Policy", policy.text("policyVersion"))
                .named("SHA-256 of its text", Cell.code(policy.text("policyHash")))
                .named("Answer", policy.text("answer"))
                .named("Rules that led to it", String.join(", ", policy.texts("matchedRules")));
        policy.payload().path("requiredStages").forEach(each -> rows.named(
                "Stage " + each.path("name").asString(""),
                each.path("quorum").asInt() + " of " + each.path("eligible").size() + ": " + join(each.path("eligible"))
                        + (each.path("vetoers").isEmpty() ? "" : "; may veto: " + join(each.path("vetoers")))));
        return rows.orElse("");
    }

    private static Block votes(Story story) {
        Rows rows = new Rows("Who decided", "When (UTC)", "Who", "What", "Words");
        for (Proven fact : story.own()) {
            Cell when = Cell.time(fact.entry().occurredAt());
            switch (fact.type()) {
                case "ApprovalVoteCast" -> {
                    boolean yes = fact.text("decision").equals("APPROVE");
                    String through = fact.text("onBehalfOf").isEmpty() ? "" : " for " + fact.text("onBehalfOf");
                    rows.row(
                            when,
                            Cell.text(fact.text("voter") + through),
                            Cell.verdict(fact.text("decision") + " in stage " + fact.text("stage"), yes, !yes),
                            Cell.text(fact.text("reason")));
                }
                case "ChangeApproved" ->
                    rows.row(when, Cell.text(actor(fact)), Cell.verdict("APPROVED", true, false),
                            Cell.text(Authority.by(fact) + ", until " + Cell.time(fact.text("validUntil")).text()));
                case "ChangeRejected" -> rows.row(when, Cell.text(fact.text("voter")), Cell.verdict("REJECTED", false, true), Cell.text(fact.text("reason")));
                case "ApprovalSuperseded" ->
                    rows.row(when, Cell.text(actor(fact)), Cell.verdict("STARTED OVER", false, false), Cell.text(fact.text("reason")));
                case "ApprovalEscalated" ->
                    rows.row(when, Cell.text(actor(fact)), Cell.verdict("ESCALATED", false, false), Cell.text(fact.payload().path("stage").path("name").asString("")));
                case "ApprovalAttemptRefused" ->
                    rows.row(when, Cell.text(fact.text("who")), Cell.verdict("NOT COUNTED", false, false), Cell.text(String.join("; ", fact.texts("reasons"))));
                case "EmergencyBypassInvoked" ->
                    rows.row(when, Cell.text(fact.text("by")), Cell.verdict("BREAK GLASS", false, false),
                            Cell.text(fact.text("incidentRef") + ": " + fact.text("reason")));
                case "UnauthorisedChangeDetected" ->
                    rows.row(when, Cell.text(fact.text("source")), Cell.verdict("WITHOUT LEAVE", false, true), Cell.text(fact.text("description")));
                case "RetroactiveApprovalRecorded" -> {
                    boolean yes = fact.text("decision").equals("APPROVE");
                    rows.row(when, Cell.text(fact.text("by")), Cell.verdict("RATIFIES: " + fact.text("decision"), yes, !yes), Cell.text(fact.text("reason")));
                }
                case "RetroactiveApprovalMissed" ->
                    rows.row(when, Cell.text("nobody"), Cell.verdict("NOT RATIFIED", false, true), Cell.text("due until " + Cell.time(fact.text("dueAt")).text()));
                default -> {}
            }
        }
        return rows.orElse("Nobody decided anything.");
    }

    private static Block end(Story story) {
        Rows rows = new Rows("Review and outcome");
        story.last("ReviewOpened").ifPresent(opened -> {
            rows.named("Review because", opened.text("cause")).named("Proposed", opened.text("proposedOutcome"));
            opened.payload().path("criteria").forEach(each -> rows.named(
                    "Criterion " + each.path("name").asString(""),
                    Cell.verdict((each.path("met").asBoolean() ? "met: " : "not met: ") + each.path("observed").asString(""), each.path("met").asBoolean(), !each.path("met").asBoolean())));
        });
        story.of("PostImplementationReviewCompleted").forEach(each -> rows.named(
                "Review by " + each.text("reviewer"), each.text("outcome") + ", " + Cell.time(each.entry().occurredAt()).text() + ": " + each.text("findings")));
        story.of("PostImplementationReviewMissed").forEach(each -> rows.named("Review", Cell.verdict("nobody reviewed it until " + Cell.time(each.text("dueAt")).text(), false, true)));
        story.of("ChangeOutcomeReclassified").forEach(each -> rows.named(
                "Found by " + each.text("by"), each.text("to") + " and not " + each.text("from") + ": " + each.text("reason") + " (" + each.text("incidentRef") + ")"));
        return rows.named("Outcome", outcome(story))
                .named("Took", took(story))
                .orElse("");
    }

    private static String took(Story story) {
        List<Proven> own = story.own();
        Duration took = Duration.between(own.getFirst().entry().recordedAt(), own.getLast().entry().recordedAt());
        return took.toDays() + " d " + took.toHoursPart() + " h " + took.toMinutesPart() + " min from its first fact to its last";
    }

    static String actor(Proven fact) {
        String behalf = fact.entry().onBehalfOf();
        return behalf == null ? fact.entry().actor() : behalf + " (by " + fact.entry().actor() + ")";
    }
}
