package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeType;
import slipway.change.domain.CriterionResult;
import slipway.change.domain.Inventory;
import slipway.change.domain.Rfc;
import slipway.change.domain.RiskAnswers;

class TelemetryTest {

    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        for (int status : List.of(200, 302, 503)) {
            server.createContext("/" + status, exchange -> {
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            });
        }
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private List<CriterionResult> measure(String... urls) throws InterruptedException {
        Inventory.Item web = new Inventory.Item("web", "Web", 1, 1, "owners", List.of(), List.of(urls), List.of());
        try (Telemetry telemetry = new Telemetry()) {
            return telemetry.measure(touching("web"), new Inventory(List.of(), List.of(web)));
        }
    }

    private String url(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    @Test
    void only_an_answer_of_2xx_is_met() throws InterruptedException {
        assertThat(measure(url("/200"), url("/302"), url("/503")))
                .extracting(CriterionResult::met)
                .containsExactly(true, false, false);
        assertThat(measure(url("/503")).getFirst().observed()).startsWith("HTTP 503");
    }

    @Test
    void no_answer_and_no_telemetry_are_not_met() throws InterruptedException {
        String gone = url("/200");
        server.stop(0);
        CriterionResult silent = measure(gone).getFirst();
        assertThat(silent.met()).isFalse();
        assertThat(silent.observed()).startsWith("no answer");
        assertThat(measure()).containsExactly(new CriterionResult("telemetry of web", false, "there is no telemetry"));
    }

    @Test
    void an_answer_that_never_ends_is_none() throws InterruptedException {
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("still ".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        });
        CriterionResult endless = measure(url("/endless")).getFirst();
        assertThat(endless.met()).isFalse();
        assertThat(endless.observed()).contains("no whole answer");
    }

    @Test
    void an_item_that_left_the_inventory_has_no_telemetry() throws InterruptedException {
        try (Telemetry telemetry = new Telemetry()) {
            assertThat(telemetry.measure(touching("gone"), new Inventory(List.of(), List.of())))
                    .extracting(CriterionResult::met)
                    .containsExactly(false);
        }
    }

    private static Rfc touching(String ci) {
        Instant now = Instant.EPOCH;
        return new Rfc(
                ChangeType.NORMAL,
                "t",
                "j",
                "dana",
                "dana",
                "web",
                "1",
                null,
                List.of(ci),
                List.of("dev"),
                "how",
                "back",
                "test",
                null,
                false,
                false,
                false,
                new Window(now, now.plusSeconds(1)),
                0,
                new RiskAnswers(1, 1, 1, 1, 1, 1, 1, 1),
                null,
                null,
                List.of(),
                0,
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                List.of());
    }
}
