package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.Meta;
import tools.jackson.databind.json.JsonMapper;

/// PagerDuty's [Events API v2](https://developer.pagerduty.com/docs/events-api-v2-overview): what does something to an alert is an event of it, all else a
/// change event. Each fact is an event of its own.
final class PagerDutyWords implements Systems.Words {

    static final String USUAL = "https://events.pagerduty.com";

    private static final int LONGEST_SUMMARY = 1024;
    private static final int LONGEST_KEY = 255;
    private static final JsonMapper JSON = new JsonMapper();

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
        Optional<PagerDutyAlert.Does> alert = PagerDutyAlert.of(type);
        if (alert.isPresent()) {
            path = "/v2/enqueue";
            event.put("event_action", alert.get().action());
            event.put("dedup_key", Cut.to(LONGEST_KEY, alert.get().key(meta)));
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
