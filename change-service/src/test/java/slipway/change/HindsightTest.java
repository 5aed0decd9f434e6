package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.TheService.DANA;
import static slipway.change.TheService.MANAGER;
import static slipway.change.TheService.askForLeave;
import static slipway.change.TheService.awaitState;
import static slipway.change.TheService.good;
import static slipway.change.TheService.post;
import static slipway.change.TheService.scheduled;
import static slipway.change.TheService.service;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// Backtests of policies and rehearsals of freezes over HTTP, against what this service really decided.
class HindsightTest {

    private static final String EVIDENCE = "['TESTED', 'REHEARSED_ROLLBACK', 'DONE_BEFORE'].all(shown, shown in evidence)";

    private static final String ALWAYS_FROZEN = """
            name: Standstill
            reason: Nothing moves
            scope: {configurationItems: [ci-14]}
            when: {start: "2020-01-01T00:00", zone: Europe/Paris, duration: P1D, rule: FREQ=DAILY}
            """;

    private static String policy() {
        return good(service().get("/policy")).get("text").stringValue();
    }

    private static JsonNode backtest(String candidate, String query) {
        return good(post(MANAGER, "/policy/backtests?limit=10000&" + query, candidate));
    }

    private static JsonNode of(String id, JsonNode page) {
        return page.get("list").valueStream()
                .filter(each -> each.get("id").stringValue().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " is not in " + page));
    }

    private static List<String> ids(JsonNode page) {
        return page.get("list").valueStream().map(each -> each.get("id").stringValue()).toList();
    }

    @Test
    void a_candidate_is_tried_on_what_was_really_decided_and_the_policy_that_decided_gives_what_was_recorded() {
        String id = scheduled("ci-13");
        askForLeave(id, "REL-" + id);
        awaitState(id, "IMPLEMENTING");
        TheService.rollBack(id, "REL-" + id);
        awaitState(id, "REVIEW");

        JsonNode same = backtest(policy(), "since=1d");
        assertThat(ids(same.get("different"))).doesNotContain(id);
        assertThat(ids(same.get("undecidable"))).doesNotContain(id);
        assertThat(same.get("totals").get("checks").get("REPRODUCED").longValue()).isPositive();
        assertThat(same.get("totals").get("checks").get("IN_PART").longValue())
                .as("the people of each inventory were recorded")
                .isZero();
        assertThat(same.get("contradicted").get("list")).isEmpty();

        JsonNode free = backtest(policy().replace(EVIDENCE, "true"), "since=1d");
        JsonNode change = of(id, free.get("different"));
        assertThat(change.get("before").get("answer").stringValue()).isEqualTo("APPROVAL_REQUIRED");
        assertThat(change.get("before").get("stages").get(0).get("eligible").toString()).isEqualTo("[\"aki\",\"sam\"]");
        assertThat(change.get("after").get("answer").stringValue()).isEqualTo("AUTO");
        assertThat(change.get("outcome").stringValue()).isEqualTo("BACKED_OUT");
        assertThat(change.get("over").booleanValue()).isFalse();
        assertThat(change.get("effect").stringValue()).isEqualTo("FAILURE_UNSEEN");
        assertThat(change.get("waitedSeconds").isNumber()).isTrue();
        assertThat(free.get("totals").get("answers").get("APPROVAL_REQUIRED -> AUTO").longValue()).isPositive();

        JsonNode two = backtest(policy().replaceFirst("atLeast: 1", "atLeast: 2"), "since=1d");
        assertThat(of(id, two.get("different")).get("after").get("stages").get(0).get("quorum").intValue()).isEqualTo(2);

        JsonNode before = backtest(policy().replace(EVIDENCE, "true"), "since=2020-01-01&until=2020-02-01T00:00:00%2B01:00");
        assertThat(ids(before.get("different"))).isEmpty();
        JsonNode one = good(post(MANAGER, "/policy/backtests?limit=1&since=1d", policy().replaceFirst("atLeast: 1", "atLeast: 2")));
        assertThat(one.get("different").get("list").size()).isEqualTo(1);
        assertThat(one.get("different").get("more").longValue())
                .isEqualTo(one.get("totals").get("changes").get("DIFFERENT").longValue() - 1);
    }

    @Test
    void a_candidate_that_could_not_be_published_is_refused_with_every_fault() {
        String gap = policy().replace("type == 'STANDARD' || type == 'LATENT'", "type == 'STANDARD'");
        Answer refused = post(MANAGER, "/policy/backtests?since=1d", gap);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.reasons().getFirst()).contains("there is no answer for", "LOW LATENT");
        assertThat(post(DANA, "/policy/backtests?since=1d", policy()).status()).isEqualTo(403);
        Answer asked = post(MANAGER, "/policy/backtests?since=yesterday&until=soon&limit=0", policy());
        assertThat(asked.status()).isEqualTo(400);
        assertThat(asked.reasons())
                .satisfiesExactly(
                        reason -> assertThat(reason).startsWith("since: 'yesterday' is no time"),
                        reason -> assertThat(reason).startsWith("until: 'soon' is no time"),
                        reason -> assertThat(reason).startsWith("limit: must be 1 to 10000"));
        assertThat(post(MANAGER, "/policy/backtests?since=2026-02-01&until=2026-01-01", policy()).reasons())
                .singleElement()
                .asString()
                .startsWith("since: must be before until");
    }

    @Test
    void a_freeze_is_rehearsed_on_the_past_and_on_what_is_planned_and_nothing_is_held() {
        String id = scheduled("ci-14");
        String other = scheduled("ci-15");
        JsonNode report = good(post(MANAGER, "/freezes/rehearsals?since=1d&limit=10000", ALWAYS_FROZEN));
        JsonNode change = of(id, report.get("held"));
        assertThat(change.get("startedAt").isNull()).isTrue();
        assertThat(change.get("nextStart").isNull()).as("it never ends").isTrue();
        assertThat(ids(report.get("held"))).doesNotContain(other);
        assertThat(report.get("planned").toString()).contains(id).doesNotContain(other);
        assertThat(TheService.show(id).get("holds")).isEmpty();
        assertThat(post(DANA, "/freezes/rehearsals?since=1d", ALWAYS_FROZEN).status()).isEqualTo(403);
        Answer bad = post(MANAGER, "/freezes/rehearsals?since=1d", ALWAYS_FROZEN.replace("Europe/Paris", "Paris").replace("Standstill", ""));
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.reasons()).hasSize(2);
        Stream.of(id, other).forEach(each -> good(post(DANA, "/changes/" + each + "/cancel", "reason: done")));
    }
}
