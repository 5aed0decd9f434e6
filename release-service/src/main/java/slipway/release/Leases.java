package slipway.release;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.messaging.NotYet;

/// Who may work on an environment: one release at a time, with a token that grows; and within a release one step at a time.
@Component
class Leases {

    private final JdbcClient jdbc;
    private final DataSource dataSource;

    Leases(JdbcClient jdbc, DataSource dataSource) {
        this.jdbc = jdbc;
        this.dataSource = dataSource;
    }

    /// Another release works there.
    static final class Taken extends NotYet {
        Taken(String message) {
            super(message);
        }
    }

    /// Takes the lease, or finds that this release holds it already. A release that ended meanwhile gets none: nobody would
    /// ever give it back.
    ///
    /// @return its fencing token
    long take(String service, String environment, String releaseId) throws Taken {
        jdbc.sql(
                        """
                        insert into lease (service, environment, release_id)
                        select ?, ?, id from release where id = ? and status in ('SECURING', 'ROLLING_BACK') for share
                        on conflict do nothing
                        """)
                .params(service, environment, releaseId)
                .update();
        Optional<Long> mine = token(service, environment, releaseId);
        if (mine.isEmpty()) {
            throw new Taken(inTheWay(service, environment, releaseId).orElse("it is given up, or its turn comes"));
        }
        return mine.get();
    }

    Optional<Long> token(String service, String environment, String releaseId) {
        return jdbc.sql("select token from lease where service = ? and environment = ? and release_id = ?")
                .params(service, environment, releaseId)
                .query(Long.class)
                .optional();
    }

    /// The release that works there.
    Optional<String> holder(String service, String environment) {
        return jdbc.sql("select release_id from lease where service = ? and environment = ?")
                .params(service, environment)
                .query(String.class)
                .optional();
    }

    /// Why a release waits there, in words; empty: no other works there.
    Optional<String> inTheWay(String service, String environment, String releaseId) {
        return holder(service, environment)
                .filter(holder -> !holder.equals(releaseId))
                .map(holder -> holder + " works in " + environment + " of " + service);
    }

    /// When a release last let go of an environment.
    Optional<Instant> worked(String service, String environment) {
        return jdbc.sql("select ended_at from worked where service = ? and environment = ?")
                .params(service, environment)
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    /// Runs a step while no other step works on the environment; one that was given up may still run elsewhere.
    ///
    /// @throws NotYet when another step works there, or when the lock was lost: then the step was stopped, and looks again what is done
    <T> T alone(String service, String environment, Callable<T> step) throws Exception {
        return tryAlone(service, environment, step)
                .orElseThrow(() -> new NotYet("another step works in " + environment + " of " + service));
    }

    /// The same for a look.
    ///
    /// @return empty when a step works there
    <T> Optional<T> tryAlone(String service, String environment, Callable<T> look) throws Exception {
        try (StepLock lock = StepLock.ifFree(dataSource, service + "/" + environment)) {
            return lock == null ? Optional.empty() : Optional.of(lock.during(look));
        }
    }
}
