package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.change.RFCSubmitted;
import slipway.events.release.ReleaseBlocked;
import slipway.messaging.Fact;
import slipway.messaging.RunningService;
import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.wire.AvroSerializer;

/// Two instances that read two topics at the same moment.
class SideBySideTest {

    @TempDir
    private static Path folder;

    private static RunningNotifications running;

    @BeforeAll
    static void start() throws IOException {
        running = new RunningNotifications(Files.writeString(folder.resolve("notifications.yaml"), """
                receivers: {ops: {channel: email, to: [ops@x.org]}}
                route: {receivers: [], routes: [{match: {fact: ReleaseBlocked, service: service}, receivers: [ops]}]}
                """));
    }

    @AfterAll
    static void stop() throws IOException {
        running.close();
    }

    private static Desk desk() {
        RunningService service = running.service();
        return new Desk(
                "notification-service",
                service.bean(Routing.class),
                service.bean(Stories.class),
                new Waiting(service.bean(JdbcClient.class)),
                service.bean(KeptFacts.class),
                List::of,
                service.decisions("decisions"),
                Instant::now);
    }

    private static Fact fact(String topic, SpecificRecord payload) {
        byte[] wire = running.service().bean(AvroSerializer.class).serialize(topic, payload);
        return new Fact(topic, payload, Message.meta(payload), wire, null, null, null);
    }

    private static Fact submitted(String change) {
        return fact(Topics.CHANGE, RunningNotifications.with(
                (RFCSubmitted) Samples.of(RFCSubmitted.getClassSchema()), RunningService.meta(change, 1, change)));
    }

    private static Fact blocked(String change) {
        return fact(Topics.RELEASE, RunningNotifications.with(
                (ReleaseBlocked) Samples.of(ReleaseBlocked.getClassSchema()), RunningService.meta("REL-" + change, 1, change)));
    }

    /// The first one is read by one instance and not yet committed while another reads the second.
    private static void sideBySide(Fact first, Fact second) throws Exception {
        TransactionTemplate transaction = running.service().bean(TransactionTemplate.class);
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        // Ended in the reverse order: what is let go is waited for, also when the test failed.
        try (ExecutorService instances = Executors.newFixedThreadPool(2);
                AutoCloseable _ = go::countDown) {
            Future<?> one = instances.submit(() -> transaction.executeWithoutResult(_ -> {
                desk().see(first);
                read.countDown();
                wait(go);
            }));
            RunningNotifications.patiently().until(() -> one.isDone() || read.getCount() == 0);
            Future<?> other = instances.submit(() -> transaction.executeWithoutResult(_ -> desk().see(second)));
            RunningNotifications.patiently().until(() -> other.isDone() || isWaitedFor());
            go.countDown();
            one.get();
            other.get();
        }
    }

    private static boolean isWaitedFor() {
        return running.service().bean(JdbcClient.class)
                .sql("select exists (select from pg_locks where locktype = 'advisory' and not granted)")
                .query(Boolean.class)
                .single();
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void what_comes_before_its_change_is_told_although_another_instance_reads_the_change() throws Exception {
        Fact blocked = blocked("CHG-71");
        sideBySide(blocked, submitted("CHG-71"));
        assertPlanned(blocked.meta());
    }

    @Test
    void what_comes_while_another_instance_reads_its_change_is_told() throws Exception {
        Fact blocked = blocked("CHG-72");
        sideBySide(submitted("CHG-72"), blocked);
        assertPlanned(blocked.meta());
    }

    private static void assertPlanned(Meta blocked) {
        assertThat(running.facts(RunningNotifications.id(blocked, "ops", "ops@x.org")))
                .first()
                .isInstanceOf(NotificationPlanned.class);
    }
}
