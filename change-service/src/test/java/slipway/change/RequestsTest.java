package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.TheService.DANA;
import static slipway.change.TheService.approve;
import static slipway.change.TheService.example;
import static slipway.change.TheService.gate;
import static slipway.change.TheService.good;
import static slipway.change.TheService.kinds;
import static slipway.change.TheService.post;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;
import static slipway.change.TheService.submitFor;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// Drafts, lists, headers and the description of the interface.
class RequestsTest {

    @Test
    void a_draft_is_written_in_peace_amended_for_the_state_it_was_meant_for_and_submitted() {
        JsonNode draft = good(post(DANA, "/changes/drafts", "title: Only a thought\n"));
        String id = draft.get("id").stringValue();
        assertThat(draft.get("state").stringValue()).isEqualTo("DRAFT");
        assertThat(post(DANA, "/changes/" + id + "/submit", "").reasons()).contains("type: is missing; NORMAL, STANDARD, EMERGENCY or LATENT");
        String whole = example("rfc.yaml").replace("  - inventory-web\n  - inventory-db\n", "  - ci-1\n");
        Answer outdated = service().ask(DANA, "PUT", "/changes/" + id, "application/yaml", whole, Map.of("If-Match", "\"7\""));
        assertThat(outdated.status()).isEqualTo(412);
        Answer saved = service().ask(DANA, "PUT", "/changes/" + id, "application/yaml", whole, Map.of("If-Match", "\"1\""));
        assertThat(good(saved).get("sequence").intValue()).isEqualTo(2);
        assertThat(post("aki:approvers", "/changes/" + id + "/submit", "").status()).isEqualTo(409);
        String later = whole.replace("notBefore: now", "notBefore: now+PT1H");
        good(service().ask(DANA, "PUT", "/changes/" + id, "application/yaml", later));
        assertThat(good(post(DANA, "/changes/" + id + "/submit", "")).get("state").stringValue())
                .isEqualTo("AWAITING_APPROVAL");
        assertThat(gate(id).get("verdict").stringValue()).isEqualTo("PENDING");
        good(approve(id, "aki:approvers"));
        JsonNode amended = good(service().ask(DANA, "PUT", "/changes/" + id, "application/yaml",
                later.replace("Switch every instance back", "Switch all back")));
        assertThat(amended.get("state").stringValue()).isEqualTo("AWAITING_APPROVAL");
        assertThat(amended.get("mayStillVote").toString()).contains("aki");
        assertThat(kinds(id)).contains("ApprovalSuperseded", "ChangeAmended");
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
        assertThat(gate(id).get("verdict").stringValue()).isEqualTo("DENIED");
    }

    @Test
    void now_in_a_draft_is_the_moment_of_its_submission() throws InterruptedException {
        String whole = example("rfc.yaml").replace("  - inventory-web\n  - inventory-db\n", "  - ci-1\n");
        JsonNode draft = good(post(DANA, "/changes/drafts", whole));
        Thread.sleep(20);
        JsonNode submitted = good(post(DANA, "/changes/" + draft.get("id").stringValue() + "/submit", ""));
        assertThat(submitted.get("state").stringValue()).isEqualTo("AWAITING_APPROVAL");
        Instant saved = Instant.parse(draft.at("/rfc/window/notAfter").stringValue());
        assertThat(Instant.parse(submitted.at("/rfc/window/notAfter").stringValue())).isAfter(saved);
        good(post(DANA, "/changes/" + draft.get("id").stringValue() + "/cancel", "reason: done"));
    }

    @Test
    void what_was_read_can_be_written_back_as_it_is() {
        String id = submitFor("ci-1", 2);
        JsonNode read = show(id);
        Answer written = service().ask(DANA, "PUT", "/changes/" + id, "application/json", read.get("rfc").toString());
        assertThat(good(written).get("sequence")).isEqualTo(read.get("sequence"));
        assertThat(service().get("/v3/api-docs").body().at("/components/schemas/slipway.change.calendar.Window/properties").propertyNames())
                .containsExactlyInAnyOrder("notBefore", "notAfter");
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void a_request_with_an_idempotency_key_makes_one_change_however_often_it_comes() {
        String yaml = example("rfc.yaml").replace("  - inventory-web\n  - inventory-db\n", "  - ci-1\n");
        Map<String, String> key = Map.of("Idempotency-Key", "pipeline-run-7");
        JsonNode first = good(service().ask(DANA, "POST", "/changes", "application/yaml", yaml, key));
        JsonNode again = good(service().ask(DANA, "POST", "/changes", "application/yaml", yaml, key));
        assertThat(again.get("id")).isEqualTo(first.get("id"));
        Answer other = service().ask(DANA, "POST", "/changes", "application/yaml", yaml.replace("Show", "Hide"), key);
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.reasons()).containsExactly("Idempotency-Key: came before with another request");
        good(post(DANA, "/changes/" + first.get("id").stringValue() + "/cancel", "reason: done"));
    }

    @Test
    void whatever_is_posted_with_a_key_is_done_once_and_answered_as_the_first_time() {
        String id = submitFor("ci-1", 2);
        Map<String, String> key = Map.of("Idempotency-Key", "hold-" + id);
        String path = "/changes/" + id + "/hold";
        JsonNode first = good(service().ask(DANA, "POST", path, "application/yaml", "reason: wait", key));
        good(post(DANA, "/changes/" + id + "/unhold", "reason: go on"));
        JsonNode again = good(service().ask(DANA, "POST", path, "application/yaml", "reason: wait", key));
        assertThat(again).isEqualTo(first);
        assertThat(show(id).get("holds").isEmpty()).as("not held again").isTrue();
        Answer elsewhere =
                service().ask(DANA, "POST", "/changes/" + id + "/cancel", "application/yaml", "reason: wait", key);
        assertThat(elsewhere.status()).isEqualTo(422);
        Map<String, String> wrong = Map.of("Idempotency-Key", "wrong-" + id);
        assertThat(service().ask("olu:auditors", "POST", path, "application/yaml", "reason: x", wrong).status())
                .isEqualTo(409);
        assertThat(service().ask("olu:auditors", "POST", path, "application/yaml", "reason: y", wrong).status())
                .as("a refusal is not kept")
                .isEqualTo(409);
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void what_was_meant_for_an_earlier_state_is_refused_whatever_is_asked() {
        String id = submitFor("ci-1", 2);
        Map<String, String> read = Map.of("If-Match", "\"" + show(id).get("sequence").longValue() + "\"");
        good(service().ask(DANA, "POST", "/changes/" + id + "/hold", "application/yaml", "reason: wait", read));
        assertThat(service().ask(DANA, "POST", "/changes/" + id + "/cancel", "application/yaml", "reason: no", read)
                        .status())
                .isEqualTo(412);
        String vote = "{decision: approve, planDigest: 'sha256:another'}";
        assertThat(post("aki:approvers", "/changes/" + id + "/votes", vote).reasons())
                .singleElement()
                .asString()
                .startsWith("planDigest: the plan is another one by now");
        good(post(DANA, "/changes/" + id + "/cancel", "reason: done"));
    }

    @Test
    void a_character_that_no_column_takes_is_a_fault_of_the_request() {
        for (String path : List.of("/changes/drafts", "/delegations")) {
            Answer answer = post(DANA, path, "{title: \"a\\0b\", reason: \"a\\0b\"}");
            assertThat(answer.status()).as(path).isBetween(400, 422);
            assertThat(answer.reasons()).as(path).anyMatch(reason -> reason.contains("must not have the character NUL"));
        }
        assertThat(service().get("/changes?ci=%00").status()).isEqualTo(400);
    }

    @Test
    void lists_are_filtered_and_go_on_page_by_page() {
        List<String> ids = List.of(submitFor("ci-1", 2), submitFor("ci-1", 2), submitFor("ci-1", 2)).reversed();
        String filter = "/changes?ci=ci-1&state=awaiting_approval&person=dana&service=inventory-web&limit=2";
        JsonNode page = good(service().get(filter));
        assertThat(page.get("changes").findValuesAsString("id")).isEqualTo(ids.subList(0, 2));
        JsonNode next = good(service().get(filter + "&after=" + page.get("next").stringValue()));
        assertThat(next.get("changes").findValuesAsString("id")).startsWith(ids.get(2));
        assertThat(good(service().get("/changes?ci=ci-1&person=nobody")).get("changes").size()).isZero();
        assertThat(good(service().get("/changes?ci=ci-1&from=2090-01-01T00:00:00Z")).get("changes").size()).isZero();
        Answer bad = service().get("/changes?state=lost&from=soon&limit=0&colour=red");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.reasons()).hasSize(4);
        ids.forEach(id -> good(post(DANA, "/changes/" + id + "/cancel", "reason: done")));
    }

    @Test
    void the_interface_is_described_as_openapi() {
        JsonNode api = service().get("/v3/api-docs").body();
        assertThat(api.get("openapi").stringValue()).startsWith("3.");
        assertThat(api.get("paths").propertyNames())
                .contains("/changes", "/changes/{id}/votes", "/api/gates/{changeId}", "/freezes", "/policy", "/templates");
        assertThat(api.at("/paths/~1changes~1{id}~1votes/post/parameters").findValuesAsString("name"))
                .contains("Idempotency-Key", "If-Match");
        assertThat(api.at("/paths/~1changes/post/responses").propertyNames()).contains("201", "422").doesNotContain("200");
        assertThat(api.at("/paths/~1changes/post/responses/422/content/application~1problem+json/schema/$ref").stringValue())
                .isEqualTo("#/components/schemas/Problem");
        assertThat(api.at("/components/securitySchemes/token/scheme").stringValue()).isEqualTo("bearer");
        assertThat(api.at("/paths/~1changes~1{id}~1votes/post/requestBody/content/application~1json/schema/properties")
                        .propertyNames())
                .contains("decision", "planDigest");
    }
}
