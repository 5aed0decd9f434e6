package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.change.Sending.GITHUB;
import static slipway.change.Sending.JENKINS_TOKEN;
import static slipway.change.Sending.commit;
import static slipway.change.Sending.example;
import static slipway.change.Sending.github;
import static slipway.change.Sending.merged;
import static slipway.change.Sending.newId;
import static slipway.change.Sending.pullRequest;
import static slipway.change.Sending.send;
import static slipway.change.TheService.PATIENCE;
import static slipway.change.TheService.good;
import static slipway.change.TheService.post;
import static slipway.change.TheService.scheduled;
import static slipway.change.TheService.service;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// GitHub waits with a deployment until the change says yes or no.
class GatekeeperTest {

    private static String rule(int run) {
        return example("github/deployment_protection_rule.json").replace("CALLBACK", GITHUB.callback(run));
    }

    private static String of(String rule, String change) {
        return rule.replace("\"payload\": {}", "\"payload\": {\"change\": \"" + change + "\"}");
    }

    /// Whoever stays in the calendar is looked at whenever anybody else moves.
    private static void cancel(String change) {
        assertThat(post("dana:developers", "/changes/" + change + "/cancel", "reason: done").status()).isEqualTo(200);
    }

    private static JsonNode reviewed(int run) {
        return await().atMost(PATIENCE).until(() -> GITHUB.reviews(run), all -> all.size() == 1).getFirst();
    }

    private static void told(Answer delivery, String beginning) {
        String id = delivery.body().get("id").stringValue();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(good(service().get("/deliveries/" + id)).at("/reasons/0").asString(""))
                .startsWith(beginning));
    }

    private static String drafted(int pullRequest) {
        return github("pull_request", newId(), pullRequest(pullRequest)).body().at("/results/0").stringValue();
    }

    private static String ofCommit(String rule, String commit) {
        return rule.replace("f95f852bd8fca8fcc58a9a2d6c842781e32a215e", commit);
    }

    private static JdbcClient jdbc() {
        return service().bean(JdbcClient.class);
    }

    /// As if it had waited for a change longer than anybody does.
    private static void patienceOver(Answer delivery) {
        jdbc().sql("update callback set since = since - interval '1 day' where delivery_id = ?")
                .param(delivery.body().get("id").stringValue())
                .update();
    }

    @Test
    void a_deployment_of_a_change_whose_window_is_open_is_approved_once_whoever_was_busy() {
        String change = scheduled("ci-8");
        GITHUB.busy(1, 2);
        Answer asked = github("deployment_protection_rule", newId(), of(rule(1), change));
        assertThat(asked.body().get("state").stringValue()).as("%s", asked.body()).isEqualTo("TAKEN");
        JsonNode review = reviewed(1);
        assertThat(review.get("state").stringValue()).isEqualTo("approved");
        assertThat(review.get("environment_name").stringValue()).isEqualTo("production");
        assertThat(review.get("comment").stringValue()).startsWith(change + ": scheduled, and the window is open until");
        told(asked, "approved: " + change);
        // As if the service had died before it noted that.
        jdbc().sql("update callback set next_at = clock_timestamp() where delivery_id = ?")
                .param(asked.body().get("id").stringValue())
                .update();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(good(service().get("/deliveries/" + asked.body().get("id").stringValue())).at("/reasons/0").stringValue())
                .as("what GitHub was told stays known")
                .startsWith("approved: " + change)
                .contains("sent before, and once more, which was answered: HTTP 422"));
        assertThat(GITHUB.reviews(1)).hasSize(1);
        // Meanwhile it would be answered otherwise.
        cancel(change);
        jdbc().sql("update callback set next_at = clock_timestamp() where delivery_id = ?")
                .param(asked.body().get("id").stringValue())
                .update();
        await().atMost(PATIENCE).until(() -> jdbc().sql("select next_at is null from callback where delivery_id = ?")
                .param(asked.body().get("id").stringValue()).query(Boolean.class).single());
        told(asked, "approved: " + change);
        // Somebody else answered before us.
        jdbc().sql("update callback set answer = null, next_at = clock_timestamp() where delivery_id = ?")
                .param(asked.body().get("id").stringValue())
                .update();
        told(asked, "the answer was not taken: HTTP 422");
    }

    @Test
    void while_the_change_is_not_decided_it_waits_and_then_it_is_told() {
        String change = drafted(4001);
        Answer asked = github("deployment_protection_rule", newId(), ofCommit(rule(2), commit(4001)));
        // Whoever asks after it is answered; it was looked at before that.
        patienceOver(github("deployment_protection_rule", newId(), ofCommit(rule(3), commit(4999))));
        assertThat(reviewed(3).get("comment").stringValue()).isEqualTo("nobody asked for a change of this");
        assertThat(reviewed(3).get("state").stringValue()).isEqualTo("rejected");
        assertThat(GITHUB.reviews(2)).isEmpty();
        cancel(change);
        patienceOver(asked);
        assertThat(reviewed(2).get("state").stringValue()).isEqualTo("rejected");
        told(asked, "rejected: " + change + ": the change was cancelled");
    }

    @Test
    void the_change_of_another_service_opens_nothing_whoever_names_it() {
        String change = scheduled("ci-10");
        String billing = of(rule(9), change).replace("Codertocat/Hello-World", "Codertocat/Billing");
        github("deployment_protection_rule", newId(), billing);
        JsonNode review = await().atMost(PATIENCE)
                .until(() -> GITHUB.reviewsAt(GITHUB.callback(9).replace("Codertocat/Hello-World", "Codertocat/Billing")), all -> all.size() == 1)
                .getFirst();
        assertThat(review.get("comment").stringValue()).isEqualTo(change + ": it is a change of inventory-web, not of billing");
        assertThat(review.get("state").stringValue()).isEqualTo("rejected");
        cancel(change);
    }

    @Test
    void what_was_merged_is_found_by_its_commit_also_when_that_is_told_later() {
        String change = drafted(4002);
        String merge = "decade" + "2".repeat(34);
        Answer asked = github("deployment_protection_rule", newId(), ofCommit(rule(10), merge));
        assertThat(asked.body().get("results")).isEmpty();
        // Whoever asks after it is answered; it was looked at before that.
        patienceOver(github("deployment_protection_rule", newId(), ofCommit(rule(11), "decade" + "3".repeat(34))));
        assertThat(reviewed(11).get("state").stringValue()).isEqualTo("rejected");
        assertThat(GITHUB.reviews(10)).as("what tells of its change may be on its way").isEmpty();
        github("pull_request", newId(), merged(4002, merge));
        patienceOver(asked);
        cancel(change);
        assertThat(reviewed(10).get("comment").stringValue()).isEqualTo(change + ": the change was cancelled");
    }

    @Test
    void what_was_pushed_after_people_decided_is_nothing_that_they_decided() {
        String change = scheduled("ci-11");
        jdbc().sql("insert into delivery_subject (source, subject, change_id) values ('github', ?, ?)")
                .params("https://github.com/Codertocat/Hello-World/pull/4005", change)
                .update();
        jdbc().sql("insert into change_about (about, change_id) values (?, ?)").params("commit " + commit(4005), change).update();
        String moved = pullRequest(4005).replace("\"action\": \"opened\"", "\"action\": \"synchronize\"").replace(commit(4005), commit(14005));
        assertThat(github("pull_request", newId(), moved).reasons())
                .containsExactly(change + " was submitted, and is not about what came after that");
        assertThat(github("pull_request", newId(), merged(4005, commit(24005)).replace(commit(4005), commit(14005))).reasons())
                .containsExactly(change + " was submitted, and is not about commit " + commit(14005));
        patienceOver(github("deployment_protection_rule", newId(), ofCommit(rule(15), commit(14005))));
        patienceOver(github("deployment_protection_rule", newId(), ofCommit(rule(16), commit(24005))));
        assertThat(reviewed(15).get("state").stringValue()).isEqualTo("rejected");
        assertThat(reviewed(16).get("state").stringValue()).isEqualTo("rejected");
        assertThat(github("pull_request", newId(), merged(4005, commit(34005))).body().get("state").stringValue()).isEqualTo("TAKEN");
        github("deployment_protection_rule", newId(), ofCommit(rule(17), commit(34005)));
        assertThat(reviewed(17).get("state").stringValue()).as("what they decided, merged").isEqualTo("approved");
        cancel(change);
    }

    @Test
    void a_change_of_the_same_commit_that_is_over_sends_nobody_away_while_another_may_be_on_its_way() {
        String commit = "decade" + "6".repeat(34);
        String over = drafted(4006);
        jdbc().sql("insert into change_about (about, change_id) values (?, ?)").params("commit " + commit, over).update();
        cancel(over);
        Answer asked = github("deployment_protection_rule", newId(), ofCommit(rule(18), commit));
        patienceOver(github("deployment_protection_rule", newId(), ofCommit(rule(19), "decade" + "b".repeat(34))));
        reviewed(19);
        assertThat(GITHUB.reviews(18)).isEmpty();
        patienceOver(asked);
        assertThat(reviewed(18).get("comment").stringValue()).isEqualTo(over + ": the change was cancelled");
        told(asked, "rejected: " + over);
        assertThat(good(service().get("/deliveries/" + asked.body().get("id").stringValue())).at("/results/0").stringValue()).isEqualTo(over);
    }

    @Test
    void whoever_was_taken_for_dead_and_comes_back_changes_nothing() throws InterruptedException {
        String change = scheduled("ci-10");
        CountDownLatch slow = GITHUB.slow(20);
        Answer asked = github("deployment_protection_rule", newId(), of(rule(20), change));
        assertThat(GITHUB.isAsked(20, PATIENCE)).isTrue();
        String id = asked.body().get("id").stringValue();
        jdbc().sql("update callback set attempt = attempt + 1, next_at = null where delivery_id = ?").param(id).update();
        jdbc().sql("update delivery set reasons = '{settled by another}' where id = ?").param(id).update();
        slow.countDown();
        patienceOver(github("deployment_protection_rule", newId(), ofCommit(rule(21), "decade" + "9".repeat(34))));
        reviewed(21);
        told(asked, "settled by another");
        assertThat(GITHUB.reviews(20)).hasSize(1);
        cancel(change);
    }

    @Test
    void of_several_changes_of_a_commit_one_that_is_open_is_enough_and_one_that_is_not_decided_keeps_it_waiting() {
        String commit = "decade" + "4".repeat(34);
        String open = scheduled("ci-11");
        String other = drafted(4004);
        jdbc().sql("insert into change_about (about, change_id) values (?, ?)").params("commit " + commit, other).update();
        Answer asked = github("deployment_protection_rule", newId(), ofCommit(rule(12), commit));
        patienceOver(asked);
        patienceOver(github("deployment_protection_rule", newId(), ofCommit(rule(13), "decade" + "5".repeat(34))));
        reviewed(13);
        assertThat(GITHUB.reviews(12)).isEmpty();
        jdbc().sql("insert into change_about (about, change_id) values (?, ?)").params("commit " + commit, open).update();
        assertThat(reviewed(12).get("state").stringValue()).isEqualTo("approved");
        told(asked, "approved: " + open);
        cancel(open);
    }

    @Test
    void an_answer_that_github_does_not_let_in_is_shown_where_the_delivery_is() {
        String change = scheduled("ci-12");
        GITHUB.forbid(14, true);
        Answer asked = github("deployment_protection_rule", newId(), of(rule(14), change));
        told(asked, "cannot be answered, trying again: HTTP 403 {\"message\": \"Resource not accessible by integration\"}");
        GITHUB.forbid(14, false);
        told(asked, "approved: " + change);
        cancel(change);
    }

    @Test
    void where_it_was_not_approved_for_it_does_not_go() {
        String change = scheduled("ci-9");
        github("deployment_protection_rule", newId(), of(rule(4), change).replace("\"environment\": \"production\"", "\"environment\": \"mars\""));
        assertThat(reviewed(4).get("comment").stringValue()).startsWith(change + ": environment mars is not in the request");
        cancel(change);
    }

    @Test
    void what_is_no_change_decides_nothing_and_keeps_nobody_waiting() {
        String foreign = jdbc().sql("select aggregate_id from journal where aggregate_id not like 'CHG-%' limit 1").query(String.class).single();
        Answer asked = github("deployment_protection_rule", newId(), of(rule(6), foreign));
        assertThat(asked.body().get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(asked.reasons()).containsExactly("change: '" + foreign + "' is no id of a change, such as CHG-7");
        String build = example("jenkins/finalized.json").replace("CHG-0", foreign).replace("/18/", "/6/");
        assertThat(send("jenkins", build, Map.of("X-Slipway-Token", JENKINS_TOKEN)).reasons())
                .containsExactly("change: '" + foreign + "' is no id of a change, such as CHG-7");

        // Somebody stored one before it was looked at, and waits first.
        Answer first = github("deployment_protection_rule", newId(), ofCommit(rule(7), commit(4998)));
        String stuck = first.body().get("id").stringValue();
        patienceOver(first);
        reviewed(7);
        jdbc().sql("update callback set change_id = ?, next_at = clock_timestamp() - interval '1 day' where delivery_id = ?")
                .params(foreign, stuck)
                .update();
        patienceOver(github("deployment_protection_rule", newId(), ofCommit(rule(8), commit(4998))));
        assertThat(reviewed(8).get("state").stringValue()).isEqualTo("rejected");
        jdbc().sql("update callback set next_at = null where delivery_id = ?").param(stuck).update();
    }

    @Test
    void nobody_but_github_gets_the_token_of_the_app() {
        for (String elsewhere : new String[] {
            "https://evil.example.org/repos/a/b/actions/runs/1/deployment_protection_rule",
            GITHUB.api() + "/repos/../app/hook/config",
            GITHUB.api() + ".evil.example.org/repos/a",
            GITHUB.callback(5).replace("Hello-World", "Billing"),
            GITHUB.callback(5).replace("/actions", "/%2e%2e/Billing/actions"),
        }) {
            Answer answer = github("deployment_protection_rule", newId(), rule(5).replace(GITHUB.callback(5), elsewhere));
            assertThat(answer.body().get("state").stringValue()).isEqualTo("REFUSED");
            assertThat(answer.reasons()).singleElement().asString().contains("nobody else is answered, nor gets the app's token");
        }
    }
}
