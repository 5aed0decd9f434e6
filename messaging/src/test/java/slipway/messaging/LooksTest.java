package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.messaging.TheToy.PATIENCE;
import static slipway.messaging.TheToy.closed;
import static slipway.messaging.TheToy.decisions;
import static slipway.messaging.TheToy.fresh;
import static slipway.messaging.TheToy.jdbc;
import static slipway.messaging.TheToy.meta;
import static slipway.messaging.TheToy.reasons;
import static slipway.messaging.TheToy.send;
import static slipway.messaging.TheToy.wire;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.events.Topics;
import slipway.events.release.ReleaseBlocked;
import slipway.events.release.ReleaseClosed;

/// Jobs that only look at something take as long as they take.
class LooksTest {

    /// More than threads that act (6) and than connections to the database (12).
    private static final int MANY = 13;

    private static String looked() {
        String release = fresh("REL");
        Toy.SEEN.put(release, new CountDownLatch(1));
        send(Topics.RELEASE, release, wire(new ReleaseBlocked(meta(release, 1), "prod", List.of("odd"))));
        return release;
    }

    private static void untilLooks(List<String> releases, int times) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(releases)
                        .allSatisfy(each -> assertThat(Collections.frequency(Toy.LOOKS, each)).isEqualTo(times)));
    }

    private static void untilSeenOnce(List<String> releases) {
        releases.forEach(each -> Toy.SEEN.get(each).countDown());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(releases)
                        .allSatisfy(each -> assertThat(reasons("CHG-of-" + each)).containsExactly("seen " + each)));
        await().atMost(PATIENCE)
                .until(() -> jdbc().sql("select count(*) from scheduled_looks").query(Long.class).single() == 0);
    }

    @Test
    void however_many_look_a_job_that_acts_waits_for_none_of_them() {
        List<String> looked = Stream.generate(LooksTest::looked).limit(MANY).toList();
        untilLooks(looked, 1);

        String acting = fresh("REL");
        Toy.FAILURES.put(acting, 0);
        send(Topics.RELEASE, acting, wire(closed(acting, 1)));
        await().atMost(PATIENCE).until(() -> decisions().facts("CHG-of-" + acting).size() == 1);

        assertThat(looked).allSatisfy(each -> assertThat(reasons("CHG-of-" + each)).isEmpty());
        untilSeenOnce(looked);
    }

    @Test
    void a_look_that_a_stop_of_the_service_cuts_short_begins_anew_and_is_decided_once() {
        List<String> looked = List.of(looked());
        untilLooks(looked, 1);
        TheToy.restart();
        untilLooks(looked, 2);
        assertThat(failures("scheduled_looks")).as("a look that was cut short did not fail").isZero();
        assertThat(reasons("CHG-of-" + looked.getFirst())).isEmpty();
        untilSeenOnce(looked);
    }

    @Test
    void a_job_that_waits_for_somebody_else_does_not_fail_and_goes_on_when_it_may() {
        String release = fresh("REL");
        Toy.WAITING.put(release, Optional.empty());
        Toy.FAILURES.put(release, 0);
        send(Topics.RELEASE, release, wire(closed(release, 1)));
        await().atMost(PATIENCE).until(() -> tried() > 0);
        assertThat(failures("scheduled_tasks")).isZero();
        assertThat(decisions().facts("CHG-of-" + release)).isEmpty();
        Toy.WAITING.remove(release);
        await().atMost(PATIENCE).until(() -> decisions().facts("CHG-of-" + release).size() == 1);
    }

    @Test
    void a_job_that_knows_until_when_it_waits_in_vain_is_asked_again_then() {
        String release = fresh("REL");
        Instant until = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MILLIS);
        Toy.WAITING.put(release, Optional.of(until));
        Toy.FAILURES.put(release, 0);
        send(Topics.RELEASE, release, wire(closed(release, 1)));
        await().atMost(PATIENCE).until(() -> jdbc().sql("update scheduled_tasks set execution_time = now() where execution_time = ?")
                        .param(Timestamp.from(until))
                        .update()
                == 1);
        Toy.WAITING.remove(release);
        await().atMost(PATIENCE).until(() -> decisions().facts("CHG-of-" + release).size() == 1);
    }

    @Test
    void a_job_that_is_woken_is_tried_at_once_whenever_it_wanted_to_be() {
        ReleaseClosed fact = waitsForAnHour(fresh("REL"));
        await().atMost(PATIENCE).until(() -> resting() == 1);
        Toy.WAITING.remove(fact.getMeta().getAggregateId());
        wake(fact);
        await().atMost(PATIENCE).until(() -> decisions().facts(fact.getMeta().getCorrelationId()).size() == 1);
    }

    @Test
    void a_job_that_is_woken_while_it_finds_out_that_it_waits_is_tried_once_more() {
        String release = fresh("REL");
        AtomicReference<ReleaseClosed> fact = new AtomicReference<>();
        CountDownLatch sent = new CountDownLatch(1);
        Toy.MEANWHILE.put(release, () -> {
            untilZero(sent);
            wake(fact.get());
            Toy.WAITING.remove(release);
        });
        fact.set(waitsForAnHour(release));
        sent.countDown();
        await().atMost(PATIENCE).until(() -> decisions().facts("CHG-of-" + release).size() == 1);
    }

    private static ReleaseClosed waitsForAnHour(String release) {
        Toy.WAITING.put(release, Optional.of(Instant.now().plus(1, ChronoUnit.HOURS)));
        Toy.FAILURES.put(release, 0);
        ReleaseClosed fact = closed(release, 1);
        send(Topics.RELEASE, release, wire(fact));
        return fact;
    }

    private static void wake(ReleaseClosed fact) {
        TheToy.bean(TransactionTemplate.class)
                .executeWithoutResult(_ -> TheToy.bean(Jobs.class).wake(List.of(fact.getMeta().getEventId())));
    }

    private static long resting() {
        return jdbc().sql("select count(*) from scheduled_tasks where not picked and execution_time > now() + interval '30 minutes'")
                .query(Long.class)
                .single();
    }

    private static void untilZero(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_service_knows_whether_it_has_looks_at_all() {
        assertThat(TheToy.bean(Reactions.class).look()).isTrue();
        assertThat(Reactions.table()
                        .perform(ReleaseBlocked.class, "act", _ -> List.of())
                        .performAt(ReleaseBlocked.class, "act later", _ -> null, _ -> List.of())
                        .build()
                        .look())
                .isFalse();
    }

    private static long tried() {
        return jdbc().sql("select count(*) from scheduled_tasks where last_success is not null").query(Long.class).single();
    }

    private static long failures(String table) {
        return jdbc().sql("select count(*) from " + table + " where last_failure is not null").query(Long.class).single();
    }
}
