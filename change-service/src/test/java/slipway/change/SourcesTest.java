package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.Sending.GITLAB_TOKEN;
import static slipway.change.Sending.JIRA_SECRET;
import static slipway.change.Sending.SERVICENOW_LOGIN;
import static slipway.change.Sending.example;
import static slipway.change.Sending.hmac;
import static slipway.change.Sending.newId;
import static slipway.change.Sending.send;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.change.domain.ChangeEvent;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// What the other sources that come with the product make of what their vendors document (`intake/README.md` beside the payloads says where).
class SourcesTest {

    @Test
    void a_merge_request_of_gitlab_becomes_a_draft_once() {
        Answer answer = gitlab("Merge Request Hook", newId(), example("gitlab/merge_request.json"));
        JsonNode draft = drafted(answer);
        assertThat(draft.at("/rfc/title").stringValue()).isEqualTo("MS-Viewport");
        assertThat(draft.at("/rfc/requester").stringValue()).isEqualTo("dana");
        assertThat(draft.at("/rfc/links/0").stringValue()).isEqualTo("http://example.com/diaspora/merge_requests/1");
        assertThat(gitlab("Merge Request Hook", newId(), example("gitlab/merge_request.json")).body().get("state").stringValue())
                .isEqualTo("IGNORED");
        assertThat(gitlab("Merge Request Hook", newId(), example("gitlab/merge_request.json").replace("\"open\"", "\"reopen\"")).reasons())
                .containsExactly("no rule of gitlab is for it");
    }

    @Test
    void a_release_of_gitlab_becomes_a_draft_of_the_owner_and_trying_again_changes_nothing() {
        String id = newId();
        Answer answer = gitlab("Release Hook", id, example("gitlab/release.json"));
        assertThat(drafted(answer).at("/rfc/version").stringValue()).isEqualTo("1.1");
        Answer again = gitlab("Release Hook", id, example("gitlab/release.json"));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(answer.body());
        assertThat(send("gitlab", "{}", Map.of("X-Gitlab-Token", "another token of gitlab")).status()).isEqualTo(401);
    }

    @Test
    void a_change_of_jira_becomes_a_draft_with_a_link_back() {
        JsonNode draft = drafted(jira(example("jira/issue_created.json")));
        assertThat(draft.at("/rfc/title").stringValue()).isEqualTo("I feel the need for speed");
        assertThat(draft.at("/rfc/links/0").stringValue()).isEqualTo("https://jira.atlassian.com/browse/JRA-20002");
        assertThat(jira(example("jira/issue_created.json").replace("\"Change\"", "\"Bug\"")).reasons())
                .singleElement()
                .asString()
                .startsWith("no new issue of the type Change");
    }

    @Test
    void a_change_request_of_servicenow_becomes_a_draft_with_plans_window_and_a_link_back() {
        Answer answer = servicenow(example("servicenow/change_request.json"));
        JsonNode draft = drafted(answer);
        assertThat(draft.at("/rfc/type").stringValue()).isEqualTo("NORMAL");
        assertThat(draft.at("/rfc/rollbackPlan").stringValue()).isEqualTo("Fail back.");
        assertThat(draft.at("/rfc/window/notBefore").stringValue()).isEqualTo("2026-03-02T22:00:00Z");
        assertThat(draft.at("/rfc/links/0").stringValue())
                .isEqualTo("https://dev12345.service-now.com/nav_to.do?uri=change_request.do?sys_id=a9e30c7dc61122760116894de7bcc7bd");
        assertThat(service().<ChangeEvent>facts("changes", answer.body().at("/results/0").stringValue()))
                .first()
                .isInstanceOfSatisfying(ChangeEvent.RFCDrafted.class, drafted ->
                        assertThat(drafted.writtenBy()).containsExactly("dana", "sam"));
        assertThat(servicenow(example("servicenow/change_request.json")).status()).as("the same once more").isEqualTo(200);
    }

    private static JsonNode drafted(Answer answer) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        assertThat(answer.body().get("state").stringValue()).as("%s", answer.body()).isEqualTo("TAKEN");
        return show(answer.body().at("/results/0").stringValue());
    }

    private static Answer gitlab(String event, String id, String body) {
        return send("gitlab", body, Map.of(
                "Content-Type", "application/json", "X-Gitlab-Event", event, "X-Gitlab-Token", GITLAB_TOKEN, "Idempotency-Key", id));
    }

    private static Answer jira(String body) {
        return send("jira", body, Map.of(
                "Content-Type", "application/json",
                "X-Atlassian-Webhook-Identifier", newId(),
                "X-Hub-Signature", "sha256=" + hmac(JIRA_SECRET, body)));
    }

    private static Answer servicenow(String body) {
        String login = Base64.getEncoder().encodeToString(SERVICENOW_LOGIN.getBytes(StandardCharsets.UTF_8));
        return send("servicenow", body, Map.of("Content-Type", "application/json", "Authorization", "Basic " + login));
    }
}
