package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.Sending.ALERTMANAGER_LOGIN;
import static slipway.change.Sending.ARGOCD_TOKEN;
import static slipway.change.Sending.example;
import static slipway.change.Sending.send;
import static slipway.change.TheService.good;
import static slipway.change.TheService.post;
import static slipway.change.TheService.service;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.change.domain.AlertEvent;
import slipway.change.domain.FreezeEvent;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// What fires elsewhere takes a release back, or holds what would start.
class AlertsTest {

    private static Answer alerts(String body) {
        return send("alertmanager", body, Map.of(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(ALERTMANAGER_LOGIN.getBytes(StandardCharsets.UTF_8))));
    }

    private static JsonNode parts(Answer answer) {
        assertThat(answer.body().get("state").stringValue()).as("%s", answer.body()).isEqualTo("TAKEN");
        return answer.body().get("results");
    }

    private static JsonNode delivery(JsonNode id) {
        return good(service().get("/deliveries/" + id.stringValue()));
    }

    private static String budget(String alert, String startsAt) {
        return example("alertmanager/firing.json").replace("BudgetSpent", alert).replace("10:15:00", startsAt).replace("b5fc48b2b4f1c4d8", alert);
    }

    private static List<String> freezesHeldFor(String alert) {
        return good(service().get("/freezes")).valueStream()
                .filter(each -> each.get("liftedBy").isNull())
                .filter(each -> each.at("/freeze/name").stringValue().startsWith(alert))
                .map(each -> each.at("/freeze/id").stringValue())
                .toList();
    }

    private static void together(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void lift(String freeze) {
        assertThat(post("rosa:change-managers", "/freezes/" + freeze + "/lift", "{\"reason\": \"the month is over\"}").status()).isEqualTo(200);
    }

    @Test
    void every_alert_of_alertmanager_is_a_delivery_of_its_own_that_is_told_holds_or_is_left_with_a_reason() {
        Answer answer = alerts(example("alertmanager/firing.json"));
        JsonNode parts = parts(answer);
        assertThat(parts).hasSize(4);
        JsonNode firing = delivery(parts.get(0));
        String alert = firing.at("/results/0").stringValue();
        assertThat(service().<AlertEvent>facts("alerted", alert)).singleElement()
                .isInstanceOfSatisfying(AlertEvent.AlertReceived.class, told -> {
                    assertThat(told.name()).isEqualTo("HighErrorRate");
                    assertThat(told.service()).isEqualTo("inventory-web");
                    assertThat(told.environment()).isEqualTo("prod");
                    assertThat(told.summary()).isEqualTo("5 % of requests fail");
                    assertThat(service().bean(JdbcClient.class).sql("select occurred_at = ?::timestamptz from journal where aggregate_id = ?")
                                    .params(told.startsAt().toString(), alert)
                                    .query(Boolean.class)
                                    .single())
                            .as("it happened when it began to fire")
                            .isTrue();
                });
        String freeze = delivery(parts.get(1)).at("/results/0").stringValue();
        JsonNode held = good(service().get("/freezes")).valueStream()
                .filter(each -> each.at("/freeze/id").stringValue().equals(freeze))
                .findFirst()
                .orElseThrow();
        assertThat(held.get("declaredBy").stringValue()).isEqualTo("rosa");
        assertThat(held.at("/freeze/scope/services/0").stringValue()).isEqualTo("inventory-web");
        assertThat(held.at("/freeze/reason").stringValue()).isEqualTo("the error budget of March is spent");
        assertThat(delivery(parts.get(2)).at("/reasons/0").stringValue()).isEqualTo("the alert fires no more");
        assertThat(delivery(parts.get(3)).at("/reasons/0").stringValue())
                .isEqualTo("the alert has no labels slipway_service and slipway_environment, nor slipway_ci (or settings.ciLabel) and slipway_environment");

        // It fires anew while the freeze holds.
        JsonNode later = parts(alerts(example("alertmanager/firing.json").replace("10:15:00", "10:45:00")));
        assertThat(delivery(later.get(1)).at("/results/0").stringValue()).isEqualTo(freeze);
        assertThat(post("rosa:change-managers", "/freezes/" + freeze + "/lift", "{\"reason\": \"the month is over\"}").status()).isEqualTo(200);
        JsonNode next = parts(alerts(example("alertmanager/firing.json").replace("10:15:00", "10:55:00")));
        String another = delivery(next.get(1)).at("/results/0").stringValue();
        assertThat(another).isNotEqualTo(freeze);
        assertThat(post("rosa:change-managers", "/freezes/" + another + "/lift", "{\"reason\": \"it was a test\"}").status()).isEqualTo(200);
    }

    /// The first alert of the example, with other labels.
    private static JsonNode labelled(String second, String labels) {
        String firing = example("alertmanager/firing.json")
                .replace("10:14:59", "12:14:" + second)
                .replace("10:15:00", "12:15:00")
                .replace(", \"slipway_action\": \"freeze\"", "")
                .replace("\"slipway_service\": \"inventory-web\", \"slipway_environment\": \"prod\"},", labels + ", \"slipway_environment\": \"prod\"},");
        return delivery(parts(alerts(firing)).get(0));
    }

    private static AlertEvent.AlertReceived told(JsonNode delivery) {
        assertThat(delivery.get("state").stringValue()).as("%s", delivery).isEqualTo("TAKEN");
        return (AlertEvent.AlertReceived) service().<AlertEvent>facts("alerted", delivery.at("/results/0").stringValue()).getFirst();
    }

    @Test
    void an_alert_that_names_a_configuration_item_is_told_of_it_and_one_that_nobody_knows_is_refused() {
        AlertEvent.AlertReceived alone = told(labelled("01", "\"slipway_ci\": \"ci-1\""));
        assertThat(alone.configurationItem()).isEqualTo("ci-1");
        assertThat(alone.service()).isEmpty();
        AlertEvent.AlertReceived both = told(labelled("02", "\"slipway_service\": \"inventory-web\", \"slipway_ci\": \"db-2.example.org\""));
        assertThat(both.configurationItem()).isEqualTo("ci-2");
        assertThat(both.service()).isEqualTo("inventory-web");
        JsonNode unknown = labelled("03", "\"slipway_ci\": \"mars\"");
        assertThat(unknown.get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(unknown.get("reasons").toString()).contains("'mars' is not in the inventory");
    }

    @Test
    void beside_a_service_an_item_that_nobody_knows_is_said_and_the_alert_is_on_the_service() {
        JsonNode unknown = labelled("04", "\"slipway_service\": \"inventory-web\", \"slipway_ci\": \"mars\"");
        AlertEvent.AlertReceived told = told(unknown);
        assertThat(told.configurationItem()).isNull();
        assertThat(told.service()).isEqualTo("inventory-web");
        assertThat(unknown.at("/reasons/0").stringValue())
                .isEqualTo("configurationItem: 'mars' is not in the inventory; it is taken as an alert on all of 'inventory-web'");
    }

    @Test
    void only_the_label_that_names_an_item_does_and_a_blank_one_names_none() {
        JsonNode other = labelled("05", "\"slipway_service\": \"inventory-web\", \"ci\": \"github-actions\", \"slipway_ci\": \" \"");
        assertThat(told(other).configurationItem()).isNull();
        assertThat(told(other).service()).isEqualTo("inventory-web");
        assertThat(other.get("reasons")).isEmpty();
        List<String> none = List.of("\"ci\": \"ci-1\"", "\"slipway_ci\": \"\"", "\"slipway_service\": \" \", \"slipway_ci\": \" \"");
        for (String labels : none) {
            assertThat(labelled("1" + none.indexOf(labels), labels).at("/reasons/0").stringValue()).as(labels).startsWith("the alert has no labels slipway_service");
        }
    }

    @Test
    void nothing_of_a_delivery_that_is_no_list_of_alerts_is_taken() {
        assertThat(alerts("{\"alerts\": [], \"externalURL\": \"\"}").reasons()).containsExactly("split: is no list of 1 to 1000");
        assertThat(alerts("{\"alerts\": {}}").body().get("state").stringValue()).isEqualTo("REFUSED");
        assertThat(send("alertmanager", example("alertmanager/firing.json"), Map.of()).status()).isEqualTo(401);
        String other = example("argocd/succeeded.json").replace("slipway.change", "other").replace("10:14:59", "11:14:59");
        assertThat(send("argocd", other, Map.of("X-Slipway-Token", ARGOCD_TOKEN)).reasons())
                .containsExactly("the application has no annotation slipway.change");
    }

    @Test
    void while_a_budget_stays_spent_its_freeze_goes_on_until_a_person_lifts_it() {
        String alert = budget("StaysSpent", "11:00:00");
        JsonNode budget = parts(alerts(alert)).get(1);
        String freeze = delivery(budget).at("/results/0").stringValue();
        assertThat(alerts(alert).status()).as("Alertmanager says it again").isEqualTo(200);
        assertThat(freezesHeldFor("StaysSpent")).containsExactly(freeze);

        String let = service().bean(JdbcClient.class)
                .sql("update change_freeze set let_through = '{CHG-7 sha256:a}' where id = ? returning let_through[1]")
                .param(freeze)
                .query(String.class)
                .single();
        // Of its four hours there is one left.
        service().bean(JdbcClient.class)
                .sql("update change_freeze set recurrence = jsonb_set(recurrence, '{duration}', '\"PT1H\"') where id = ?")
                .param(freeze)
                .update();
        alerts(alert.replace("\"truncatedAlerts\": 0", "\"truncatedAlerts\": 1"));
        List<String> held = freezesHeldFor("StaysSpent");
        assertThat(held).hasSize(1).doesNotContain(freeze);
        assertThat(service().<FreezeEvent>facts("frozen", held.getFirst())).singleElement()
                .isInstanceOfSatisfying(FreezeEvent.FreezeDeclared.class, declared -> assertThat(declared.letThrough()).containsExactly(let));
        assertThat(delivery(budget).get("results").valueStream().map(JsonNode::stringValue)).containsExactly(freeze, held.getFirst());

        lift(held.getFirst());
        alerts(alert);
        assertThat(freezesHeldFor("StaysSpent")).as("a person knows better").isEmpty();
        alerts(alert.replace("11:00:00", "12:00:00"));
        assertThat(freezesHeldFor("StaysSpent")).as("it fires anew").hasSize(1).allSatisfy(AlertsTest::lift);
    }

    @Test
    void of_one_subject_there_is_one_freeze_however_many_alerts_come_at_once() throws InterruptedException {
        CyclicBarrier barrier = new CyclicBarrier(8);
        Queue<Answer> answers = new ConcurrentLinkedQueue<>();
        List<Thread> senders = IntStream.range(0, 8)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    together(barrier);
                    answers.add(alerts(budget("AtOnce", "1" + i + ":30:00")));
                }))
                .toList();
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(answers).hasSize(8).allSatisfy(AlertsTest::parts);
        assertThat(freezesHeldFor("AtOnce")).hasSize(1).allSatisfy(AlertsTest::lift);
    }
}
