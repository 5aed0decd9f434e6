package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.messaging.FreshToy.of;
import static slipway.messaging.FreshToy.rows;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.github.kagkarlsson.scheduler.Scheduler;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Who does a job, and who does it next.
class JobsTest {

    private final String release = TheToy.fresh("REL");
    private final CountDownLatch middle = new CountDownLatch(1);
    private FreshToy toy;

    @BeforeEach
    void fresh() throws Exception {
        toy = new FreshToy();
        Toy.MIDDLE.put(release, middle);
    }

    @AfterEach
    void stop() {
        middle.countDown();
        toy.close();
    }

    private void aJobIsAtWork() throws Exception {
        toy.hears(TheToy.closed(release, 1));
        await().atMost(TheToy.PATIENCE).until(() -> Toy.BEGUN.contains(release));
    }

    private List<Map<String, Object>> done() {
        return rows(toy.now, "select aggregate_id from journal");
    }

    @Test
    void a_job_at_work_goes_on_while_the_database_is_away() throws Exception {
        toy.start(toy.now);
        aJobIsAtWork();
        toy.away();
        // An outage that is longer than a job lives without a heartbeat.
        await().pollDelay(Crew.DEAD_AFTER.plusSeconds(2)).atMost(TheToy.PATIENCE).until(() -> true);
        toy.back();
        OffsetDateTime back = of(toy.now).sql("select clock_timestamp()").query(OffsetDateTime.class).single();
        await().atMost(TheToy.PATIENCE)
                .until(() -> of(toy.now)
                        .sql("select exists (select from scheduled_tasks where last_heartbeat > ?)")
                        .param(back)
                        .query(Boolean.class)
                        .single());
        middle.countDown();
        await().atMost(TheToy.PATIENCE).until(() -> done().size() == 1);
        assertThat(Collections.frequency(Toy.BEGUN, release)).isEqualTo(1);
        assertThat(Toy.EFFECTS).containsOnlyOnce(release);
    }

    @Test
    void who_has_lost_a_job_to_another_is_interrupted_and_decides_nothing() throws Exception {
        toy.start(toy.now);
        aJobIsAtWork();
        // As somebody does who took this one for dead.
        of(toy.now)
                .sql("update scheduled_tasks set picked_by = 'another', last_heartbeat = clock_timestamp() + interval '1 hour', version = version + 1")
                .update();
        await().atMost(TheToy.PATIENCE).until(() -> Toy.INTERRUPTED.contains(release));
        toy.stop();
        assertThat(done()).isEmpty();
        assertThat(rows(toy.now, "select picked_by from scheduled_tasks where picked")).containsExactly(Map.of("picked_by", "another"));
    }

    @Test
    void a_job_whose_owner_has_died_is_begun_again() {
        anOwnerHasDied();
        middle.countDown();
        toy.start(toy.now);
        await().atMost(TheToy.PATIENCE).until(() -> done().size() == 1);
    }

    @Test
    void an_owner_without_a_heartbeat_is_left_alone_while_the_database_itself_was_away_a_moment_ago() {
        anOwnerHasDied();
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        Logger log = (Logger) LoggerFactory.getLogger(Crew.class);
        log.addAppender(said);
        DataSource database = FreshToy.database(toy.now);
        // For which any two answers have a break between them.
        DatabaseClock clock = new DatabaseClock(JdbcClient.create(database), Duration.ZERO);
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Scheduler scheduler = new Crew("scheduled_tasks", executor, 1, Duration.ofSeconds(1))
                    .scheduler("change-service", database, clock, List.of(new Crew.Kind("ask outside, then withdraw", (job, _) -> {
                        Toy.BEGUN.add(release);
                        return (_, operations) -> operations.stop();
                    })));
            scheduler.start();
            await().atMost(TheToy.PATIENCE).until(() -> List.copyOf(said.list).stream()
                    .anyMatch(each -> each.getFormattedMessage().contains("whoever does it has time for one")));
            scheduler.stop();
        } finally {
            log.detachAppender(said);
        }
        assertThat(rows(toy.now, "select picked_by from scheduled_tasks where picked")).containsExactly(Map.of("picked_by", "dead"));
        assertThat(Toy.BEGUN).doesNotContain(release);
    }

    private void anOwnerHasDied() {
        toy.start(toy.now);
        toy.stop();
        of(toy.now)
                .sql(
                        """
                        insert into scheduled_tasks (task_name, task_instance, task_data, execution_time, picked, picked_by, last_heartbeat, version)
                        values ('ask outside, then withdraw', ?, ?, now(), true, 'dead', now() - interval '1 minute', 1)
                        """)
                .params(release, TheToy.wire(TheToy.closed(release, 1)))
                .update();
    }
}
