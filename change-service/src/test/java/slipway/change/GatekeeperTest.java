package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.change.Sending.GITHUB;
import static slipway.change.Sending.JENKINS_TOKEN;
import static slipway.change.Sending.example;
import static slipway.change.Sending.github;
import static slipway.change.Sending.newId;
import static slipway.change.Sending.send;
import static slipway.change.TheService.PATIENCE;
import static slipway.change.TheService.good;
import static slipway.change.TheService.post;
import static slipway.change.TheService.scheduled;
import static slipway.change.TheService.service;

import java.util.Map;
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

    private static JsonNode reviewed(int run) {
        return await().atMost(PATIENCE).until(() -> GITHUB.reviews(run), all -> all.size() == 1).getFirst();
    }

    private static String told(Answer delivery) {
        String id = delivery.body().get("id").stringValue();
        return await().atMost(PATIENCE)
                .until(() -> good(service().get("/deliveries/" + id)).get("reasons"), reasons -> !reasons.isEmpty())
                .get(0)
                .stringValue();
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
        assertThat(told(asked)).startsWith("approved: " + change);
        // As if the service had died before it noted that.
        service().bean(JdbcClient.class)
                .sql("update callback set next_at = clock_timestamp() where delivery_id = ?")
                .param(asked.body().get("id").stringValue())
                .update();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told(asked)).startsWith("the answer was not taken: HTTP 422"));
        assertThat(GITHUB.reviews(1)).hasSize(1);
    }

    @Test
    void while_the_change_is_not_decided_it_waits_and_then_it_is_told() {
        String change = github("pull_request", newId(), example("github/pull_request.json").replace("/pull/2\"", "/pull/4001\""))
                .body().at("/results/0").stringValue();
        Answer asked = github("deployment_protection_rule", newId(), rule(2).replace("\"number\": 2,", "\"number\": 4001,"));
        assertThat(asked.body().at("/results/0").stringValue()).isEqualTo(change);
        // Whoever asks after it is answered; it was looked at before that.
        github("deployment_protection_rule", newId(), rule(3).replace("\"number\": 2,", "\"number\": 4999,"));
        assertThat(reviewed(3).get("comment").stringValue()).isEqualTo("nobody asked for a change of this");
        assertThat(reviewed(3).get("state").stringValue()).isEqualTo("rejected");
        assertThat(GITHUB.reviews(2)).isEmpty();
        assertThat(post("dana:developers", "/changes/" + change + "/cancel", "reason: done").status()).isEqualTo(200);
        assertThat(reviewed(2).get("state").stringValue()).isEqualTo("rejected");
        assertThat(told(asked)).isEqualTo("rejected: " + change + ": the change was cancelled");
    }

    @Test
    void where_it_was_not_approved_for_it_does_not_go() {
        String change = scheduled("ci-9");
        github("deployment_protection_rule", newId(), of(rule(4), change).replace("\"environment\": \"production\"", "\"environment\": \"mars\""));
        assertThat(reviewed(4).get("comment").stringValue()).startsWith(change + ": environment mars is not in the request");
    }

    @Test
    void what_is_no_change_decides_nothing_and_keeps_nobody_waiting() {
        JdbcClient jdbc = service().bean(JdbcClient.class);
        String foreign = jdbc.sql("select aggregate_id from journal where aggregate_id not like 'CHG-%' limit 1").query(String.class).single();
        Answer asked = github("deployment_protection_rule", newId(), of(rule(6), foreign));
        assertThat(asked.body().get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(asked.reasons()).containsExactly("change: '" + foreign + "' is no id of a change, such as CHG-7");
        String build = example("jenkins/finalized.json").replace("CHG-0", foreign).replace("/18/", "/6/");
        assertThat(send("jenkins", build, Map.of("X-Slipway-Token", JENKINS_TOKEN)).reasons())
                .containsExactly("change: '" + foreign + "' is no id of a change, such as CHG-7");

        // Somebody stored one before it was looked at, and waits first.
        String stuck = github("deployment_protection_rule", newId(), rule(7).replace("\"number\": 2,", "\"number\": 4998,")).body().get("id").stringValue();
        reviewed(7);
        jdbc.sql("update callback set change_id = ?, next_at = clock_timestamp() - interval '1 day' where delivery_id = ?")
                .params(foreign, stuck)
                .update();
        github("deployment_protection_rule", newId(), rule(8).replace("\"number\": 2,", "\"number\": 4998,"));
        assertThat(reviewed(8).get("state").stringValue()).isEqualTo("rejected");
        jdbc.sql("update callback set next_at = null where delivery_id = ?").param(stuck).update();
    }

    @Test
    void nobody_but_github_gets_the_token_of_the_app() {
        for (String elsewhere : new String[] {
            "https://evil.example.org/repos/a/b/actions/runs/1/deployment_protection_rule",
            GITHUB.api() + "/repos/../app/hook/config",
            GITHUB.api() + ".evil.example.org/repos/a",
        }) {
            Answer answer = github("deployment_protection_rule", newId(), rule(5).replace(GITHUB.callback(5), elsewhere));
            assertThat(answer.body().get("state").stringValue()).isEqualTo("REFUSED");
            assertThat(answer.reasons()).singleElement().asString().contains("nobody else gets the app's token");
        }
    }
}
