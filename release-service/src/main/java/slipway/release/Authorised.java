package slipway.release;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// What the last release left in each environment. It is written in the transactions of the facts that say so.
@Component
class Authorised {

    private static final String COLUMNS = "select service, environment, release_id, change_ids, digest from authorised a ";

    private final JdbcClient jdbc;

    Authorised(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param digest null: nothing
    record Last(
            String service, String environment, String releaseId, List<String> changeIds, @Nullable String digest) {}

    void note(Last last) {
        jdbc.sql(
                        """
                        insert into authorised (service, environment, release_id, change_ids, digest) values (?, ?, ?, ?, ?)
                        on conflict (service, environment) do update set
                            release_id = excluded.release_id, change_ids = excluded.change_ids, digest = excluded.digest
                        """)
                .params(Arrays.asList(
                        last.service(),
                        last.environment(),
                        last.releaseId(),
                        String.join(",", last.changeIds()),
                        last.digest()))
                .update();
    }

    /// Where no release works now.
    List<Last> idle() {
        return jdbc.sql(COLUMNS
                        + "where not exists (select from lease l where l.service = a.service and l.environment = a.environment)")
                .query((row, _) -> new Last(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        List.of(row.getString(4).split(",")),
                        row.getString(5)))
                .list();
    }

    /// Whether nothing happened there since. Until the end of the transaction no release gets there.
    boolean isStill(Last last) {
        // Leases are taken by insertion; a lock on what they are about would not keep them out.
        jdbc.sql("lock table lease in share mode").update();
        return idle().contains(last);
    }

    /// The release that was there last.
    Optional<String> lastRelease(String service, String environment) {
        return jdbc.sql("select release_id from authorised where service = ? and environment = ?")
                .params(service, environment)
                .query(String.class)
                .optional();
    }
}
