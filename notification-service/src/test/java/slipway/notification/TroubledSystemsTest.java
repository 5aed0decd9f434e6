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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.RolloutIndeterminate;
import slipway.messaging.RunningService;
import slipway.messaging.ServiceProperties;
import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.notification.domain.NotificationEvent.NotificationSent;
import slipway.notification.domain.NotificationEvent.NotificationSuppressed;

/// Systems that do not answer, or not what one would like to hear.
class TroubledSystemsTest {

    /// More than workers.
    private static final int MANY = 20;

    @TempDir
    private Path folder;

    private static final List<String> HANGING = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");

    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final List<Hanging> hanging = new ArrayList<>();
    private HttpServer moody;
    private final AtomicInteger mood = new AtomicInteger(200);
    private volatile String retryAfter = "3600";
    private final Queue<String> toldMoody = new ConcurrentLinkedQueue<>();
    private RunningNotifications running;

    @BeforeEach
    void start() throws IOException {
        for (String host : HANGING) {
            hanging.add(new Hanging(host));
        }
        moody = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        moody.createContext("/", exchange -> {
            toldMoody.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
            exchange.sendResponseHeaders(mood.get(), -1);
            exchange.close();
        });
        moody.start();
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef");
        Path room = Files.writeString(folder.resolve("room"), "http://localhost:" + moody.getAddress().getPort());
        running = new RunningNotifications(Files.writeString(folder.resolve("notifications.yaml"), """
                endpoints:
                  hanging-0: {channel: grafana, url: "http://127.0.0.1:%d", secretFiles: ["%s"]}
                  hanging-1: {channel: grafana, url: "http://127.0.0.2:%d", secretFiles: ["%s"]}
                  hanging-2: {channel: grafana, url: "http://127.0.0.3:%d", secretFiles: ["%s"]}
                  moody: {channel: cdevents, url: "http://localhost:%d"}
                  pager: {channel: pagerduty, url: "http://localhost:%d", secretFiles: ["%s"]}
                  room: {channel: slack-webhook, urlFile: "%s"}
                receivers:
                  hanging-0: {channel: grafana, to: [hanging-0]}
                  hanging-1: {channel: grafana, to: [hanging-1]}
                  hanging-2: {channel: grafana, to: [hanging-2]}
                  moody: {channel: cdevents, to: [moody]}
                  pager: {channel: pagerduty, to: [pager]}
                  room: {channel: slack-webhook, to: [room]}
                  ops: {channel: email, to: [ops@x.org]}
                route:
                  receivers: []
                  routes:
                    - {match: {service: hanging-0}, receivers: [hanging-0]}
                    - {match: {service: hanging-1}, receivers: [hanging-1]}
                    - {match: {service: hanging-2}, receivers: [hanging-2]}
                    - {match: {service: paged}, receivers: [pager]}
                    - {match: {service: chatted}, receivers: [room]}
                    - {match: {service: moody}, receivers: [moody], groupBy: [service], gather: PT1H, interval: PT1H}
                    - {match: {service: shop}, receivers: [ops]}
                """.formatted(
                        hanging.get(0).server.getLocalPort(), key, hanging.get(1).server.getLocalPort(), key, hanging.get(2).server.getLocalPort(), key,
                        moody.getAddress().getPort(), moody.getAddress().getPort(), key, room)));
    }

    /// Systems first, or the service would wait for what it is just telling them.
    @AfterEach
    void stop() throws IOException {
        for (Hanging each : hanging) {
            each.close();
        }
        moody.stop(0);
        running.close();
    }

    /// It notices when whoever waits for it gives up.
    private final class Hanging implements AutoCloseable {

        private final ServerSocket server;
        private final Queue<Socket> taken = new ConcurrentLinkedQueue<>();

        Hanging(String host) throws IOException {
            server = new ServerSocket(0, 0, InetAddress.getByName(host));
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
    void receivers_that_hang_never_have_all_workers_and_delay_no_other() {
        int workers = running.service().bean(ServiceProperties.class).jobs().threads();
        for (int each = 0; each < MANY; each++) {
            running.submit(running.change(), "dana", List.of(), "hanging-" + each % HANGING.size());
        }
        RunningNotifications.patiently().until(() -> waiting.get() == HANGING.size());

        List<Meta> others = new ArrayList<>();
        for (int each = 0; each < MANY; each++) {
            others.add(running.submit(running.change(), "dana", List.of(), "shop"));
        }
        for (Meta each : others) {
            running.awaited(RunningNotifications.id(each, "ops", "ops@x.org"), NotificationSent.class);
        }
        assertThat(most.get()).as("two workers are for others").isLessThanOrEqualTo(workers - 2);
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
        silence("change", change);
        mood.set(202);
        running.awaited(told, NotificationSent.class);
    }

    @Test
    void what_was_planned_during_the_outage_and_never_tried_is_silenced_and_comes_back_apart_from_the_others() {
        mood.set(429);
        running.submit(running.change(), "dana", List.of(), "moody");
        RunningNotifications.patiently().until(() -> !toldMoody.isEmpty());
        List<String> changes = Stream.generate(running::change).limit(5).toList();
        List<String> never = changes.stream()
                .map(each -> RunningNotifications.id(running.submit(each, "dana", List.of(), "moody"), "moody", "moody"))
                .toList();
        RunningNotifications.patiently().until(() -> slots("moody").size() == 6);
        assertThat(slots("moody").stream().distinct()).as("each at a moment of its own").hasSize(6);

        silence("change", changes.getFirst());
        running.due(never.getFirst());
        assertThat(running.awaited(never.getFirst(), NotificationSuppressed.class).reason()).contains("we know");
        assertThat(toldMoody).as("it never left").hasSize(1);
    }

    @Test
    void what_ends_an_alert_is_told_although_it_is_silenced() {
        String change = running.change();
        Meta submitted = running.submit(change, "dana", List.of(), "paged");
        running.awaited(RunningNotifications.id(submitted, "pager", "pager"), NotificationSent.class);
        mood.set(503);
        // It comes back, and is refused, until the silence holds.
        retryAfter = "1";
        String opened = RunningNotifications.id(running.block(change, "prod"), "pager", "pager");
        RunningNotifications.patiently().until(() -> toldMoody.size() >= 2);
        String planned = toPager(change, 2, ReleaseAborted.getClassSchema());
        running.awaited(planned, NotificationPlanned.class);
        silence("service", "paged");
        mood.set(202);
        String silenced = toPager(change, 3, RolloutIndeterminate.getClassSchema());
        String came = toPager(change, 4, ReleaseAborted.getClassSchema());

        running.awaited(silenced, NotificationSuppressed.class);
        for (String each : List.of(opened, planned, came)) {
            running.awaited(each, NotificationSent.class);
        }
    }

    /// @return the notification
    private String toPager(String change, long sequence, Schema fact) {
        String release = "REL-" + change;
        Meta meta = RunningService.meta(release, sequence, change);
        running.service().publish(Topics.RELEASE, RunningNotifications.with(Samples.of(fact), meta), release);
        return RunningNotifications.id(meta, "pager", "pager");
    }

    @Test
    void a_room_that_is_written_to_by_its_url_is_left_alone_for_a_second_after_each_message() {
        List<Meta> all = new ArrayList<>();
        for (int each = 0; each < 3; each++) {
            all.add(running.submit(running.change(), "dana", List.of(), "chatted"));
        }
        all.forEach(each -> running.awaited(RunningNotifications.id(each, "room", "room"), NotificationSent.class));
        List<Instant> slots = slots("room");
        assertThat(slots).hasSize(3);
        assertThat(Duration.between(slots.getFirst(), slots.get(1))).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(Duration.between(slots.get(1), slots.getLast())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    private void silence(String label, String value) {
        String silence = "{\"match\": {\"%s\": \"%s\"}, \"until\": \"now+PT1H\", \"reason\": \"we know\"}".formatted(label, value);
        assertThat(running.service().post("kim:operators", "/silences", silence).status()).isLessThan(300);
    }

    /// When each may leave that was told so.
    private List<Instant> slots(String receiver) {
        return running.service().bean(JdbcClient.class)
                .sql("select slot from notification where receiver = ? and slot is not null order by slot")
                .param(receiver)
                .query((row, _) -> row.getTimestamp("slot").toInstant())
                .list();
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
