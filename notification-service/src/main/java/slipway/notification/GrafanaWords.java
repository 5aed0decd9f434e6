package slipway.notification;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import slipway.events.Meta;
import tools.jackson.databind.json.JsonMapper;

/// [Annotations](https://grafana.com/docs/grafana/latest/developers/http_api/annotations/) on every dashboard that asks for the tag `slipway`: a line in its
/// graphs, when the first of the facts occurred.
final class GrafanaWords implements Systems.Words {

    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public Systems.Post of(Message message, Endpoint endpoint) throws IOException {
        Meta meta = Message.meta(message.facts().getFirst());
        return new Systems.Post(
                URI.create(endpoint.address() + "/api/annotations"),
                Map.of("Content-Type", "application/json", "Authorization", "Bearer " + endpoint.secrets().getFirst()),
                JSON.writeValueAsString(Map.of(
                        "time", meta.getOccurredAt().toEpochMilli(),
                        "tags", List.of("slipway", message.changeId(), message.facts().getFirst().getSchema().getName()),
                        // It shows HTML.
                        "text", Markup.escaped(message.subject()))));
    }
}
