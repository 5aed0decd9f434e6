package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PrometheusTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    /// A real one.
    @Nested
    class Real {

        @Test
        void answers_with_lists_numbers_ranges_and_faults_of_its_own() throws Exception {
            try (Site metrics = new Site(exchange -> Site.say(
                            exchange, 200, "load{slot=\"blue\"} 1\nload{slot=\"green\"} 2.5\nodd NaN\nhigh +Inf\n"));
                    PrometheusServer server = PrometheusServer.start(folder, metrics.url())) {
                Prometheus prometheus = server.client(folder);
                assertThat(prometheus.ask("load{slot=\"green\"}", PATIENCE))
                        .isEqualTo(new Prometheus.Answer(false, List.of(2.5)));
                assertThat(prometheus.ask("sort(load)", PATIENCE).values()).containsExactly(1.0, 2.5);
                assertThat(prometheus.ask("scalar(load{slot=\"blue\"})", PATIENCE))
                        .isEqualTo(new Prometheus.Answer(true, List.of(1.0)));
                assertThat(prometheus.ask("odd", PATIENCE).values()).containsExactly(Double.NaN);
                assertThat(prometheus.ask("high", PATIENCE).values()).containsExactly(Double.POSITIVE_INFINITY);
                assertThat(prometheus.ask("-high", PATIENCE).values()).containsExactly(Double.NEGATIVE_INFINITY);
                assertThat(prometheus.ask("nowhere", PATIENCE)).isEqualTo(new Prometheus.Answer(false, List.of()));
                String evil = new Query("load{slot=\"{part}\"}").fill(Map.of("part", "\"} or load{slot=\"green"));
                assertThat(prometheus.ask(evil, PATIENCE).values()).as("it stays within its string").isEmpty();
                String pattern = new Query("load{slot=~\"{part}|x\"}").fill(Map.of("part", ".*"));
                assertThat(prometheus.ask(pattern, PATIENCE).values()).as("it means itself").isEmpty();
                assertThat(prometheus.ask(new Query("load{slot=~\"{part}|x\"}").fill(Map.of("part", "green")), PATIENCE).values())
                        .containsExactly(2.5);
                assertThatThrownBy(() -> prometheus.ask("load{", PATIENCE))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("400")
                        .hasMessageContaining("parse error");
                assertThatThrownBy(() -> prometheus.ask("load[1m]", PATIENCE))
                        .hasMessageContaining("neither a vector nor a scalar");
                ranges(prometheus);
            }
        }

        private void ranges(Prometheus prometheus) throws Exception {
            Instant now = Instant.now();
            Duration step = Duration.ofMillis(200);
            await().until(() -> prometheus
                            .range("load{slot=\"blue\"}", now, now.plusSeconds(1), step, PATIENCE)
                            .values()
                            .size()
                    == 6);
            assertThat(prometheus.range("load{slot=\"blue\"}", now, now.plusSeconds(1), step, PATIENCE).values())
                    .containsOnly(1.0);
            assertThat(prometheus.range("nowhere", now, now.plusSeconds(1), step, PATIENCE).values()).isEmpty();
            assertThatThrownBy(() -> prometheus.range("load", now, now.plusSeconds(1), step, PATIENCE))
                    .hasMessageContaining("2 series");
        }
    }

    /// One that is as bad as none, or asks who is there.
    @Nested
    class Odd {

        private String fault(Site.Answer answer) throws Exception {
            try (Site site = new Site(answer)) {
                Prometheus prometheus = PrometheusServer.read("url: " + site.url(), folder);
                try {
                    return "answer " + prometheus.ask("up", Duration.ofMillis(400)).values();
                } catch (IOException e) {
                    return String.valueOf(e.getMessage());
                }
            }
        }

        @Test
        void no_answer_that_could_be_misread_is_taken_for_one() throws Exception {
            assertThat(fault(exchange -> Site.say(exchange, 503, "starting"))).contains("503 starting");
            assertThat(fault(exchange -> Site.say(exchange, 200, "<html>"))).contains("no JSON");
            assertThat(fault(exchange -> Site.say(exchange, 200, "{}"))).contains("Prometheus says nothing");
            assertThat(fault(exchange -> Site.say(exchange, 200, "{\"status\":\"error\",\"error\":\"too many\"}")))
                    .contains("too many");
            assertThat(fault(exchange -> Site.say(exchange, 200, vector("\"oops\"")))).contains("'oops' is no number");
            assertThat(fault(exchange -> Site.say(exchange, 200, vector("null")))).contains("no number");
            assertThat(fault(exchange -> Site.say(exchange, 200, vector("\"2\"")))).isEqualTo("answer [2.0]");
            String many = "{\"value\":[1,\"1\"]},".repeat(Prometheus.LONGEST_VECTOR);
            assertThat(fault(exchange -> Site.say(
                            exchange,
                            200,
                            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + many
                                    + "{\"value\":[1,\"1\"]}]}}")))
                    .contains("51 values");
        }

        private static String vector(String value) {
            return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,"
                    + value + "]}]}}";
        }

        @Test
        void an_answer_that_never_ends_is_given_up() throws Exception {
            CountDownLatch over = new CountDownLatch(1);
            String fault = fault(exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                try {
                    over.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            over.countDown();
            assertThat(fault).contains("no answer within 400 ms");
        }

        @Test
        void secrets_come_from_files_and_are_told_to_nobody_else() throws Exception {
            Files.writeString(folder.resolve("token"), "s3cr3t-t0ken");
            List<String> seen = new CopyOnWriteArrayList<>();
            try (Site site = new Site(exchange -> {
                String header = exchange.getRequestHeaders().getFirst("Authorization");
                seen.add(header);
                Site.say(exchange, 401, "nobody knows " + header);
            })) {
                Prometheus prometheus = PrometheusServer.read(
                        "{url: \"" + site.url() + "\", secrets: {token: token}, headers: {Authorization: \"Bearer {secret:token}\"}}",
                        folder);
                assertThatThrownBy(() -> prometheus.ask("up", PATIENCE))
                        .hasMessageContaining("401")
                        .hasMessageNotContaining("s3cr3t");
                assertThat(seen).containsExactly("Bearer s3cr3t-t0ken");
                assertThat(site.asked).containsExactly("/api/v1/query");
            }
            assertThatThrownBy(() -> PrometheusServer.read(
                            "{url: \"http://a:b@nowhere/\", headers: {Authorization: Basic YTpi}, method: GET}", folder))
                    .hasMessageContaining("headers.Authorization: a secret lies in a file")
                    .hasMessageContaining("url: a name and password do not belong")
                    .hasMessageContaining("method: is not for anybody to set");
        }
    }
}
