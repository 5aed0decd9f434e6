package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.Meta;
import tools.jackson.databind.json.JsonMapper;

/// PagerDuty's [Events API v2](https://developer.pagerduty.com/docs/events-api-v2-overview): what somebody has to get up for triggers an alert, by its
/// release, backup set, change or environment; a person who takes it on acknowledges it; what ends it resolves it; all else is a change event. Each fact
/// is an event of its own.
final class PagerDutyWords implements Systems.Words {

    static final String USUAL = "https://events.pagerduty.com";

    private static final int LONGEST_SUMMARY = 1024;
    private static final int LONGEST_KEY = 255;
    private static final JsonMapper JSON = new JsonMapper();

    /// What PagerDuty knows of an alert; each has facts of its own.
    private enum Action {
        TRIGGER(
                "BackupCorrupted",
                "BackupFailed",
                "BackupLost",
                "EnvironmentDriftDetected",
                "ReleaseBlocked",
                "RestoreFailed",
                "RollbackFailed",
                "RollbackTriggered",
                "RolloutIndeterminate",
                "UnauthorisedChangeDetected"),
        // A person's word on the release, and a person's wish to try the restore again: what nobody has a hand in yet is not told like this.
        ACKNOWLEDGE("ReleaseInstructed", "RestoreProposed"),
        RESOLVE(
                "BackupRepaired",
                "EnvironmentDriftEnded",
                "ReleaseClosed",
                "ReleaseDeployed",
                "ReleaseResolved",
                "RestoreCompleted",
                "RetroactiveApprovalRecorded",
                "RollbackCompleted");

        private final Set<String> facts;

        Action(String... facts) {
            this.facts = Set.of(facts);
        }

        static Optional<Action> of(String fact) {
            return Stream.of(values()).filter(each -> each.facts.contains(fact)).findFirst();
        }
    }

    /// All facts that do something to an alert.
    static Set<String> named() {
        return Stream.of(Action.values()).flatMap(each -> each.facts.stream()).collect(Collectors.toSet());
    }

    @Override
    public Systems.Post of(Message message, Endpoint endpoint) throws IOException {
        int last = message.facts().size() - 1;
        SpecificRecord fact = message.facts().get(last);
        String type = fact.getSchema().getName();
        Meta meta = Message.meta(fact);
        Message.Part part = message.parts().get(last);
        Map<String, Object> payload = new HashMap<>(Map.of(
                "summary", Cut.to(LONGEST_SUMMARY, message.parts().size() == 1 ? part.subject() : message.subject()),
                "source", "slipway",
                "timestamp", meta.getOccurredAt().toString(),
                "custom_details", Map.of("lines", message.lines(), "change", message.changeId(), "notification", message.id())));
        Map<String, Object> event = new HashMap<>(Map.of("routing_key", endpoint.secrets().getFirst(), "payload", payload));
        String path = "/v2/change/enqueue";
        Optional<Action> action = Action.of(type);
        if (action.isPresent()) {
            path = "/v2/enqueue";
            event.put("event_action", action.get().name().toLowerCase(Locale.ROOT));
            event.put("dedup_key", Cut.to(LONGEST_KEY, "slipway " + meta.getAggregateId()));
            payload.put("severity", "critical");
            payload.put("component", meta.getAggregateId());
            payload.put("class", type);
        }
        return new Systems.Post(
                URI.create(endpoint.address() + path),
                Map.of("Content-Type", "application/json"),
                JSON.writeValueAsString(event));
    }
}
