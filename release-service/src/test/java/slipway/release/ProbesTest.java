package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import slipway.release.Catalogue.Instance;
import slipway.release.Catalogue.Probe;
import slipway.release.domain.ReleaseEvent.ProbeSample;

class ProbesTest {

    private final Probes probes = new Probes(Clock.systemUTC());
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;
    private Instance instance;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            int times = asked.incrementAndGet();
            String path = exchange.getRequestURI().getPath();
            String body = path.equals("/identity") ? (times < 3 ? "sha256:old\n" : "sha256:new\n") : "the shop";
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(path.equals("/missing") ? 404 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        instance = new Instance(
                "i-1",
                Path.of("nowhere"),
                URI.create("http://localhost:" + server.getAddress().getPort() + "/"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static Probe probe(String path, String contains, @Nullable String identity) {
        return new Probe(path, contains, 3, Duration.ZERO, Duration.ofSeconds(2), 0, identity);
    }

    @Test
    void as_many_looks_as_asked_each_with_what_was_seen() throws InterruptedException {
        assertThat(probes.sample(instance, probe("/", "shop", null)))
                .hasSize(3)
                .allMatch(ProbeSample::ok)
                .allMatch(sample -> sample.latencyMicros() > 0 && sample.detail().equals("200 /"));
    }

    @Test
    void another_status_a_missing_text_and_no_answer_are_bad() throws InterruptedException {
        assertThat(probes.look(instance, probe("/missing", "", null)).ok()).isFalse();
        assertThat(probes.look(instance, probe("/", "warehouse", null)).detail()).contains("without 'warehouse'");
        server.stop(0);
        assertThat(probes.look(instance, probe("/", "shop", null)).ok()).isFalse();
    }

    @Test
    void an_instance_is_there_when_it_answers_as_the_new_release_not_before() throws Exception {
        probes.await(instance, probe("/", "shop", "/identity"), "sha256:new");

        assertThat(asked.get()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void whoever_is_interrupted_while_waiting_stops() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> probes.await(instance, probe("/", "", "/identity"), "sha256:never"))
                .isInstanceOf(InterruptedException.class);
    }
}
