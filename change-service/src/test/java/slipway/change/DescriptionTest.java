package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.TheService.DANA;
import static slipway.change.TheService.MANAGER;
import static slipway.change.TheService.approve;
import static slipway.change.TheService.awaitState;
import static slipway.change.TheService.example;
import static slipway.change.TheService.good;
import static slipway.change.TheService.post;
import static slipway.change.TheService.service;
import static slipway.change.TheService.submitFor;

import org.junit.jupiter.api.Test;
import slipway.http.OpenApi;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What the running service says of its interface is so.
class DescriptionTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    private final JsonNode described = service().get("/v3/api-docs").body();
    private final OpenApi api = new OpenApi(described);

    @Test
    void every_answer_is_as_it_is_described() {
        Answer draft = post(DANA, "/changes/drafts", "title: Only a thought\n");
        assertThat(api.faults("POST /changes/drafts", 201, draft.body())).as("%s", draft.body()).isEmpty();
        String id = submitFor("ci-1", 2);
        is("GET /changes/{id}", "/changes/" + id);
        is("GET /api/gates/{changeId}", "/api/gates/" + id);
        Answer approved = approve(id, "aki:approvers");
        assertThat(api.faults("POST /changes/{id}/votes", 200, approved.body())).as("%s", approved.body()).isEmpty();
        awaitState(id, "SCHEDULED");
        is("GET /changes/{id}", "/changes/" + id);
        is("GET /changes/{id}/explanation", "/changes/" + id + "/explanation");
        is("GET /changes/{id}/conflicts", "/changes/" + id + "/conflicts");
        assertThat(is("GET /changes/{id}/slots", "/changes/" + id + "/slots?count=2").size()).isEqualTo(2);
        assertThat(is("GET /changes", "/changes?limit=1").get("next").isString()).isTrue();
        is("GET /changes", "/changes");
        is("GET /api/gates/{changeId}", "/api/gates/" + id);
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
        is("GET /changes/{id}", "/changes/" + id);
        is("GET /policy", "/policy");
        assertThat(is("GET /policy/versions", "/policy/versions").isEmpty()).isFalse();
        assertThat(is("GET /inventory", "/inventory").get("configurationItems").isEmpty()).isFalse();
        is("GET /inventory/items/{id}", "/inventory/items/ci-1");
        is("GET /inventory/items/{id}/impact", "/inventory/items/ci-1/impact");
        is("GET /inventory/people/{id}", "/inventory/people/aki");
        String freeze = good(post(MANAGER, "/freezes", example("freeze.yaml"))).get("id").stringValue();
        assertThat(is("GET /freezes", "/freezes").isEmpty()).isFalse();
        good(post(MANAGER, "/freezes/" + freeze + "/lift", "reason: done"));
        is("GET /freezes", "/freezes");
        String delegation = good(post("aki:approvers", "/delegations", "{delegate: noa, during: {notBefore: now, notAfter: now+P7D}, reason: holiday}"))
                .get("id")
                .stringValue();
        assertThat(is("GET /delegations", "/delegations").isEmpty()).isFalse();
        service().ask("aki:approvers", "DELETE", "/delegations/" + delegation, "application/yaml", "");
        is("GET /templates", "/templates");
        is("GET /deliveries", "/deliveries");
    }

    @Test
    void what_is_written_as_the_examples_are_is_as_it_is_described() {
        assertThat(api.faults("POST /changes", YAML.readTree(example("rfc.yaml")))).isEmpty();
        assertThat(api.faults("POST /changes", YAML.readTree(example("rfc-standard.yaml")))).isEmpty();
        assertThat(api.faults("POST /freezes", YAML.readTree(example("freeze.yaml")))).isEmpty();
        assertThat(api.faults("POST /freezes/rehearsals", YAML.readTree(example("freeze.yaml")))).isEmpty();
        assertThat(api.faults("POST /templates", YAML.readTree(example("template.yaml")))).isEmpty();
        assertThat(api.faults("POST /changes", YAML.readTree("colour: red"))).hasSize(1);
        assertThat(api.faults("POST /templates", YAML.readTree("live: true"))).hasSize(1);
    }

    @Test
    void what_was_answered_may_be_written_back() {
        JsonNode read = good(post(DANA, "/changes/drafts", example("rfc.yaml")));
        assertThat(api.faults("PUT /changes/{id}", read.get("rfc"))).isEmpty();
    }

    @Test
    void whatever_is_answered_is_there_or_may_be_null() {
        assertThat(api.uncertain()).filteredOn(property -> !property.contains(".Form.")).containsExactlyInAnyOrder("Problem.detail", "Problem.instance");
        assertThat(api.missing()).isEmpty();
    }

    @Test
    void every_refusal_is_as_it_is_described() {
        Answer unknown = service().get("/changes/CHG-NONE");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(api.faults("GET /changes/{id}", 404, unknown.body())).isEmpty();
        Answer bad = post(DANA, "/changes", example("rfc-incomplete.yaml"));
        assertThat(bad.status()).isEqualTo(422);
        assertThat(api.faults("POST /changes", 422, bad.body())).isEmpty();
        Answer nobody = service().askWithout("GET", "/changes", "");
        assertThat(api.faults("GET /changes", 401, nobody.body())).isEmpty();
    }

    @Test
    void parameters_are_those_that_are_read() {
        assertThat(api.parameters().map(each -> each.get("name").stringValue()))
                .contains("state", "after", "Idempotency-Key", "If-Match", "wait")
                .doesNotContain("filters", "token", "tokenValue");
        assertThat(described.at("/paths/~1changes/get/parameters").findValuesAsString("name"))
                .containsExactly("state", "ci", "person", "service", "tag", "from", "to", "limit", "after");
        assertThat(described.at("/paths/~1ingest~1{name}/post/parameters").findValuesAsString("name")).containsExactly("name");
    }

    private JsonNode is(String asked, String path) {
        JsonNode answer = good(service().get(path));
        assertThat(api.faults(asked, 200, answer)).as("%s", answer).isEmpty();
        return answer;
    }
}
