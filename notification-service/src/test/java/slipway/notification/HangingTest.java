package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.Meta;
import slipway.messaging.ServiceProperties;
import slipway.notification.domain.NotificationEvent.NotificationSent;

/// A system that takes connections and does not answer.
class HangingTest {

    /// More than workers.
    private static final int MANY = 20;

    @TempDir
    private Path folder;

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
    void a_receiver_that_hangs_never_has_all_workers_and_delays_no_other() throws Exception {
        try (Hanging hanging = new Hanging();
                RunningNotifications running = new RunningNotifications(file(hanging.server.getLocalPort()));
                // First of all, or the service would wait for its jobs.
                AutoCloseable _ = hanging::close) {
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
    }

    private Path file(int port) throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef");
        return Files.writeString(folder.resolve("notifications.yaml"), """
                endpoints: {graphs: {channel: grafana, url: "http://127.0.0.1:%d", secretFiles: ["%s"]}}
                receivers:
                  graphs: {channel: grafana, to: [graphs]}
                  ops: {channel: email, to: [ops@x.org]}
                route:
                  receivers: []
                  routes:
                    - {match: {service: hanging}, receivers: [graphs]}
                    - {match: {service: shop}, receivers: [ops]}
                """.formatted(port, key));
    }
}
