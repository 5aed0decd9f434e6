package slipway.audit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import slipway.audit.history.Breach;
import slipway.audit.history.Happening;
import slipway.audit.history.History;
import slipway.http.OpenApi;
import slipway.messaging.RunningService.Answer;
import slipway.messaging.ServiceProperties;
import slipway.wire.AvroSerializer;
import tools.jackson.databind.JsonNode;

/// What the running service says of its interface is so.
class DescriptionTest {

    private static final String IN_THE_YEAR = "?since=2025-01-01&until=2026-01-01";

    private final TheLedger ledger = TheLedger.running();
    private final JsonNode described = ledger.get("/v3/api-docs", 200);
    private final OpenApi api = new OpenApi(described);

    @Test
    void every_answer_is_as_it_is_described() {
        List<Happening> story = story();
        String change = story.getFirst().meta().getCorrelationId();
        String release = story.stream().filter(each -> each.type().equals("ReleaseStarted")).findFirst().orElseThrow().key();
        story.forEach(each -> ledger.service().publish(each.topic(), each.fact(), each.key()));
        await().atMost(TheLedger.PATIENCE).until(() -> ledger.get("/facts?limit=200&change=" + change, 200).get("found").size() >= Math.min(200, story.size()));
        JsonNode fact = is("GET /facts", "/facts?limit=200&change=" + change).get("found").get(0);
        is("GET /facts/{eventId}", "/facts/" + fact.get("eventId").stringValue());
        is("GET /timelines", "/timelines?change=" + change);
        is("GET /timelines/{id}", "/timelines/" + change);
        is("GET /as-of/{id}", "/as-of/" + change);
        is("GET /as-of/{id}", "/as-of/" + change + "?at=" + recorded(story, "RFCSubmitted"));
        is("GET /as-of/{id}", "/as-of/" + release);
        is("GET /as-of/queue", "/as-of/queue");
        assertThat(is("GET /as-of/queue", "/as-of/queue?at=" + recorded(story, "ApprovalRequested")).get("waiting").isEmpty()).isFalse();
        JsonNode calendar = is(
                "GET /as-of/calendar",
                "/as-of/calendar?from=2025-01-01&to=2026-01-01&at=" + recorded(story, "ChangeScheduled"));
        assertThat(calendar.get("planned").isEmpty()).isFalse();
        is("GET /metrics/delivery", "/metrics/delivery");
        is("GET /metrics/delivery", "/metrics/delivery" + IN_THE_YEAR);
        is("GET /metrics/delivery/{which}", "/metrics/delivery/deployed" + IN_THE_YEAR);
        assertThat(is("GET /metrics/gates", "/metrics/gates" + IN_THE_YEAR).get("gates").isEmpty()).isFalse();
        is("GET /metrics/risk", "/metrics/risk" + IN_THE_YEAR + "&service=none");
        is("GET /breaches", "/breaches");
        is("GET /log", "/log");
    }

    @Test
    void what_reads_everything_is_as_it_is_described_while_it_runs_and_once_it_is_done() {
        for (String what : List.of("/replays", "/verifications")) {
            Answer started = await().atMost(TheLedger.PATIENCE)
                    .until(() -> ledger.service().post("olu:auditors", what, ""), answer -> answer.status() != 409);
            assertThat(api.faults("POST " + what, 202, started.body())).as("%s", started.body()).isEmpty();
            String run = what + "/" + started.body().get("number").longValue();
            JsonNode ended = await().atMost(TheLedger.PATIENCE)
                    .until(
                            () -> ledger.service().ask("olu:auditors", "GET", run, "application/json", "").body(),
                            each -> !each.get("report").isNull());
            assertThat(api.faults("GET " + what + "/{number}", 200, ended)).as("%s", ended).isEmpty();
        }
    }

    @Test
    void whatever_is_answered_is_there_or_may_be_null() {
        assertThat(api.uncertain()).containsExactlyInAnyOrder("Problem.detail", "Problem.instance");
        assertThat(api.missing()).isEmpty();
    }

    @Test
    void every_refusal_is_as_it_is_described() {
        refused("GET /timelines/{id}", "/timelines/CHG-NONE", 404);
        refused("GET /facts", "/facts?since=soon", 400);
        refused("GET /evidence", "/evidence?change=CHG-NONE", 403);
        Answer nobody = ledger.service().askWithout("GET", "/facts", "");
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(api.faults("GET /facts", 401, nobody.body())).isEmpty();
    }

    @Test
    void nobody_is_offered_to_put_a_token_into_an_address_or_to_write_null_there() {
        assertThat(api.parameters().map(each -> each.get("name").stringValue()))
                .contains("person", "cursor", "service", "kept")
                .doesNotContain("token", "tokenValue", "issuedAt", "expiresAt", "claims", "headers");
        assertThat(api.parameters()).allSatisfy(each -> assertThat(each.at("/schema/type").toString()).doesNotContain("null"));
        assertThat(described.at("/paths/~1replays/post").has("parameters")).isFalse();
        assertThat(described.at("/paths/~1replays/post/requestBody/content/application~1json/schema/properties").propertyNames())
                .containsExactlyInAnyOrder("change", "from", "to");
    }

    @Test
    void a_pack_is_a_zip_and_what_no_template_says_is_named_by_its_standard() {
        JsonNode pack = described.at("/paths/~1evidence/get/responses");
        assertThat(pack.at("/200/content/application~1zip/schema/format").stringValue()).isEqualTo("binary");
        assertThat(pack.propertyNames()).contains("400", "401", "403", "404", "409", "413", "503");
        assertThat(described.get("paths").propertyNames())
                .contains("/timelines/{id}", "/facts", "/as-of/{id}", "/as-of/queue", "/breaches", "/metrics/delivery", "/replays", "/verifications", "/log")
                .noneMatch(path -> path.contains("*"));
        assertThat(described.at("/info/description").stringValue()).contains("https://c2sp.org/tlog-tiles");
    }

    private JsonNode is(String asked, String path) {
        JsonNode answer = ledger.get(path, 200);
        assertThat(api.faults(asked, 200, answer)).as("%s", answer).isEmpty();
        return answer;
    }

    private void refused(String asked, String path, int status) {
        JsonNode answer = ledger.get(path, status);
        assertThat(api.faults(asked, status, answer)).as("%s", answer).isEmpty();
    }

    private static Instant recorded(List<Happening> story, String type) {
        return story.stream().filter(each -> each.type().equals(type)).findFirst().orElseThrow().meta().getRecordedAt();
    }

    /// Of a change that people approved and a release brought, with everything that happened because of it and nothing of any other.
    private List<Happening> story() {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", ledger.service().bean(ServiceProperties.class).registry().url()), false);
        // The year that LedgerDoorTest has, too: of two there would be two changes of one name.
        History history = History.year(1, 300, serializer::serialize, EnumSet.of(Breach.OWN_APPROVAL));
        List<Happening> year = history.stream().toList();
        Map<String, Set<String>> storiesOf =
                year.stream().collect(groupingBy(Happening::key, mapping(each -> each.meta().getCorrelationId(), toSet())));
        return year.stream()
                .collect(groupingBy(each -> each.meta().getCorrelationId()))
                .values()
                .stream()
                .filter(story -> story.stream().map(Happening::type).collect(toSet()).containsAll(Set.of("ApprovalRequested", "ReleaseStarted", "ReleaseDeployed")))
                .filter(story -> story.stream().allMatch(each -> storiesOf.get(each.key()).size() == 1))
                .filter(story -> !history.broken().containsValue(story.getFirst().meta().getCorrelationId()))
                .findFirst()
                .orElseThrow();
    }
}
