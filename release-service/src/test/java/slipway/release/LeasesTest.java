package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static slipway.release.TheReleases.act;
import static slipway.release.TheReleases.assertNoLeases;
import static slipway.release.TheReleases.old;
import static slipway.release.TheReleases.service;

import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.RunningService;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.Strategy;

/// An environment is one release's at a time.
class LeasesTest {

    @BeforeEach
    void setUp() throws Exception {
        TheReleases.estate();
    }

    @Test
    void an_environment_is_leased_to_one_release_at_a_time_with_growing_tokens() throws Exception {
        Leases leases = service.bean(Leases.class);
        Neighbours first = new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class, 1);
        Neighbours second = new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class, 1);
        long token = leases.take("web", "dev", first.release());
        assertThat(leases.take("web", "dev", first.release())).as("its own").isEqualTo(token);
        assertThatThrownBy(() -> leases.take("web", "dev", second.release())).isInstanceOf(Leases.Taken.class);
        act(first, "rosa:change-managers", "abort", "{\"reason\": \"enough\"}");
        assertThat(leases.token("web", "dev", first.release())).isEmpty();
        assertThat(leases.take("web", "dev", second.release())).isGreaterThan(token);
        act(second, "rosa:change-managers", "abort", "{\"reason\": \"enough\"}");
        assertNoLeases(second);
    }

    /// As the database is after it was set back to before the lease was taken, and the facts since were taken back.
    @Test
    void a_release_that_is_known_to_have_started_has_its_lease_and_the_next_one_a_larger_token() throws Exception {
        Leases leases = service.bean(Leases.class);
        Neighbours first = new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class, 1);
        Neighbours second = new Neighbours(service, Set.of()).schedule("2.1.0").until(BackupRequested.class, 1);
        assertThat(leases.token("web", "dev", first.release())).isEmpty();
        long token = JdbcClient.create(service.bean(DataSource.class))
                        .sql("select nextval('fencing_token')")
                        .query(Long.class)
                        .single()
                + 10;

        service.bean(ReleaseRegister.class)
                .project(
                        new ReleaseEvent.ReleaseStarted(
                                "dev", old, Strategy.ALL_AT_ONCE, "BKP", "AUT", 1, token, List.of(), List.of(), false),
                        RunningService.meta(first.release(), 9, "CHG"));

        assertThat(leases.token("web", "dev", first.release())).contains(token);
        act(first, "rosa:change-managers", "abort", "{\"reason\": \"enough\"}");
        assertThat(leases.take("web", "dev", second.release())).isGreaterThan(token);
        act(second, "rosa:change-managers", "abort", "{\"reason\": \"enough\"}");
        assertNoLeases(second);
    }
}
