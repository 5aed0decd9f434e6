package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.change.Sending.BOT;
import static slipway.change.Sending.SHOP_TOKEN;
import static slipway.change.Sending.example;
import static slipway.change.Sending.github;
import static slipway.change.Sending.newId;
import static slipway.change.Sending.send;
import static slipway.change.TheService.PATIENCE;
import static slipway.change.TheService.good;
import static slipway.change.TheService.post;
import static slipway.change.TheService.service;
import static slipway.change.TheService.show;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.change.domain.ChangeEvent;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// What other systems send: stored as it came, proven, once, and with what became of it.
class IntakeTest {

    private static final String RUN = "{\"kind\": \"request\", \"run\": \"%s\", \"title\": \"Sell more\", \"version\": \"2.1.0\"}";

    @Test
    void a_pull_request_becomes_a_draft_of_the_person_who_opened_it_and_only_once() {
        String body = pullRequest(2001);
        String id = newId();
        Answer first = github("pull_request", id, body);
        assertThat(first.status()).as("%s", first.body()).isEqualTo(202);
        assertThat(first.body().get("state").stringValue()).as("%s", first.body()).isEqualTo("TAKEN");
        String change = first.body().at("/results/0").stringValue();
        JsonNode draft = show(change);
        assertThat(draft.get("state").stringValue()).isEqualTo("DRAFT");
        assertThat(draft.at("/rfc/requester").stringValue()).isEqualTo("dana");
        assertThat(draft.at("/rfc/title").stringValue()).isEqualTo("Update the README with new information.");
        assertThat(draft.at("/rfc/service").stringValue()).isEqualTo("inventory-web");
        assertThat(draft.at("/rfc/links/0").stringValue()).endsWith("/pull/2001");
        assertThat(service().<ChangeEvent>facts("changes", change))
                .singleElement()
                .isInstanceOfSatisfying(ChangeEvent.RFCDrafted.class, drafted -> assertThat(drafted.writtenBy())
                        .as("nobody who had a hand in it approves it")
                        .containsExactly("dana", "sam"));

        Answer again = github("pull_request", id, body);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(delivery(first.body().get("id").stringValue()).get("repeats").intValue()).isEqualTo(1);

        Answer reopened = github("pull_request", newId(), body.replace("\"opened\"", "\"reopened\""));
        assertThat(reopened.body().get("state").stringValue()).isEqualTo("IGNORED");
        assertThat(reopened.reasons()).containsExactly(change + " is there for it already");
    }

    @Test
    void a_release_becomes_a_draft_with_its_version_and_the_rest_is_ignored_with_a_reason() {
        Answer release = github("release", newId(), example("github/release.json"));
        String change = release.body().at("/results/0").stringValue();
        assertThat(show(change).at("/rfc/version").stringValue()).isEqualTo("2.1.0");
        assertThat(show(change).at("/rfc/title").stringValue()).isEqualTo("Release Hello-World v2.1.0");
        assertThat(github("push", newId(), example("github/push.json")).reasons())
                .containsExactly("a push is no request; its pull request or release is");
        assertThat(github("ping", newId(), example("github/ping.json")).reasons()).containsExactly("the webhook works");
        assertThat(github("star", newId(), example("github/push.json").replace("\n", "")).reasons()).containsExactly("no rule of github is for it");
        assertThat(github("pull_request", newId(), pullRequest(2002).replace("Codertocat/Hello-World\",", "else/where\","))
                        .reasons())
                .containsExactly("the repository is not under settings.services of github");
    }

    @Test
    void after_a_while_only_what_became_of_it_is_kept_and_it_is_still_known() {
        String id = newId();
        Answer answer = github("push", id, example("github/push.json"));
        String delivery = answer.body().get("id").stringValue();
        service().bean(JdbcClient.class)
                .sql("update delivery set received_at = clock_timestamp() - interval '91 days' where id = ?")
                .param(delivery)
                .update();
        JsonNode kept = await().atMost(PATIENCE).until(() -> delivery(delivery), each -> !each.get("forgottenAt").isNull());
        assertThat(kept.get("body").stringValue()).isEmpty();
        assertThat(kept.get("headers")).isEmpty();
        assertThat(kept.get("reasons").toString()).contains("a push is no request");
        assertThat(github("push", id, example("github/push.json")).status()).isEqualTo(200);
        assertThat(post("rosa:change-managers", "/deliveries/" + delivery + "/replay", "").reasons())
                .singleElement().asString().contains("let github send it again");
    }

    @Test
    void words_of_strangers_are_cut_and_have_nothing_that_nobody_sees() {
        Answer answer = github("pull_request", newId(), pullRequest(2005)
                .replace("Update the README", "\\u202eUpdate\\u0000 the " + "long ".repeat(100)));
        String title = show(answer.body().at("/results/0").stringValue()).at("/rfc/title").stringValue();
        assertThat(title).startsWith("Update the long").endsWith("…").hasSize(200);
    }

    @Test
    void a_source_that_somebody_adds_submits_with_its_token_or_with_one_of_ours() {
        Answer signed = send("shop", RUN.formatted(newId()), Map.of("X-Shop-Token", SHOP_TOKEN));
        assertThat(signed.body().get("state").stringValue()).as("%s", signed.body()).isEqualTo("TAKEN");
        String change = signed.body().at("/results/0").stringValue();
        assertThat(show(change).get("state").stringValue()).isEqualTo("AWAITING_APPROVAL");
        good(post("dana:developers", "/changes/" + change + "/cancel", "reason: done"));
        assertThat(send("shop", RUN.formatted(newId()), Map.of("X-Shop-Token", "another")).status()).isEqualTo(401);

        Answer withToken = service().post(BOT, "/ingest/shop", RUN.formatted(newId()));
        assertThat(withToken.status()).isEqualTo(202);
        assertThat(delivery(withToken.body().get("id").stringValue()).get("sender").stringValue()).isEqualTo("ci");
        good(post("dana:developers", "/changes/" + withToken.body().at("/results/0").stringValue() + "/cancel", "reason: done"));
        assertThat(service().post("dana:developers", "/ingest/shop", RUN.formatted(newId())).status()).isEqualTo(403);
    }

    @Test
    void a_request_with_faults_is_refused_with_all_of_them_as_a_fact() {
        Answer answer = send("shop", RUN.formatted(newId()).replace("Sell more", "").replace("2.1.0", "no version"),
                Map.of("X-Shop-Token", SHOP_TOKEN));
        assertThat(answer.body().get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(answer.reasons()).anyMatch(each -> each.startsWith("title: ")).anyMatch(each -> each.startsWith("version: "));
        assertThat(service().<ChangeEvent>facts("changes", answer.body().at("/results/0").stringValue()))
                .singleElement()
                .isInstanceOf(ChangeEvent.RFCRefused.class);
    }

    @Test
    void what_cannot_be_read_is_refused_with_where_and_why() {
        Map<String, String> token = Map.of("X-Shop-Token", SHOP_TOKEN);
        assertThat(send("shop", "kind=request", token).reasons()).singleElement().asString().startsWith("body: is no JSON");
        assertThat(send("shop", "{\"kind\": \"fails\", \"run\": \"" + newId() + "\"}", token).reasons())
                .singleElement()
                .asString()
                .isEqualTo("rule fails, with.title: the delivery has no 'there' where it is looked for, in body.there.is.nothing");
        assertThat(send("shop", "{\"kind\": \"request\"}", token).reasons()).singleElement().asString().startsWith("key: ");
        for (String key : List.of("k".repeat(5000), "a\\u0000b", "a\\ud800")) {
            assertThat(send("shop", "{\"kind\": \"request\", \"run\": \"" + key + "\"}", token).reasons())
                    .singleElement()
                    .asString()
                    .startsWith("key: ");
        }
        assertThat(send("shop", "{\"kind\": 1e999, \"run\": \"" + newId() + "\", \"n\": " + "9".repeat(900) + "}", token).reasons())
                .containsExactly("no rule of shop is for it");
        assertThat(send("nobody", "{}", token).status()).isEqualTo(404);
        assertThat(send("shop", "x".repeat(1024 * 1024 + 1), token).status()).isEqualTo(413);
    }

    @Test
    void who_died_between_storing_and_handling_lost_nothing() {
        JdbcClient jdbc = service().bean(JdbcClient.class);
        String id = "DLV-" + jdbc.sql("select nextval('delivery_number')").query(Long.class).single();
        jdbc.sql("""
                        insert into delivery (id, number, source, headers, body, proven, state, tried_at)
                        values (?, cast(substring(? from 5) as bigint), 'shop', '{}', ?, true, 'RECEIVED', now() - interval '1 minute')
                        """)
                .params(id, id, RUN.formatted(newId()).getBytes(StandardCharsets.UTF_8))
                .update();
        await().atMost(PATIENCE).until(() -> delivery(id).get("state").stringValue().equals("TAKEN"));
        good(post("dana:developers", "/changes/" + delivery(id).at("/results/0").stringValue() + "/cancel", "reason: done"));
    }

    @Test
    void the_same_delivery_many_times_at_once_makes_one_change() {
        String body = pullRequest(2006);
        String id = newId();
        Set<String> changes = ConcurrentHashMap.newKeySet();
        List<Thread> senders = IntStream.range(0, 8)
                .mapToObj(_ -> Thread.ofPlatform().start(() ->
                        changes.add(github("pull_request", id, body).body().at("/results/0").asString())))
                .toList();
        senders.forEach(IntakeTest::join);
        assertThat(changes).hasSize(1).allMatch(each -> each.startsWith("CHG-"));
    }

    @Test
    void of_two_who_have_it_handled_once_more_at_the_same_moment_one_does() throws Exception {
        Answer refused = github("pull_request", newId(), pullRequest(2008).replace("\"login\": \"octocat\"", "\"login\": \"nobody\""));
        String id = refused.body().get("id").stringValue();
        assertThat(delivery(id).get("state").stringValue()).isEqualTo("REFUSED");
        JdbcClient jdbc = service().bean(JdbcClient.class);
        jdbc.sql("update delivery set body = ? where id = ?")
                .params(pullRequest(2008).getBytes(StandardCharsets.UTF_8), id)
                .update();
        Set<Integer> answers = ConcurrentHashMap.newKeySet();
        List<Thread> replaying = new ArrayList<>();
        service().bean(TransactionTemplate.class).executeWithoutResult(_ -> {
            jdbc.sql("select id from delivery where id = ? for update").param(id).query(String.class).single();
            for (int i = 0; i < 2; i++) {
                replaying.add(Thread.ofPlatform().start(
                        () -> answers.add(post("rosa:change-managers", "/deliveries/" + id + "/replay", "").status())));
            }
            // Each has read that it was refused, and waits for the row.
            await().atMost(PATIENCE).until(() -> jdbc.sql(
                            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%update delivery set state = ''RECEIVED''%'")
                    .query(Integer.class)
                    .single()
                    == 2);
        });
        replaying.forEach(IntakeTest::join);
        assertThat(answers).containsExactlyInAnyOrder(200, 409);
        assertThat(delivery(id).get("results")).hasSize(1);
    }

    @Test
    void people_who_look_after_it_list_it_and_have_it_handled_once_more() {
        String run = newId();
        Answer refused = send("shop", "{\"kind\": \"fails\", \"run\": \"" + run + "\"}", Map.of("X-Shop-Token", SHOP_TOKEN));
        String id = refused.body().get("id").stringValue();
        JsonNode page = good(service().get("/deliveries?source=shop&state=refused&limit=1"));
        assertThat(page.at("/deliveries/0/id").stringValue()).isEqualTo(id);
        assertThat(page.at("/deliveries/0/key").stringValue()).isEqualTo(run);
        JsonNode next = good(service().get("/deliveries?source=shop&after=" + id));
        assertThat(next.get("deliveries").findValuesAsString("id")).doesNotContain(id);
        Answer replayed = post("rosa:change-managers", "/deliveries/" + id + "/replay", "");
        assertThat(good(replayed).get("replayedBy").stringValue()).isEqualTo("rosa");
        assertThat(replayed.body().get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(post("dana:developers", "/deliveries/" + id + "/replay", "").status()).isEqualTo(403);
        assertThat(service().ask("dana:developers", "GET", "/deliveries", "application/json", "").status()).isEqualTo(403);
        assertThat(service().get("/deliveries/DLV-0").status()).isEqualTo(404);
        assertThat(service().get("/deliveries?state=lost").status()).isEqualTo(400);
        Answer taken = github("pull_request", newId(), pullRequest(2007));
        assertThat(post("rosa:change-managers", "/deliveries/" + taken.body().get("id").stringValue() + "/replay", "").status())
                .isEqualTo(409);
    }

    private static String pullRequest(int number) {
        return Sending.pullRequest(number);
    }

    private static JsonNode delivery(String id) {
        return good(service().get("/deliveries/" + id));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
