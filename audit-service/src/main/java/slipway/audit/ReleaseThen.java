package slipway.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A release as its facts up to a moment say.
///
/// @param changes that it carries
/// @param strategy null: nothing is planned yet
/// @param components with the digests to which it goes and from which it came
/// @param environments each of those that it had come to, in that order
/// @param outcome null: not closed
record ReleaseThen(
        List<String> changes,
        @Nullable String service,
        @Nullable String strategy,
        @Nullable JsonNode components,
        List<Environment> environments,
        @Nullable String outcome) {

    /// @param state of the rollout there, such as RUNNING
    /// @param digest what was brought there; null: not begun
    /// @param backupSet the way back; null: none yet
    /// @param step the last that was done; 0: none
    record Environment(String name, String state, @Nullable String digest, @Nullable String backupSet, int step) {}

    private static final Map<String, String> STATES = Map.ofEntries(
            Map.entry("BackupRequested", "SECURING"),
            Map.entry("ImplementationRequested", "READY"),
            Map.entry("ReleaseStarted", "RUNNING"),
            Map.entry("RolloutStepStarted", "RUNNING"),
            Map.entry("RolloutStepCompleted", "RUNNING"),
            Map.entry("RolloutIndeterminate", "INDETERMINATE"),
            Map.entry("ReleasePaused", "PAUSED"),
            Map.entry("ReleaseResumed", "RUNNING"),
            Map.entry("ReleaseDeployed", "SUCCEEDED"),
            Map.entry("DataRestoreApprovalRequested", "AWAITING_APPROVAL"),
            Map.entry("DataRestoreRequested", "RESTORING"),
            Map.entry("ReleaseBlocked", "BLOCKED"),
            Map.entry("RollbackFailed", "NEEDS_HUMAN"));

    private static final Set<String> GOING_BACK = Set.of("ROLLING_BACK", "AWAITING_APPROVAL", "RESTORING", "NEEDS_HUMAN");

    /// What an environment stays in, whatever becomes of the release.
    private static final Set<String> OVER = Set.of("SUCCEEDED", "ROLLED_BACK");

    /// @param facts of one release, by their sequence
    static ReleaseThen of(List<Line> facts) {
        List<String> changes = List.of();
        String service = null;
        String strategy = null;
        JsonNode components = null;
        String outcome = null;
        Map<String, Environment> environments = new LinkedHashMap<>();
        for (Line fact : facts) {
            JsonNode said = fact.payload();
            switch (fact.type()) {
                case "ReleasePlanned" -> {
                    changes = texts(said.path("changeIds"));
                    service = said.path("service").asString(null);
                    strategy = said.path("strategy").asString(null);
                    components = said.path("components");
                }
                case "PackageBuilt" -> {
                    // With one component only its digest became known, which the environments show.
                    if (!said.path("components").isEmpty()) {
                        components = said.path("components");
                    }
                }
                case "ReleaseClosed" -> outcome = said.path("outcome").asString(null);
                case "RollbackTriggered" -> texts(said.path("environments")).forEach(name -> environments.computeIfPresent(name, (_, here) -> in(here, "ROLLING_BACK")));
                case "RollbackCompleted" -> environments.replaceAll((_, here) -> GOING_BACK.contains(here.state()) ? in(here, "ROLLED_BACK") : here);
                case "ReleaseResolved", "ReleaseAborted" -> environments.replaceAll((_, here) -> OVER.contains(here.state())
                        ? here
                        : in(here, fact.type().equals("ReleaseResolved") ? "RESOLVED" : "ABANDONED"));
                default -> {
                    if (said.path("kind").asString("").equals("REVERT")) {
                        // A step of the way back: where that stands is said by others.
                        continue;
                    }
                    String state = STATES.get(fact.type());
                    String name = said.path("environment").asString(null);
                    if (state != null && name != null) {
                        environments.merge(name, new Environment(name, state, digest(said), said.path("backupSetId").asString(null), step(fact)), ReleaseThen::after);
                    }
                }
            }
        }
        return new ReleaseThen(changes, service, strategy, components, List.copyOf(environments.values()), outcome);
    }

    private static @Nullable String digest(JsonNode said) {
        return said.path("observedDigest").asString(said.path("digest").asString(null));
    }

    private static int step(Line fact) {
        return fact.type().equals("RolloutStepCompleted") ? fact.payload().path("step").asInt() : 0;
    }

    private static Environment in(Environment here, String state) {
        return new Environment(here.name(), state, here.digest(), here.backupSet(), here.step());
    }

    private static Environment after(Environment before, Environment now) {
        return new Environment(
                now.name(),
                now.state(),
                now.digest() == null ? before.digest() : now.digest(),
                now.backupSet() == null ? before.backupSet() : now.backupSet(),
                Math.max(before.step(), now.step()));
    }

    private static List<String> texts(JsonNode said) {
        return said.valueStream().map(each -> each.asString("")).toList();
    }
}
