package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.Sending.NEXT_GITHUB_SECRET;
import static slipway.change.Sending.SHOP_TOKEN;
import static slipway.change.Sending.example;
import static slipway.change.Sending.github;
import static slipway.change.Sending.newId;
import static slipway.change.Sending.send;
import static slipway.change.TheService.good;
import static slipway.change.TheService.post;
import static slipway.change.TheService.service;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// Who is let in with what other systems send, and who is taken for whom.
class ProofTest {

    @Test
    void what_is_signed_with_another_secret_is_kept_but_never_handled_and_stands_in_nobodys_way() {
        String body = pullRequest(2003);
        String id = newId();
        Answer forged = github("pull_request", id, body, "a secret that is not ours");
        assertThat(forged.status()).isEqualTo(401);
        String kept = forged.reasons().getFirst().replaceAll(":.*", "");
        assertThat(delivery(kept).get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(delivery(kept).get("proven").booleanValue()).isFalse();
        Answer replayed = post("rosa:change-managers", "/deliveries/" + kept + "/replay", "");
        assertThat(replayed.status()).isEqualTo(409);
        assertThat(replayed.reasons()).singleElement().asString().contains("is not proven");
        assertThat(github("pull_request", id, body).body().get("state").stringValue()).isEqualTo("TAKEN");
        assertThat(send("github", body, Map.of("X-GitHub-Event", "pull_request")).status()).isEqualTo(401);
    }

    @Test
    void two_secrets_are_good_at_once_while_one_takes_the_place_of_the_other() {
        Answer answer = github("ping", newId(), example("github/ping.json") + " ", NEXT_GITHUB_SECRET);
        assertThat(answer.status()).isEqualTo(202);
    }

    @Test
    void strangers_do_not_fill_the_disk() {
        for (int i = 0; i < 105; i++) {
            send("github", "{}", Map.of("X-Hub-Signature-256", "sha256=00"));
        }
        assertThat(service().bean(JdbcClient.class)
                        .sql("select count(*) from delivery where source = 'github' and not proven")
                        .query(Integer.class)
                        .single())
                .isEqualTo(100);
    }

    @Test
    void it_is_kept_byte_by_byte_and_nothing_that_lets_anybody_in() {
        String body = " {\"kind\":\"other\",\r\n \"run\": \"" + newId() + "\", \"ü\": 1.0}\n";
        Answer answer = send("shop", body, Map.of(
                "X-Shop-Token", SHOP_TOKEN, "X-Shop-Event", "run", "Cookie", "session=1", "X-Api-Key", "4711"));
        JsonNode kept = delivery(answer.body().get("id").stringValue());
        assertThat(kept.get("body").stringValue()).isEqualTo(body);
        assertThat(kept.at("/headers/x-shop-event").stringValue()).isEqualTo("run");
        assertThat(kept.get("headers").propertyNames()).doesNotContain("x-shop-token", "cookie", "x-api-key", "authorization");
        assertThat(kept.toString()).doesNotContain(SHOP_TOKEN);
    }

    @Test
    void an_account_with_the_name_of_one_of_our_people_is_not_that_person() {
        Answer answer = github("pull_request", newId(), pullRequest(2004).replace("\"login\": \"octocat\"", "\"login\": \"rosa\""));
        assertThat(answer.body().get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(answer.reasons()).singleElement().asString().contains("nobody here is known as 'rosa' of github");
    }

    @Test
    void what_was_signed_once_is_not_taken_again_under_another_id_or_as_another_event() {
        String body = example("github/release.json").replace("v2.1.0", "v2.9.0");
        Answer release = github("release", newId(), body);
        // GitHub signs the body, and not the headers that name it.
        Answer replayed = github("release", newId(), body);
        assertThat(replayed.status()).isEqualTo(200);
        assertThat(replayed.body().get("id")).isEqualTo(release.body().get("id"));
        assertThat(github("ping", newId(), body).body().get("id")).isEqualTo(release.body().get("id"));
        assertThat(delivery(release.body().get("id").stringValue()).get("repeats").intValue()).isEqualTo(2);
    }

    private static String pullRequest(int number) {
        return Sending.pullRequest(number);
    }

    private static JsonNode delivery(String id) {
        return good(service().get("/deliveries/" + id));
    }
}
