package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.release.TheReleases.service;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.NotYet;

/// One at a time works on an environment, also when the connection that says so breaks.
class StepLockTest {

    private final Leases leases = service.bean(Leases.class);

    @Test
    void what_a_step_found_is_told_and_the_next_may_work() throws Exception {
        assertThat(leases.alone("locked", "dev", () -> "moved")).isEqualTo("moved");
        assertThatThrownBy(() -> leases.alone("locked", "dev", () -> {
                    throw new IOException("the target is away");
                }))
                .hasMessage("the target is away");
        assertThat(leases.alone("locked", "dev", () -> "moved back")).isEqualTo("moved back");
    }

    @Test
    void while_one_works_another_waits_and_holds_nothing_meanwhile() throws Exception {
        leases.alone("locked", "dev", () -> {
            assertThatThrownBy(() -> leases.alone("locked", "dev", () -> "both"))
                    .isInstanceOf(NotYet.class)
                    .hasMessage("another step works in dev of locked");
            assertThat(leases.tryAlone("locked", "dev", () -> "both")).isEmpty();
            assertThat(leases.tryAlone("locked", "prod", () -> "elsewhere")).contains("elsewhere");
            return "alone";
        });
    }

    @Test
    void a_step_whose_lock_is_lost_is_stopped_and_nothing_is_made_of_it() {
        AtomicReference<InterruptedException> stopped = new AtomicReference<>();
        assertThatThrownBy(() -> leases.alone("locked", "dev", () -> {
                    end();
                    try {
                        new CountDownLatch(1).await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        stopped.set(e);
                        throw e;
                    }
                    return "moved";
                }))
                .isInstanceOf(NotYet.class)
                .hasMessageContaining("the lock of locked/dev ended");
        assertThat(stopped).as("it is interrupted").doesNotHaveNullValue();
        assertThat(Thread.currentThread().isInterrupted()).as("whoever comes after it on this thread is not").isFalse();
    }

    @Test
    void what_came_of_a_step_whose_lock_was_lost_at_its_end_counts_for_nothing() {
        assertThatThrownBy(() -> leases.alone("locked", "dev", () -> {
                    end();
                    return "moved";
                }))
                .isInstanceOf(NotYet.class);
    }

    /// The server ends whoever holds an advisory lock of the second kind.
    private static void end() {
        JdbcClient jdbc = JdbcClient.create(service.bean(DataSource.class));
        assertThat(jdbc.sql(
                                """
                                select pg_terminate_backend(pid) from pg_locks
                                where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())
                                and (classid::bigint << 32) | objid::bigint = hashtextextended('locked/dev', 2)
                                """)
                        .query(Boolean.class)
                        .list())
                .containsExactly(true);
    }
}
