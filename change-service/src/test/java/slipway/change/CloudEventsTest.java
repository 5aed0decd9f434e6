package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.Sending.BOT;
import static slipway.change.Sending.newId;
import static slipway.change.TheService.good;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// CloudEvents in each of their modes, and the CDEvents within them.
class CloudEventsTest {

    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";

    @ParameterizedTest
    @CsvSource({"version,0.3.0,0.1.2", "specversion,0.3.0,0.1.2", "version,0.4.1,0.2.0", "specversion,0.5.0,0.3.0"})
    void a_merged_change_becomes_a_draft_in_every_version_of_cdevents(String name, String version, String eventVersion) {
        String event = merged(newId(), newId()).replace("\"version\": \"0.3.0\"", "\"" + name + "\": \"" + version + "\"")
                .replace("merged.0.1.2", "merged." + eventVersion);
        Answer answer = send(STRUCTURED + "; charset=UTF-8", event);
        assertThat(answer.body().get("state").stringValue()).as("%s", answer.body()).isEqualTo("TAKEN");
        JsonNode draft = show(answer.body().at("/results/0").stringValue());
        assertThat(draft.at("/rfc/requester").stringValue()).isEqualTo("dana");
        assertThat(draft.at("/rfc/service").stringValue()).isEqualTo("inventory-web");
    }

    @Test
    void a_published_artifact_becomes_one_draft_that_pins_it() {
        String digest = "a".repeat(64);
        String event = published(newId(), "pkg:oci/inventory-web@sha256%3A" + digest + "?repository_url=registry.example.org");
        Answer answer = send(STRUCTURED, event);
        assertThat(answer.body().get("state").stringValue()).as("%s", answer.body()).isEqualTo("TAKEN");
        String change = answer.body().at("/results/0").stringValue();
        assertThat(show(change).at("/rfc/artifacts/0").stringValue()).isEqualTo("sha256:" + digest);
        Answer other = send(STRUCTURED, published(newId(), "pkg:oci/inventory-web@sha256%3A" + digest + "?repository_url=registry.example.org"));
        assertThat(other.reasons()).containsExactly(change + " is there for it already");
        Answer maven = send(STRUCTURED, published(newId(), "pkg:maven/org.example/inventory-web@2.1.0"));
        assertThat(show(maven.body().at("/results/0").stringValue()).at("/rfc/version").stringValue()).isEqualTo("2.1.0");
    }

    @Test
    void the_same_event_is_the_same_whatever_mode_it_comes_in() {
        String id = newId();
        String event = merged(id, newId());
        Answer structured = send(STRUCTURED, event);
        String data = event.substring(event.indexOf("\"data\":") + 7, event.lastIndexOf('}'));
        Answer binary = service().ask(BOT, "POST", "/ingest/cloudevents", "application/json", data, Map.of(
                "ce-specversion", "1.0", "ce-id", id, "ce-source", "/events%2Fforge",
                "ce-type", "dev.cdevents.change.merged.0.1.2"));
        assertThat(binary.status()).as("%s", binary.body()).isEqualTo(200);
        assertThat(binary.body()).isEqualTo(structured.body());
    }

    @Test
    void a_batch_is_taken_whole_and_each_of_its_events_is_a_delivery_of_its_own() {
        String batch = "[" + merged(newId(), newId()) + ", {\"specversion\": \"1.0\"}, " + merged(newId(), newId()) + "]";
        Answer answer = send(BATCH, batch);
        assertThat(answer.body().get("state").stringValue()).as("%s", answer.body()).isEqualTo("TAKEN");
        List<String> states = answer.body().get("results").valueStream()
                .map(id -> good(service().get("/deliveries/" + id.stringValue())).get("state").stringValue())
                .toList();
        assertThat(states).containsExactly("TAKEN", "REFUSED", "TAKEN");
        assertThat(send(BATCH, batch).status()).isEqualTo(200);
        assertThat(send(BATCH, "[{}, 1, []]").reasons()).containsExactly("body[1]: is no event", "body[2]: is no event");
        assertThat(send(BATCH, "{}").reasons()).containsExactly("body: a batch is a list of events");
    }

    @Test
    void every_fault_of_an_event_is_named() {
        Answer answer = send(STRUCTURED, """
                {"specversion": "0.3", "source": "a b", "type": "x", "time": "today", "subject": "", "Big": 1, "ext": [1], "data": 1, "data_base64": "AA=="}
                """);
        assertThat(answer.body().get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(answer.reasons())
                .anyMatch(each -> each.startsWith("specversion: "))
                .anyMatch(each -> each.startsWith("id: "))
                .anyMatch(each -> each.startsWith("source: "))
                .anyMatch(each -> each.startsWith("time: "))
                .anyMatch(each -> each.startsWith("subject: "))
                .anyMatch(each -> each.startsWith("Big: "))
                .anyMatch(each -> each.startsWith("ext: "))
                .anyMatch(each -> each.startsWith("data, data_base64: "))
                .hasSize(8);
        assertThat(send("application/json", "{}").reasons()).singleElement().asString().contains("is no event");
        assertThat(send("application/cloudevents+xml", "<event/>").reasons()).singleElement().asString().contains("is not understood");
    }

    @Test
    void every_fault_of_a_cdevent_is_named_by_its_schema_and_by_the_specification() {
        Answer old = send(STRUCTURED, merged(newId(), newId())
                .replace("\"timestamp\"", "\"when\"").replace("\"content\"", "\"contents\""));
        assertThat(old.reasons())
                .anyMatch(each -> each.startsWith("data.context: ") && each.contains("timestamp"))
                .anyMatch(each -> each.startsWith("data.subject: ") && each.contains("content"));
        Answer newer = send(STRUCTURED, merged(newId(), newId())
                .replace("\"version\": \"0.3.0\"", "\"specversion\": \"0.5.0\"")
                .replace("\"source\": \"/events/forge\", \"type\": \"dev.cdevents.change.merged.0.1.2\", \"timestamp\"",
                        "\"source\": \"/elsewhere\", \"type\": \"dev.cdevents.change.merged.0.1.2\", \"when\""));
        assertThat(newer.reasons()).containsExactly(
                "data.context.source: is not that of the CloudEvent",
                "data.context.timestamp: must be as RFC 3339 says, 2026-03-02T10:00:00Z");
        assertThat(send(STRUCTURED, merged(newId(), newId()).replace("\"version\": \"0.3.0\"", "\"version\": \"0.9.0\"")).reasons())
                .containsExactly("data.context.version: must be 0.3 to 0.5, as in 0.4.1, not '0.9.0'");
        assertThat(send(STRUCTURED, merged(newId(), newId()).replace("change.merged.0.1.2", "service.deployed.0.2.0")
                        .replace("\"version\": \"0.3.0\"", "\"version\": \"0.4.1\"")).reasons())
                .containsExactly(
                        "data.subject.content.environment: is missing",
                        "data.subject.content.artifactId: is missing",
                        "data.subject.type: is \"change\", and the event is of service");
        assertThat(send(STRUCTURED, merged(newId(), newId()).replace("change.merged.0.1.2", "pipelinerun.finished.0.2.0")
                        .replace("\"version\": \"0.3.0\"", "\"version\": \"0.4.1\"")
                        .replace("\"content\": {", "\"content\": {\"outcome\": \"banana\", ")).reasons())
                .contains("data.subject.content.outcome: must be one of [cancel, error, failure, success]");
    }

    @Test
    void what_asks_for_no_change_is_ignored_with_the_reason() {
        assertThat(send(STRUCTURED, "{\"specversion\": \"1.0\", \"id\": \"" + newId() + "\", \"source\": \"/a\", \"type\": \"org.example\"}")
                        .reasons())
                .containsExactly("no rule of cloudevents is for events other than CDEvents");
        assertThat(send(STRUCTURED, merged(newId(), newId()).replace("\"id\": \"inventory\"", "\"id\": \"other\"")).reasons())
                .singleElement()
                .asString()
                .startsWith("a CDEvent that asks for no change");
    }

    @Test
    void a_source_without_a_secret_takes_nothing_that_comes_without_a_token() {
        Answer answer = Sending.send("cloudevents", merged(newId(), newId()), Map.of("Content-Type", STRUCTURED));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reasons()).singleElement().asString().startsWith("no secret is set up for cloudevents");
    }

    private static Answer send(String type, String body) {
        return service().ask(BOT, "POST", "/ingest/cloudevents", type, body);
    }

    private static String merged(String id, String change) {
        return """
                {"specversion": "1.0", "id": "%1$s", "source": "/events/forge", "type": "dev.cdevents.change.merged.0.1.2",
                 "time": "2026-03-02T10:00:00Z", "datacontenttype": "application/json",
                 "data": {"context": {"version": "0.3.0", "id": "%1$s", "source": "/events/forge", "type": "dev.cdevents.change.merged.0.1.2", "timestamp": "2026-03-02T10:00:00Z"},
                          "subject": {"id": "%2$s", "type": "change", "content": {"repository": {"id": "inventory", "source": "https://git.example.org"}}}}}
                """.formatted(id, change);
    }

    private static String published(String id, String artifact) {
        return """
                {"specversion": "1.0", "id": "%1$s", "source": "/events/registry", "type": "dev.cdevents.artifact.published.0.1.1",
                 "data": {"context": {"version": "0.3.0", "id": "%1$s", "source": "/events/registry", "type": "dev.cdevents.artifact.published.0.1.1", "timestamp": "2026-03-02T10:00:00Z"},
                          "subject": {"id": "%2$s", "type": "artifact", "content": {}}}}
                """.formatted(id, artifact);
    }
}
