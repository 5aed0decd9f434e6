package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.Meta;
import slipway.events.backup.BackupCorrupted;
import slipway.events.backup.BackupRepaired;
import slipway.events.change.ChangeCancelled;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleaseInstructed;
import slipway.messaging.NotYet;
import slipway.notification.Channel.Delivery;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.Channel.To;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Systems that are told, against a small server that answers as their documentation says.
class SystemsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");
    private static final Set<String> RELEASE_ENDS =
            Set.of("ReleaseAborted", "ReleaseClosed", "ReleaseDeployed", "ReleaseResolved", "RollbackCompleted");
    private static final String KEY = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path folder;

    private final List<Came> came = new ArrayList<>();
    private HttpServer server;
    private int status = 200;
    private String answer = "";
    private String retryAfter;

    private record Came(String path, Map<String, String> headers, String text) {
        JsonNode json() {
            return JSON.readTree(text);
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Map<String, String> headers = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            came.add(new Came(
                    exchange.getRequestURI().getPath(), headers, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            if (retryAfter != null) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    private Path secret(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text + "\n");
    }

    private Endpoint endpoint(String channel, String... secrets) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String secret : secrets) {
            files.add(secret("secret-" + files.size(), secret));
        }
        return new Endpoint("there", channel, url(), null, files);
    }

    private Delivery tell(Systems.Words words, Endpoint endpoint, SpecificRecord... facts) throws Exception {
        return new Systems(Map.of("there", endpoint), words, new Outside(new Bulkhead(1)), Duration.ZERO, () -> NOW)
                .send(Samples.message("NTF-1", List.of(facts)), new To("r", "there", "there", "", false), () -> {});
    }

    private static Meta meta(String aggregate) {
        return Meta.newBuilder(Samples.meta()).setAggregateId(aggregate).build();
    }

    private static SpecificRecord with(SpecificRecord fact, Meta meta) {
        fact.put(fact.getSchema().getField("meta").pos(), meta);
        return fact;
    }

    private static ChangeCancelled cancelled() {
        return new ChangeCancelled(Samples.meta(), "eve", "<b>no</b> *reason* & more");
    }

    @Test
    void a_webhook_is_signed_with_every_key_and_keeps_its_id_when_it_comes_again() throws Exception {
        Endpoint endpoint = endpoint("webhook", "whsec_" + KEY, "whsec_" + Base64.getEncoder().encodeToString("the next key of ours, long enough".getBytes()));
        status = 204;
        assertThat(tell(new WebhookWords(() -> NOW), endpoint, cancelled())).isEqualTo(new Delivered("there answers 204"));
        Came first = came.getFirst();
        assertThat(first.headers()).containsEntry("webhook-id", "NTF-1").containsEntry("webhook-timestamp", "1772445600");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(KEY), "HmacSHA256"));
        String expected = Base64.getEncoder().encodeToString(mac.doFinal(("NTF-1.1772445600." + first.text()).getBytes(StandardCharsets.UTF_8)));
        assertThat(first.headers().get("webhook-signature").split(" ")).hasSize(2).contains("v1," + expected);
        assertThat(first.json().get("timestamp").asString()).as("when it happened").isEqualTo(Samples.AT.toString());
        assertThat(first.json().at("/data/facts/0/type").asString()).isEqualTo("slipway.events.change.ChangeCancelled");
        assertThat(first.json().at("/data/text").asString()).contains("<b>no</b> *reason* & more");
    }

    @Test
    void who_wants_to_be_left_alone_is_and_what_will_never_be_taken_is_not_tried_again() throws Exception {
        Endpoint endpoint = endpoint("webhook", "whsec_" + KEY);
        WebhookWords words = new WebhookWords(() -> NOW);
        status = 429;
        retryAfter = "17";
        assertThatThrownBy(() -> tell(words, endpoint, cancelled()))
                .isInstanceOfSatisfying(NotYet.class, busy -> assertThat(busy.until()).isEqualTo(NOW.plusSeconds(17)));
        retryAfter = null;
        status = 500;
        assertThatThrownBy(() -> tell(words, endpoint, cancelled())).isInstanceOf(IOException.class).hasMessageContaining("there answers 500");
        status = 401;
        assertThatThrownBy(() -> tell(words, endpoint, cancelled())).as("somebody may mend the key").isInstanceOf(IOException.class);
        status = 410;
        answer = "gone\nfor good";
        assertThat(tell(words, endpoint, cancelled())).isEqualTo(new Undeliverable("there answers 410: gone for good"));
        server.stop(0);
        assertThatThrownBy(() -> tell(words, endpoint, cancelled())).isInstanceOf(IOException.class).hasMessageNotContaining(KEY);
    }

    @Test
    void what_strangers_wrote_is_text_in_a_card_and_in_slack() throws Exception {
        status = 202;
        Endpoint room = new Endpoint("there", "teams", null, secret("url", url() + "/workflows/1?sig=secret"), List.of());
        assertThat(tell(ChatWords::teams, room, cancelled())).isInstanceOf(Delivered.class);
        JsonNode card = came.getFirst().json().at("/attachments/0/content");
        assertThat(card.get("type").asString()).isEqualTo("AdaptiveCard");
        assertThat(card.get("body").valueStream().map(each -> each.get("type").asString())).containsOnly("RichTextBlock");
        assertThat(card.toString()).contains("<b>no</b> *reason* & more");
        status = 200;
        tell(ChatWords::slack, new Endpoint("there", "slack-webhook", null, secret("url", url() + "/services/T/B/x"), List.of()), cancelled());
        assertThat(came.getLast().path()).isEqualTo("/services/T/B/x");
        assertThat(came.getLast().text()).contains("&lt;b&gt;no&lt;/b&gt;").contains("&amp; more").doesNotContain("<b>");
    }

    @Test
    void a_card_has_at_most_28_kb_in_every_alphabet_and_no_half_characters() throws Exception {
        status = 202;
        Endpoint room = new Endpoint("there", "teams", null, secret("url", url() + "/workflows/1?sig=secret"), List.of());
        for (String letter : List.of("a", "\"", "汉", "😀")) {
            SpecificRecord fact = new BackupCorrupted(meta("BKP-7"), "", "prod", Collections.nCopies(500, letter.repeat(299) + "x"), 1);
            tell(ChatWords::teams, room, fact, fact, fact);
            byte[] bytes = came.getLast().text().getBytes(StandardCharsets.UTF_8);
            assertThat(bytes.length).as(letter).isBetween(20_000, 28_000);
            assertThat(came.getLast().text()).contains("And more: ./slipway notify list").doesNotContain("?", "\uFFFD");
        }
    }

    @Test
    void an_event_of_pagerduty_keeps_its_limits() throws Exception {
        status = 202;
        tell(
                new PagerDutyWords(),
                endpoint("pagerduty", "0123456789abcdef0123456789abcdef"),
                new BackupCorrupted(meta("BKP-" + "7".repeat(300)), "", "p".repeat(2_000), Collections.nCopies(500, "r".repeat(2_000)), 1));
        JsonNode event = came.getLast().json();
        assertThat(event.get("dedup_key").asString()).hasSize(255);
        assertThat(event.at("/payload/summary").asString()).hasSize(1024);
        assertThat(came.getLast().text().length()).isLessThan(512 * 1024);
    }

    @Test
    void pagerduty_gets_an_alert_that_is_resolved_by_its_set_and_changes_for_the_rest() throws Exception {
        status = 202;
        Endpoint endpoint = endpoint("pagerduty", "0123456789abcdef0123456789abcdef");
        PagerDutyWords words = new PagerDutyWords();
        tell(words, endpoint, new BackupCorrupted(meta("BKP-7"), "", "prod", List.of("a byte is flipped"), 1));
        tell(words, endpoint, new BackupRepaired(meta("BKP-7"), "", "prod", List.of(), List.of("file:///2")));
        tell(words, endpoint, cancelled());
        assertThat(came).extracting(Came::path).containsExactly("/v2/enqueue", "/v2/enqueue", "/v2/change/enqueue");
        JsonNode trigger = came.getFirst().json();
        assertThat(trigger.get("event_action").asString()).isEqualTo("trigger");
        assertThat(trigger.get("dedup_key").asString()).isEqualTo("slipway BKP-7");
        assertThat(trigger.at("/payload/severity").asString()).isEqualTo("critical");
        assertThat(came.get(1).json().get("event_action").asString()).isEqualTo("resolve");
        assertThat(came.get(1).json().get("dedup_key")).isEqualTo(trigger.get("dedup_key"));
        assertThat(came).allSatisfy(each -> {
            assertThat(each.json().at("/payload/summary").asString()).isNotBlank();
            assertThat(each.json().at("/payload/source").asString()).isEqualTo("slipway");
            assertThat(each.json().get("routing_key").asString()).hasSize(32);
        });
        tell(words, endpoint, with(Samples.of(ReleaseInstructed.getClassSchema()), meta("REL-CHG-7")));
        assertThat(came.getLast().json().get("event_action").asString()).as("a person took it on").isEqualTo("acknowledge");
        assertThat(came.getLast().json().get("dedup_key").asString()).isEqualTo("slipway REL-CHG-7");
        status = 400;
        answer = "{\"status\": \"invalid event\", \"errors\": [\"'routing_key' is invalid\"]}";
        assertThat(tell(words, endpoint, cancelled())).isInstanceOfSatisfying(
                Undeliverable.class, refused -> assertThat(refused.reason()).contains("is invalid"));
    }

    /// What each alert is ended by.
    private static final Map<String, Set<String>> ENDS = Map.ofEntries(
            Map.entry("ReleaseBlocked", RELEASE_ENDS),
            Map.entry("RollbackFailed", RELEASE_ENDS),
            Map.entry("RollbackTriggered", RELEASE_ENDS),
            Map.entry("RolloutIndeterminate", RELEASE_ENDS),
            Map.entry("BackupCorrupted", Set.of("BackupRepaired")),
            Map.entry("RestoreFailed", Set.of("RestoreCompleted", "RestoreDeclined")),
            Map.entry("EnvironmentDriftDetected", Set.of("EnvironmentDriftEnded")),
            Map.entry("UnauthorisedChangeDetected", Set.of("RetroactiveApprovalRecorded")),
            Map.entry("BackupFailed", Set.of()),
            Map.entry("BackupLost", Set.of()),
            Map.entry("InvariantBroken", Set.of()));

    /// What nobody has to do anything about any more for now, but not over.
    private static final Set<String> GOES_ON = Set.of(
            "DataRestoreDeclined",
            "DataRestoreRequested",
            "ReleaseResumed",
            "ReleaseStarted",
            "RestoreRequested",
            "RetroactiveApprovalMissed",
            "RollbackTriggered");

    @Test
    void every_alert_is_ended_by_what_ends_the_wait_for_somebody_or_has_no_end_and_then_nothing_else_ends_it() throws Exception {
        status = 202;
        Endpoint endpoint = endpoint("pagerduty", "0123456789abcdef0123456789abcdef");
        assertThat(PagerDutyAlert.named().stream().filter(each -> PagerDutyAlert.of(each).orElseThrow().action().equals("trigger")))
                .containsExactlyInAnyOrderElementsOf(ENDS.keySet());
        for (Map.Entry<String, Set<String>> alert : ENDS.entrySet()) {
            String opened = key(endpoint, alert.getKey(), "trigger", "AGG-1");
            for (String end : alert.getValue()) {
                assertThat(key(endpoint, end, "resolve", "AGG-1")).as(end).isEqualTo(opened);
                assertThat(key(endpoint, end, "resolve", "AGG-2")).as(end).isNotEqualTo(opened);
            }
            assertThat(Waiting.ENDED_BY.getOrDefault(alert.getKey(), Set.of()))
                    .as("nobody waits any more after " + alert.getKey())
                    .allSatisfy(each -> assertThat(alert.getValue().contains(each) || GOES_ON.contains(each)).as(each).isTrue());
        }
        String lost = key(endpoint, "BackupLost", "trigger", "REL-1");
        assertThat(key(endpoint, "ReleaseDeployed", "resolve", "REL-1")).as("its release goes on without the way back").isNotEqualTo(lost);
        String failed = key(endpoint, "BackupFailed", "trigger", "BKP-1");
        assertThat(key(endpoint, "BackupRepaired", "resolve", "BKP-1")).isNotEqualTo(failed);
    }

    private String key(Endpoint endpoint, String fact, String action, String aggregate) throws Exception {
        SpecificRecord record = Samples.of(SpecificData.get().getSchema(FactTypes.find(fact).orElseThrow()));
        tell(new PagerDutyWords(), endpoint, with(record, meta(aggregate)));
        assertThat(came.getLast().json().get("event_action").asString()).as(fact).isEqualTo(action);
        return came.getLast().json().get("dedup_key").asString();
    }

    @Test
    void grafana_gets_a_line_in_its_graphs() throws Exception {
        answer = "{\"message\": \"Annotation added\", \"id\": 1}";
        tell(new GrafanaWords(), endpoint("grafana", "glsa_token"), cancelled());
        assertThat(came.getFirst().path()).isEqualTo("/api/annotations");
        assertThat(came.getFirst().headers()).containsEntry("Authorization", "Bearer glsa_token");
        assertThat(came.getFirst().json().get("tags").toString()).contains("\"slipway\"", "ChangeCancelled");
        assertThat(came.getFirst().json().get("time").asLong()).isEqualTo(Samples.meta().getOccurredAt().toEpochMilli());
    }

    @Test
    void what_cdevents_have_a_word_for_is_said_in_it_and_all_else_is_a_custom_event() throws Exception {
        status = 202;
        Endpoint endpoint = endpoint("cdevents");
        tell(new CdEventWords(_ -> "shop"), endpoint, Samples.of(ReleaseDeployed.getClassSchema()));
        Came deployed = came.getFirst();
        assertThat(deployed.headers()).containsEntry("ce-type", "dev.cdevents.service.deployed.0.2.0").containsEntry("ce-specversion", "1.0");
        assertThat(deployed.json().at("/context/id").asString()).isEqualTo(deployed.headers().get("ce-id"));
        assertThat(deployed.json().at("/subject/type").asString()).isEqualTo("service");
        assertThat(deployed.json().at("/subject/id").asString()).isEqualTo(deployed.headers().get("ce-subject")).isEqualTo("shop");
        assertThat(deployed.json().at("/subject/content/environment/id").asString()).isNotBlank();
        ReleaseDeployed two = (ReleaseDeployed) Samples.of(ReleaseDeployed.getClassSchema());
        two.put(two.getSchema().getField("digest").pos(), "api=sha256:aa,web=sha256:bb");
        tell(new CdEventWords(_ -> "a shop"), endpoint, two);
        assertThat(came.getLast().json().at("/subject/content/artifactId").asString()).isEqualTo("pkg:generic/a%20shop?checksum=sha256:aa,sha256:bb");
        tell(new CdEventWords(_ -> ""), endpoint, two);
        assertThat(came.getLast().json().at("/subject/id").asString()).as("nobody knows its service").isEqualTo(two.getMeta().getAggregateId());
        tell(new CdEventWords(_ -> "shop"), endpoint, cancelled());
        assertThat(came.getLast().headers()).containsEntry("ce-type", "dev.cdeventsx.slipway-change.changecancelled.0.1.0");
    }

    @Test
    void an_endpoint_is_wrong_at_the_start_and_not_at_its_first_fact() throws Exception {
        Path bad = secret("bad.url", "http://elsewhere.example.org/x?sig=hidden");
        String file = """
                endpoints:
                  Soc: {channel: webhook, url: "http://soc.example.org/hook"}
                  room: {channel: teams, url: "https://teams.example.org/x"}
                  plain: {channel: teams, urlFile: %s}
                  nothing: {channel: grafana, url: "https://user:pw@g.example.org", secretFiles: [%s/none]}
                  fax: {channel: fax}
                  oncall: {channel: pagerduty, secretFiles: [%s]}
                  weak: {channel: webhook, url: "https://soc.example.org/hook", secretFiles: [%s]}
                receivers:
                  a: {channel: webhook, to: [room]}
                  b: {channel: pagerduty, to: [oncall, "{asked}"]}
                route: {receivers: [a, b]}
                """.formatted(bad, folder, secret("key", "0123456789abcdef0123456789abcdef"), secret("weak", "whsec_c2hvcnQ="));
        assertThatThrownBy(() -> RoutingFile.read(file.getBytes(StandardCharsets.UTF_8), Set.of("email")))
                .isInstanceOfSatisfying(slipway.http.Refusal.class, refusal -> assertThat(refusal.reasons())
                        .contains(
                                "endpoints.Soc: the name has to be small letters, digits and hyphens",
                                "endpoints.Soc.url: 'http://soc.example.org/hook' is not encrypted: only https, except to this machine",
                                "endpoints.Soc.secretFiles: is missing; keys to sign with, as whsec_…",
                                "endpoints.room.url: lets in whoever knows it: put it into a file, and name that as urlFile",
                                "endpoints.plain.urlFile: what is in " + bad + " is not encrypted: only https, except to this machine",
                                "endpoints.nothing.secretFiles: " + folder + "/none is not there",
                                "endpoints.weak.secretFiles: " + folder + "/weak: a key has 5 bytes; Standard Webhooks asks for 24 to 64",
                                "receivers.a.to: there is no endpoint 'room' of the channel webhook",
                                "receivers.b.to: there is no endpoint '{asked}' of the channel pagerduty")
                        .anyMatch(each -> each.startsWith("endpoints.fax.channel: has to be one of [cdevents,"))
                        .anyMatch(each -> each.startsWith("endpoints.nothing.url:") && each.contains("has a password in it"))
                        .noneMatch(each -> each.contains("hidden")));
    }
}
