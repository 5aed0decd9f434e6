package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.messaging.ServiceProperties;
import slipway.notification.domain.NotificationEvent.NotificationSent;

/// Systems that do not answer, or not what one would like to hear.
class TroubledSystemsTest {

    /// More than workers.
    private static final int MANY = 20;

    @TempDir
    private Path folder;

    private Hanging hanging;
    private HttpServer moody;
    private final AtomicInteger mood = new AtomicInteger(200);
    private final Queue<String> toldMoody = new ConcurrentLinkedQueue<>();
    private RunningNotifications running;

    @BeforeEach
    void start() throws IOException {
        hanging = new Hanging();
        moody = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        moody.createContext("/", exchange -> {
            toldMoody.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(mood.get(), -1);
            exchange.close();
        });
        moody.start();
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef");
        running = new RunningNotifications(Files.writeString(folder.resolve("notifications.yaml"), """
                endpoints:
                  hanging: {channel: grafana, url: "http://127.0.0.1:%d", secretFiles: ["%s"]}
                  moody: {channel: cdevents, url: "http://localhost:%d"}
                receivers:
                  hanging: {channel: grafana, to: [hanging]}
                  moody: {channel: cdevents, to: [moody]}
                  ops: {channel: email, to: [ops@x.org]}
                route:
                  receivers: []
                  routes:
                    - {match: {service: hanging}, receivers: [hanging]}
                    - {match: {service: moody}, receivers: [moody], groupBy: [service], gather: PT1H, interval: PT1H}
                    - {match: {service: shop}, receivers: [ops]}
                """.formatted(hanging.server.getLocalPort(), key, moody.getAddress().getPort())));
    }

    /// Systems first, or the service would wait for what it is just telling them.
    @AfterEach
    void stop() throws IOException {
        hanging.close();
        moody.stop(0);
        running.close();
    }

    /// It notices when whoever waits for it gives up.
    private static final class Hanging implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        private final Queue<Socket> taken = new ConcurrentLinkedQueue<>();
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        Hanging() throws IOException {
            Thread.ofVirtual().start(this::take);
        }

        private void take() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    taken.add(socket);
                    most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
                    Thread.ofVirtual().start(() -> untilGivenUp(socket));
                } catch (IOException e) {
                    if (!server.isClosed()) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }

        private void untilGivenUp(Socket socket) {
            try (socket) {
                socket.getInputStream().readAllBytes();
            } catch (IOException _) {
                // Given up without a word.
            } finally {
                waiting.decrementAndGet();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket each : taken) {
                each.close();
            }
        }
    }

    @Test
    void a_receiver_that_hangs_never_has_all_workers_and_delays_no_other() {
        int workers = running.service().bean(ServiceProperties.class).jobs().threads();
        for (int each = 0; each < MANY; each++) {
            running.submit(running.change(), "dana", List.of(), "hanging");
        }
        RunningNotifications.patiently().until(() -> hanging.waiting.get() >= workers - 2);

        List<Meta> others = new ArrayList<>();
        for (int each = 0; each < MANY; each++) {
            others.add(running.submit(running.change(), "dana", List.of(), "shop"));
        }
        for (Meta each : others) {
            running.awaited(RunningNotifications.id(each, "ops", "ops@x.org"), NotificationSent.class);
        }
        assertThat(hanging.most).as("two workers are for others").hasValue(workers - 2);
    }

    @Test
    void what_waits_behind_another_of_its_story_rests_until_that_one_is_told() {
        mood.set(500);
        String change = running.change();
        running.submit(change, "dana", List.of(), "moody");
        Meta second = running.cancel(change, 2);
        String behind = RunningNotifications.id(second, "moody", "moody");
        RunningNotifications.patiently().until(() -> rests(behind));
        assertThat(toldMoody).isNotEmpty().allMatch(each -> each.contains("rfcsubmitted"));

        mood.set(202);
        // Long before it would have looked again.
        running.awaited(behind, NotificationSent.class);
        assertThat(toldMoody).last().asString().contains("changecancelled");
    }

    @Test
    void what_a_system_may_have_taken_already_is_not_kept_back_any_more() {
        mood.set(500);
        String change = running.change();
        String told = RunningNotifications.id(running.submit(change, "dana", List.of(), "moody"), "moody", "moody");
        RunningNotifications.patiently().until(() -> !toldMoody.isEmpty());
        String silence = "{\"match\": {\"change\": \"%s\"}, \"until\": \"now+PT1H\", \"reason\": \"too late\"}".formatted(change);
        assertThat(running.service().post("kim:operators", "/silences", silence).status()).isLessThan(300);
        mood.set(202);
        running.awaited(told, NotificationSent.class);
    }

    private boolean rests(String notification) {
        return running.service().bean(JdbcClient.class)
                .sql("""
                     select exists (select from scheduled_tasks where not picked and execution_time > now() + interval '4 minutes'
                     and task_instance = (select job from notification where id = ?))
                     """)
                .param(notification)
                .query(Boolean.class)
                .single();
    }
}
