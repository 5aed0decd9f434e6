package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.messaging.TheToy.ISSUER;
import static slipway.messaging.TheToy.get;
import static slipway.messaging.TheToy.health;
import static slipway.messaging.TheToy.jdbc;
import static slipway.messaging.TheToy.send;
import static slipway.messaging.TheToy.uri;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the running service tells, and to whom.
class DoorsTest {

    @Test
    void health_and_metrics_tell_of_broker_database_relay_and_parked_facts_and_need_no_token() {
        assertThat(get("/actuator/health").body())
                .contains("\"db\"", "\"inbox\"", "\"binders\"")
                .doesNotContain("details");
        assertThat(health()).contains("\"db\"", "\"relay\"", "\"inbox\"", "\"parked\"", "\"jobs\"", "\"binders\"");
        jdbc().sql(
                        """
                        insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                        values ('a row of yesterday', '1', clock_timestamp() + interval '1 day', false, 1)
                        """)
                .update();
        assertThat(health()).contains("\"unknown\":[\"a row of yesterday\"]", "ATTENTION");
        assertThat(get("/actuator/prometheus").body()).contains("slipway_jobs_unknown{service=\"change-service\"} 1.0");
        jdbc().sql("delete from scheduled_tasks where task_name = 'a row of yesterday'").update();
        assertThat(get("/actuator/prometheus").body())
                .contains(
                        "slipway_journal_unpublished{service=\"change-service\"}",
                        "slipway_facts_parked",
                        "slipway_jobs_unknown{service=\"change-service\"} 0.0",
                        "slipway_inbox_stuck_seconds{service=\"change-service\"} 0.0");
        HttpResponse<String> closed = get("/actuator/choreography");
        assertThat(closed.statusCode()).isEqualTo(401);
        assertThat(closed.headers().firstValue("content-type")).hasValue("application/problem+json");
    }

    @Test
    void only_a_good_token_opens_the_door_and_only_operators_act_on_parked_facts() {
        List<String> operators = List.of("operators");
        Map<String, String> bad = Map.of(
                "no token at all", "x",
                "of another's key", ISSUER.forged("kim", "operators"),
                "expired", ISSUER.token("kim", operators, token -> token.expirationTime(new Date(0))),
                "endless", ISSUER.token("kim", operators, token -> token.expirationTime(null)),
                "of nobody", ISSUER.token("kim", operators, token -> token.subject(null)),
                "of another issuer", ISSUER.token("kim", operators, token -> token.issuer("http://localhost:1")),
                "for somebody else", ISSUER.token("kim", operators, token -> token.audience("other")));
        bad.forEach((what, token) -> {
            assertThat(choreography(token)).as(what).isEqualTo(401);
            assertThat(retry(token)).as(what).isEqualTo(401);
        });
        assertThat(choreography(ISSUER.token("dana", "developers"))).isEqualTo(200);
        assertThat(read("/actuator/parked", ISSUER.token("dana", "developers"))).isEqualTo(403);
        assertThat(read("/actuator/parked", ISSUER.token("kim", "operators"))).isEqualTo(200);
        assertThat(retry(ISSUER.token("dana", "developers"))).isEqualTo(403);
        assertThat(retry(ISSUER.token("kim", "operators"))).isEqualTo(404);
    }

    private static int choreography(String token) {
        return read("/actuator/choreography", token);
    }

    private static int read(String path, String token) {
        return send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + token))
                .statusCode();
    }

    private static int retry(String token) {
        return send(HttpRequest.newBuilder(uri("/actuator/parked/4711"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"action\": \"retry\"}")))
                .statusCode();
    }
}
