package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.Meta;
import tools.jackson.databind.json.JsonMapper;

/// PagerDuty's [Events API v2](https://developer.pagerduty.com/docs/events-api-v2-overview): what somebody has to get up for triggers an alert, by its
/// release or backup set; what ends that resolves it; all else is a change event. Each fact is an event of its own.
final class PagerDutyWords implements Systems.Words {

    static final String USUAL = "https://events.pagerduty.com";

    private static final int LONGEST_SUMMARY = 1024;
    private static final JsonMapper JSON = new JsonMapper();

    private static final Set<String> TRIGGERS = Set.of(
            "BackupCorrupted",
            "BackupFailed",
            "EnvironmentDriftDetected",
            "ReleaseBlocked",
            "RestoreFailed",
            "RollbackFailed",
            "RollbackTriggered",
            "UnauthorisedChangeDetected");

    private static final Set<String> RESOLVES =
            Set.of("BackupRepaired", "ReleaseClosed", "ReleaseDeployed", "ReleaseResolved", "RestoreCompleted", "RollbackCompleted");

    @Override
    public Systems.Post of(Message message, Endpoint endpoint) throws IOException {
        int last = message.facts().size() - 1;
        SpecificRecord fact = message.facts().get(last);
        String type = fact.getSchema().getName();
        Meta meta = Message.meta(fact);
        Message.Part part = message.parts().get(last);
        Map<String, Object> payload = new HashMap<>(Map.of(
                "summary", shortened(message.parts().size() == 1 ? part.subject() : message.subject()),
                "source", "slipway",
                "timestamp", meta.getOccurredAt().toString(),
                "custom_details", Map.of("lines", message.lines(), "change", message.changeId(), "notification", message.id())));
        Map<String, Object> event = new HashMap<>(Map.of("routing_key", endpoint.secrets().getFirst(), "payload", payload));
        String path = "/v2/change/enqueue";
        if (TRIGGERS.contains(type) || RESOLVES.contains(type)) {
            path = "/v2/enqueue";
            event.put("event_action", TRIGGERS.contains(type) ? "trigger" : "resolve");
            event.put("dedup_key", "slipway " + meta.getAggregateId());
            payload.put("severity", "critical");
            payload.put("component", meta.getAggregateId());
            payload.put("class", type);
        }
        return new Systems.Post(
                URI.create(endpoint.address() + path),
                Map.of("Content-Type", "application/json"),
                JSON.writeValueAsString(event));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_SUMMARY ? text : text.substring(0, LONGEST_SUMMARY - 1) + "…";
    }
}
