package slipway.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A change as its facts up to a moment say.
///
/// @param kind NORMAL, STANDARD, EMERGENCY, LATENT, as it was treated then
/// @param request what was asked for, as it was written then
/// @param risk level and score; null: not assessed yet
/// @param policy version and answer; null: not asked yet
/// @param stages that were asked for approval, with the newest vote of each voter
/// @param approvers who had approved, while that counted
/// @param window in which it was to be done; null: not scheduled
/// @param holds what stood in its way
/// @param leave to implement; null: none, or taken back
/// @param outcome null: not closed
record ChangeThen(
        @Nullable String kind,
        @Nullable JsonNode request,
        @Nullable Risk risk,
        @Nullable Policy policy,
        List<Stage> stages,
        List<String> approvers,
        @Nullable Instant validUntil,
        @Nullable Window window,
        List<Hold> holds,
        @Nullable Leave leave,
        @Nullable String outcome) {

    record Risk(String level, int score) {}

    record Policy(String version, String answer) {}

    /// @param dueAt when somebody else is asked, too
    record Stage(String name, int quorum, List<String> eligible, Instant dueAt, List<Vote> votes) {}

    record Vote(String voter, String decision, Instant at) {}

    record Window(Instant notBefore, Instant notAfter) {

        boolean overlaps(Instant from, Instant to) {
            return notBefore.isBefore(to) && from.isBefore(notAfter);
        }
    }

    record Hold(String kind, String ref, String reason) {}

    record Leave(String releaseId, String environment, long epoch) {}

    /// @param facts of one change, by their sequence
    static ChangeThen of(List<Line> facts) {
        Fold fold = new Fold();
        facts.forEach(fold::add);
        return new ChangeThen(
                fold.kind,
                fold.request,
                fold.risk,
                fold.policy,
                List.copyOf(fold.stages.values()),
                fold.approvers,
                fold.validUntil,
                fold.window,
                List.copyOf(fold.holds.values()),
                fold.leave,
                fold.outcome);
    }

    private static final class Fold {

        private final Map<String, Stage> stages = new LinkedHashMap<>();
        private final Map<String, Hold> holds = new LinkedHashMap<>();
        private @Nullable String kind;
        private @Nullable JsonNode request;
        private @Nullable Risk risk;
        private @Nullable Policy policy;
        private List<String> approvers = List.of();
        private @Nullable Instant validUntil;
        private @Nullable Window window;
        private @Nullable Leave leave;
        private @Nullable String outcome;

        void add(Line fact) {
            JsonNode said = fact.payload();
            switch (fact.type()) {
                case "RFCDrafted", "RFCSubmitted", "ChangeAmended" -> {
                    request = said.path("rfc");
                    kind = said.path("rfc").path("type").asString(null);
                    if (!fact.type().equals("ChangeAmended") || said.path("material").asBoolean(true)) {
                        begun();
                    }
                }
                case "ApprovalSuperseded" -> begun();
                case "ChangeReclassified" -> kind = said.path("to").asString(null);
                case "RiskAssessed" -> risk = new Risk(said.path("level").asString(""), said.path("score").asInt());
                case "PolicyEvaluated" -> policy = new Policy(said.path("policyVersion").asString(""), said.path("answer").asString(""));
                case "ApprovalRequested" -> asked(said);
                case "ApprovalEscalated" -> stages.computeIfPresent(
                        said.path("stage").path("name").asString(""),
                        (name, stage) -> new Stage(name, stage.quorum(), texts(said.path("stage").path("eligible")), time(said, "dueAt"), stage.votes()));
                case "ApprovalVoteCast" -> stages.computeIfPresent(said.path("stage").asString(""), (_, stage) -> voted(stage, said, fact.at()));
                case "ChangeApproved" -> {
                    approvers = texts(said.path("approvers"));
                    validUntil = time(said, "validUntil");
                }
                case "ChangeScheduled" -> window = window(said.path("window"));
                case "ScheduledWindowMissed" -> window = null;
                case "ChangeExpired", "ChangeRejected", "ChangeCancelled" -> {
                    window = null;
                    validUntil = null;
                    approvers = List.of();
                }
                case "ChangeHeld" -> holds.put(hold(said), new Hold(said.path("kind").asString(""), said.path("ref").asString(""), said.path("reason").asString("")));
                case "ChangeHoldLifted" -> holds.remove(hold(said));
                case "ImplementationAuthorised" ->
                    leave = new Leave(said.path("releaseId").asString(""), said.path("environment").asString(""), said.path("epoch").asLong());
                case "ImplementationRevoked", "ImplementationCompleted", "ImplementationRolledBack" -> leave = null;
                case "ChangeClosed" -> outcome = said.path("outcome").asString("");
                case "ChangeOutcomeReclassified" -> outcome = said.path("to").asString("");
                default -> {
                    // It says nothing of where the change stands.
                }
            }
        }

        private void begun() {
            stages.clear();
            risk = null;
            policy = null;
            approvers = List.of();
            validUntil = null;
            window = null;
        }

        private void asked(JsonNode said) {
            JsonNode stage = said.path("stage");
            String name = stage.path("name").asString("");
            stages.put(name, new Stage(name, stage.path("quorum").asInt(), texts(stage.path("eligible")), time(said, "dueAt"), List.of()));
        }

        private static Stage voted(Stage stage, JsonNode said, Instant at) {
            String voter = said.path("voter").asString("");
            List<Vote> votes = new ArrayList<>(stage.votes());
            votes.removeIf(vote -> vote.voter().equals(voter));
            votes.add(new Vote(voter, said.path("decision").asString(""), at));
            return new Stage(stage.name(), stage.quorum(), stage.eligible(), stage.dueAt(), List.copyOf(votes));
        }

        private static String hold(JsonNode said) {
            return said.path("kind").asString("") + " " + said.path("ref").asString("");
        }

        private static Window window(JsonNode said) {
            return new Window(time(said, "notBefore"), time(said, "notAfter"));
        }

        private static Instant time(JsonNode said, String name) {
            return Instant.parse(said.path(name).asString(""));
        }

        private static List<String> texts(JsonNode said) {
            return said.valueStream().map(each -> each.asString("")).toList();
        }
    }
}
