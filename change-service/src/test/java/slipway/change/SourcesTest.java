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
    void what_is_edited_in_jira_follows_in_the_draft_but_for_what_people_wrote_here() {
        String change = mirrored("2101");
        good(service().ask("dana:developers", "PUT", "/changes/" + change, "application/yaml",
                edit(change, "Make the issue nav load 10x faster", "Because I say so")));
        Answer edited = jira(updated("2101").replace("I feel the need for speed", "I need more speed").replace("10x faster", "20x faster"));
        assertThat(edited.body().get("state").stringValue()).as("%s", edited.body()).isEqualTo("TAKEN");
        assertThat(edited.reasons()).containsExactly("kept as people wrote it here: justification");
        assertThat(show(change).at("/rfc/title").stringValue()).isEqualTo("I need more speed");
        assertThat(show(change).at("/rfc/justification").stringValue()).isEqualTo("Because I say so");
        assertThat(jira(updated("2101").replace("I feel the need for speed", "I need more speed").replace("10x faster", "20x faster")
                        .replace("1525698237765", "1525698237799")).reasons())
                .containsExactly("nothing of it that is mirrored was edited");
    }

    @Test
    void what_is_edited_elsewhere_after_it_was_submitted_is_only_shown() {
        String change = TheService.submitFor("ci-1", 2);
        String title = show(change).at("/rfc/title").stringValue();
        service().bean(JdbcClient.class)
                .sql("update delivery_subject set change_id = ? where change_id = ?")
                .params(change, mirrored("2102"))
                .update();
        Answer edited = jira(updated("2102").replace("I feel the need for speed", "I need more speed"));
        assertThat(edited.body().get("state").stringValue()).isEqualTo("TAKEN");
        assertThat(show(change).at("/rfc/title").stringValue()).isEqualTo(title);
        assertThat(show(change).at("/evidence/0/title").stringValue()).isEqualTo("Edited there: I need more speed");
        assertThat(show(change).at("/evidence/0/reference").stringValue()).endsWith("/browse/JRA-2102");
        good(TheService.post("dana:developers", "/changes/" + change + "/cancel", "reason: done"));
    }

    @Test
    void what_is_given_up_in_jira_is_cancelled_here_with_the_reason_and_the_link() {
        String change = mirrored("2103");
        String cancelled = updated("2103").replace("\"summary\"", "\"status\": {\"name\": \"Canceled\"}, \"summary\"");
        assertThat(jira(cancelled).body().at("/results/0").stringValue()).isEqualTo(change);
        assertThat(show(change).get("state").stringValue()).isEqualTo("CANCELLED");
        assertThat(show(change).get("ended").stringValue())
                .isEqualTo("cancelled by dana: JRA-2103 is Canceled in Jira, by John Appleseed (https://jira.atlassian.com/browse/JRA-2103)");
        assertThat(jira(cancelled.replace("2103", "2199")).reasons())
                .singleElement().asString().startsWith("there is no change for https://");
    }

    @Test
    void what_is_given_up_in_servicenow_after_it_was_started_is_only_shown() {
        String other = example("servicenow/change_request.json").replace("a9e30c7dc61122760116894de7bcc7bd", "b1e30c7dc61122760116894de7bcc7bd");
        String id = servicenow(other).body().at("/results/0").stringValue();
        String running = TheService.scheduled("ci-12");
        service().bean(JdbcClient.class)
                .sql("update delivery_subject set change_id = ? where change_id = ?")
                .params(running, id)
                .update();
        TheService.askForLeave(running, "REL-withdrawn");
        TheService.awaitState(running, "IMPLEMENTING");
        Answer cancelled = servicenow(other.replace("\"state\": \"-5\"", "\"state\": \"4\"").replace("\"sys_mod_count\": \"0\"", "\"sys_mod_count\": \"3\""));
        assertThat(cancelled.body().get("state").stringValue()).isEqualTo("TAKEN");
        assertThat(cancelled.reasons()).singleElement().asString().contains("from IMPLEMENTING on it cannot be cancelled");
        assertThat(show(running).get("evidence").toString()).contains("WITHDRAWN", "Withdrawn there");
        TheService.rollBack(running, "REL-withdrawn");
    }

    @Test
    void whoever_edits_it_in_servicenow_has_a_hand_in_it_and_what_came_earlier_moves_nothing_back() {
        String created = example("servicenow/change_request.json").replace("a9e30c7dc61122760116894de7bcc7bd", "c1e30c7dc61122760116894de7bcc7bd");
        String change = servicenow(created).body().at("/results/0").stringValue();
        String edited = created.replace("\"sys_mod_count\": \"0\"", "\"sys_mod_count\": \"1\", \"sys_updated_by\": \"bob\"").replace("Fail back.", "Fail back twice.");
        Answer unknown = servicenow(edited);
        assertThat(unknown.reasons()).singleElement().asString().contains("nobody here is known as 'bob' of servicenow");
        Answer known = servicenow(edited.replace("\"1\"", "\"2\"").replace("bob", "aki.a").replace("twice", "three times"));
        assertThat(known.body().get("state").stringValue()).as("%s", known.body()).isEqualTo("TAKEN");
        assertThat(show(change).at("/rfc/rollbackPlan").stringValue()).isEqualTo("Fail back three times.");
        assertThat(service().<ChangeEvent>facts("changes", change)).last().isInstanceOfSatisfying(
                ChangeEvent.RFCDrafted.class, drafted -> assertThat(drafted.writtenBy()).containsExactly("dana", "sam", "aki"));
        Answer replayed = TheService.post("rosa:change-managers", "/deliveries/" + unknown.body().get("id").stringValue() + "/replay", "");
        assertThat(replayed.reasons()).singleElement().asString().contains("came later, and says what is so there now");
        assertThat(show(change).at("/rfc/rollbackPlan").stringValue()).isEqualTo("Fail back three times.");
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

    /// The draft as a whole, with one thing written otherwise.
    private static String edit(String change, String was, String is) {
        String rfc = show(change).get("rfc").toString();
        assertThat(rfc).contains(was);
        return rfc.replace(was, is);
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
