package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import slipway.release.Catalogue.Probe;
import slipway.release.analysis.Measurement;

@Timeout(20)
class ProbesTest {

    private final Probes probes = new Probes(Clock.systemUTC(), Duration.ofMillis(1500));

    private static Probe probe(String path, String contains, @Nullable String identity) {
        return new Probe(path, contains, 3, Duration.ofMillis(10), Duration.ofMillis(400), 0, identity);
    }

    private Measurement look(Site.Answer answer, String contains) throws Exception {
        try (Site site = new Site(answer)) {
            return probes.look("prod-1", site.url(), probe("/x", contains, null));
        }
    }

    @Test
    void two_hundred_with_the_text_is_good() throws Exception {
        Measurement sample = look(exchange -> Site.say(exchange, 200, "all well"), "well");
        assertThat(sample.ok()).isTrue();
        assertThat(sample.instance()).isEqualTo("prod-1");
        assertThat(sample.detail()).isEqualTo("200 /x");
        assertThat(sample.latencyMicros()).isPositive();
        assertThat(look(exchange -> Site.say(exchange, 204, ""), "").ok()).isTrue();
    }

    @Test
    void everything_else_is_bad_and_says_why() throws Exception {
        assertThat(look(exchange -> Site.say(exchange, 404, "well"), "well"))
                .returns(false, Measurement::ok)
                .returns("404 /x", Measurement::detail);
        assertThat(look(exchange -> Site.say(exchange, 200, "ill"), "well"))
                .returns(false, Measurement::ok)
                .returns("200 /x, without 'well'", Measurement::detail);
        assertThat(look(exchange -> Site.say(exchange, 302, "well"), "well").ok()).isFalse();
        assertThat(look(exchange -> Site.say(exchange, 500, "well"), "well").ok()).isFalse();
        assertThat(look(exchange -> {}, "").ok()).as("no answer at all").isFalse();
    }

    @Test
    void nobody_there_is_bad() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Measurement sample = probes.look("prod-1", URI.create("http://localhost:" + free + "/"), probe("/", "", null));
        assertThat(sample.ok()).isFalse();
        assertThat(sample.detail()).contains("ConnectException");
    }

    @Test
    void an_answer_that_never_ends_is_bad_after_its_time() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        Measurement silent = look(exchange -> waitFor(over), "");
        assertThat(silent).returns(false, Measurement::ok);
        Measurement halfway = look(
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('a');
                    exchange.getResponseBody().flush();
                    waitFor(over);
                },
                "");
        over.countDown();
        assertThat(halfway.ok()).as("the head is there, the body is not").isFalse();
        assertThat(halfway.detail()).contains("no whole answer").contains("400 ms");
        assertThat(halfway.latencyMicros()).isBetween(390_000L, 5_000_000L);
    }

    @Test
    void an_endless_answer_does_not_fill_the_memory() throws Exception {
        byte[] much = new byte[1 << 20];
        Measurement sample = look(
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    for (int i = 0; i < 9; i++) {
                        exchange.getResponseBody().write(much);
                    }
                },
                "");
        assertThat(sample.ok()).isFalse();
    }

    @Test
    void the_path_is_below_the_instance_s_url() throws Exception {
        try (Site site = new Site(exchange -> Site.say(exchange, 200, ""))) {
            probes.look("prod-1", site.url(), probe("/a", "", null));
            probes.look("prod-1", site.url().resolve("app"), probe("b", "", null));
            probes.look("prod-1", site.url().resolve("app/"), probe("/c/d", "", null));
            assertThat(site.asked).containsExactly("/a", "/app/b", "/app/c/d");
        }
    }

    @Test
    void after_a_switch_the_instance_is_waited_for_until_it_answers() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (Site site =
                new Site(exchange -> Site.say(exchange, count.incrementAndGet() < 4 ? 503 : 200, "sha256:a\n"))) {
            probes.await("prod-1", site.url(), probe("/x", "", null), "sha256:a");
            assertThat(count).hasValue(4);
            probes.await("prod-1", site.url(), probe("/x", "", "/id"), "sha256:a");
            assertThat(site.asked.getLast()).isEqualTo("/id");
        }
    }

    @Test
    void it_is_not_waited_for_for_ever_nor_taken_for_another() throws Exception {
        try (Site site = new Site(exchange -> Site.say(exchange, 200, "sha256:old"))) {
            assertThatThrownBy(() -> probes.await("prod-1", site.url(), probe("/x", "", "/id"), "sha256:new"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does not answer as sha256:new")
                    .hasMessageContaining("200 sha256:old");
        }
    }

    private static void waitFor(CountDownLatch over) {
        try {
            over.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whoever_is_interrupted_while_waiting_stops() throws Exception {
        try (Site site = new Site(exchange -> Site.say(exchange, 503, ""))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> probes.await("prod-1", site.url(), probe("/x", "", "/id"), "sha256:never"))
                    .isInstanceOf(InterruptedException.class);
        }
    }
}
