package slipway.release;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// What the last release left in each environment. It is written in the transactions of the facts that say so.
@Component
class Authorised {

    /// The newest of each environment: releases lie upon each other, and one that is taken back lays bare the one below.
    private static final String COLUMNS =
            "select distinct on (service, environment) * from authorised order by service, environment, position desc";

    private final JdbcClient jdbc;

    Authorised(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param digest null: nothing
    /// @param deployer by which it was brought there; null: the catalogue's only one then
    record Last(
            String service,
            String environment,
            String releaseId,
            List<String> changeIds,
            @Nullable String digest,
            @Nullable String deployer) {}

    void note(Last last) {
        jdbc.sql(
                        """
                        insert into authorised (service, environment, release_id, change_ids, digest, deployer, since)
                        values (?, ?, ?, ?, ?, ?, coalesce(
                            (select taken_at from lease where service = ? and environment = ? and release_id = ?), clock_timestamp()))
                        on conflict (service, environment, release_id) do update set
                            digest = excluded.digest, deployer = excluded.deployer, since = excluded.since, position = nextval('authorised_position')
                        """)
                .params(Arrays.asList(
                        last.service(),
                        last.environment(),
                        last.releaseId(),
                        String.join(",", last.changeIds()),
                        last.digest(),
                        last.deployer(),
                        last.service(),
                        last.environment(),
                        last.releaseId()))
                .update();
    }

    /// It was taken back, and under later releases it stays: what would come up there again is nobody's.
    void forgetCovered(String releaseId) {
        jdbc.sql(
                        """
                        delete from authorised a where release_id = :r and (
                            exists (select from authorised b where b.service = a.service and b.environment = a.environment
                                and b.position > a.position)
                            or exists (select from lease l where l.service = a.service and l.environment = a.environment
                                and l.release_id <> a.release_id))
                        """)
                .param("r", releaseId)
                .update();
    }

    /// It was taken back: what was there before it is there again.
    void forget(String releaseId, String environment) {
        jdbc.sql("delete from authorised where release_id = ? and environment = ?")
                .params(releaseId, environment)
                .update();
    }

    /// Where no release works now.
    List<Last> idle() {
        return jdbc.sql("select * from (" + COLUMNS + ") a"
                        + " where not exists (select from lease l where l.service = a.service and l.environment = a.environment)")
                .query((row, _) -> last(row))
                .list();
    }

    /// Those with a release that works there, or was there.
    List<String> services(String environment) {
        return jdbc.sql(
                        """
                        select service from lease where environment = :e union select service from authorised where environment = :e
                        order by service
                        """)
                .param("e", environment)
                .query(String.class)
                .list();
    }

    /// What was left there last.
    Optional<Last> last(String service, String environment) {
        return jdbc.sql("select * from (" + COLUMNS + ") a where service = ? and environment = ?")
                .params(service, environment)
                .query((row, _) -> last(row))
                .optional();
    }

    /// What was left there last before a release came.
    Optional<Last> below(String service, String environment, String releaseId) {
        return jdbc.sql(
                        """
                        select * from authorised a where service = :s and environment = :e and release_id <> :r
                        and position < coalesce((select position from authorised
                            where service = :s and environment = :e and release_id = :r), a.position + 1)
                        order by position desc limit 1
                        """)
                .param("s", service)
                .param("e", environment)
                .param("r", releaseId)
                .query((row, _) -> last(row))
                .optional();
    }

    /// When the release that works there, or was there last, was started.
    Optional<Instant> since(String service, String environment, String releaseId) {
        return jdbc.sql(
                        """
                        select coalesce(
                            (select taken_at from lease where service = :s and environment = :e and release_id = :r),
                            (select since from authorised where service = :s and environment = :e and release_id = :r))
                        """)
                .param("s", service)
                .param("e", environment)
                .param("r", releaseId)
                .query((row, _) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
                .single()
                .map(OffsetDateTime::toInstant);
    }

    private static Last last(ResultSet row) throws SQLException {
        return new Last(
                row.getString("service"),
                row.getString("environment"),
                row.getString("release_id"),
                List.of(row.getString("change_ids").split(",")),
                row.getString("digest"),
                row.getString("deployer"));
    }

    /// Whether nothing happened there since. Until the end of the transaction no release gets there.
    boolean isStill(Last last) {
        // Leases are taken by insertion; a lock on what they are about would not keep them out.
        jdbc.sql("lock table lease in share mode").update();
        return idle().contains(last);
    }
}
