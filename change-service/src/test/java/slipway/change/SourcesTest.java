package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.Sending.GITLAB_TOKEN;
import static slipway.change.Sending.JIRA_SECRET;
import static slipway.change.Sending.SERVICENOW_LOGIN;
import static slipway.change.Sending.example;
import static slipway.change.Sending.hmac;
import static slipway.change.Sending.newId;
import static slipway.change.Sending.send;
import static slipway.change.TheService.good;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
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
                .startsWith("no issue of the type Change");
    }

    @Test
    void what_is_edited_in_jira_is_shown_and_changes_nothing_here() {
        String change = mirrored("2101");
        Answer edited = jira(updated("2101").replace("I feel the need for speed", "I need more speed"));
        assertThat(edited.body().get("state").stringValue()).as("%s", edited.body()).isEqualTo("TAKEN");
        assertThat(show(change).at("/rfc/title").stringValue()).isEqualTo("I feel the need for speed");
        assertThat(show(change).at("/evidence/0/title").stringValue()).isEqualTo("Edited there: I need more speed");
        assertThat(show(change).at("/evidence/0/reference").stringValue()).endsWith("/browse/JRA-2101");
        assertThat(jira(updated("2101").replace("I feel the need for speed", "I need more speed").replace("1525698237765", "1525698237799"))
                        .reasons())
                .as("what nobody here reads")
                .containsExactly("nothing of it that is mirrored was edited");
    }

    @Test
    void a_draft_that_is_given_up_in_jira_is_cancelled_by_whoever_did_and_what_is_opened_again_is_drafted_anew() {
        String change = mirrored("2103");
        String cancelled = updated("2103").replace("\"summary\"", "\"status\": {\"name\": \"Canceled\"}, \"summary\"");
        assertThat(jira(cancelled).body().at("/results/0").stringValue()).isEqualTo(change);
        assertThat(show(change).get("state").stringValue()).isEqualTo("CANCELLED");
        assertThat(show(change).get("ended").stringValue())
                .isEqualTo("cancelled by dana: JRA-2103 is Canceled in Jira (https://jira.atlassian.com/browse/JRA-2103)");
        String opened = updated("2103").replace("1525698237765", "1525698237800");
        assertThat(drafted(jira(opened)).get("id").stringValue()).isNotEqualTo(change);
    }

    @Test
    void what_is_given_up_there_by_a_stranger_or_after_it_was_submitted_is_only_shown() {
        String draft = mirrored("2104");
        String cancelled = updated("2104").replace("\"summary\"", "\"status\": {\"name\": \"Canceled\"}, \"summary\"");
        String stranger = cancelled.replaceFirst("\"accountId\": \"[^\"]*\"", "\"accountId\": \"99:nobody\"");
        Answer unknown = jira(stranger);
        assertThat(unknown.body().get("state").stringValue()).as("%s", unknown.body()).isEqualTo("TAKEN");
        assertThat(unknown.reasons()).singleElement().asString().contains("nobody here is known as '99:nobody' of jira");
        assertThat(show(draft).get("state").stringValue()).isEqualTo("DRAFT");
        assertThat(show(draft).get("evidence").toString()).contains("Withdrawn there");

        String submitted = TheService.submitFor("ci-1", 2);
        service().bean(JdbcClient.class)
                .sql("update delivery_subject set change_id = ? where change_id = ?")
                .params(submitted, draft)
                .update();
        Answer late = jira(cancelled.replace("1525698237765", "1525698237801"));
        assertThat(late.reasons()).containsExactly("it is no draft any more: whoever asked for it gives it up here");
        assertThat(show(submitted).get("evidence").toString()).contains("WITHDRAWN", "Withdrawn there");
        assertThat(show(submitted).get("state").stringValue()).isNotEqualTo("CANCELLED");
        good(TheService.post("dana:developers", "/changes/" + submitted + "/cancel", "reason: done"));
    }

    @Test
    void what_was_given_up_there_before_its_draft_was_made_here_leaves_no_draft() {
        String created = issue("2105");
        String refused = jira(created.replace("\"99:27935d01", "\"98:27935d01")).body().get("id").stringValue();
        String cancelled = updated("2105").replace("\"summary\"", "\"status\": {\"name\": \"Canceled\"}, \"summary\"");
        assertThat(jira(cancelled).reasons()).singleElement().asString().startsWith("there is no change for https://");
        service().bean(JdbcClient.class)
                .sql("update delivery set body = ? where id = ?")
                .params(created.getBytes(StandardCharsets.UTF_8), refused)
                .update();
        Answer replayed = TheService.post("rosa:change-managers", "/deliveries/" + refused + "/replay", "");
        String change = replayed.body().at("/results/0").stringValue();
        assertThat(show(change).get("state").stringValue()).isEqualTo("CANCELLED");
    }

    @Test
    void what_is_decided_there_already_becomes_no_draft() {
        String done = issue("2106").replace("\"summary\"", "\"status\": {\"name\": \"Done\", \"statusCategory\": {\"key\": \"done\"}}, \"summary\"");
        assertThat(jira(done).reasons()).containsExactly("it is done there; what is done is asked for nowhere");
        String under = example("servicenow/change_request.json")
                .replace("a9e30c7dc61122760116894de7bcc7bd", "d1e30c7dc61122760116894de7bcc7bd")
                .replace("\"state\": \"-5\"", "\"state\": \"-1\"");
        assertThat(servicenow(under).reasons()).singleElement().asString().startsWith("it is decided there by now");
    }

    @Test
    void whoever_edited_it_in_servicenow_before_it_was_drafted_has_a_hand_in_it() {
        String edited = example("servicenow/change_request.json")
                .replace("a9e30c7dc61122760116894de7bcc7bd", "c1e30c7dc61122760116894de7bcc7bd")
                .replace("\"sys_mod_count\": \"0\"", "\"sys_mod_count\": \"1\", \"sys_updated_by\": \"bob\"");
        assertThat(servicenow(edited).reasons()).singleElement().asString().contains("nobody here is known as 'bob' of servicenow");
        String change = servicenow(edited.replace("\"1\"", "\"2\"").replace("bob", "aki.a")).body().at("/results/0").stringValue();
        assertThat(service().<ChangeEvent>facts("changes", change)).last().isInstanceOfSatisfying(
                ChangeEvent.RFCDrafted.class, drafted -> assertThat(drafted.writtenBy()).containsExactly("dana", "sam", "aki"));
    }

    private static String issue(String number) {
        return example("jira/issue_created.json").replace("JRA-20002", "JRA-" + number).replace("99291", "9" + number);
    }

    private static String updated(String number) {
        return issue(number).replace("jira:issue_created", "jira:issue_updated").replace("1525698237764", "1525698237765");
    }

    private static String mirrored(String number) {
        return jira(issue(number)).body().at("/results/0").stringValue();
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
