package slipway.backup;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.backup.domain.VerificationLevel;

/// Sets whose scrub is due. A few are read at once, and the others wait: what a night has to capture does not stand behind all that was ever kept.
@Component
class Scrubs {

    private static final int AT_ONCE = 2;

    private final JdbcClient jdbc;

    Scrubs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param level to which it is to be proven: whatever stood in the way of one that could not be restored may be gone
    record Scrub(String set, VerificationLevel level) {}

    /// Every set of the plan that is a way back, or might become one. One that waits already keeps its place.
    void due(String plan) {
        jdbc.sql(
                        """
                        update backups set scrub_due_at = coalesce(scrub_due_at, now())
                        where plan = ? and state in ('RESTORE_TESTED', 'UNPROVEN')
                        """)
                .param(plan)
                .update();
    }

    /// Takes those whose turn it is, which have waited longest; none while as many are being read. One that does not come to its end within an hour, as
    /// something is in its way, holds up nobody any longer.
    ///
    /// @param plans that there are
    List<Scrub> next(List<String> plans) {
        // Several instances count one after the other.
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('scrubs', 6))").query((_, _) -> true).single();
        return jdbc.sql(
                        """
                        with turn as materialized (
                            select id from backups
                            where plan = any (:plans) and scrub_due_at is not null and proving is null
                                and state in ('RESTORE_TESTED', 'UNPROVEN')
                            order by scrub_due_at, started_at, id
                            limit greatest(0, :most - (select count(*) from backups
                                where proving is not null and scrub_begun_at > clock_timestamp() - interval '1 hour')))
                        update backups set scrub_due_at = null, scrub_begun_at = clock_timestamp()
                        from turn where backups.id = turn.id
                        returning backups.id, state
                        """)
                .param("plans", plans.toArray(String[]::new))
                .param("most", AT_ONCE)
                .query((row, _) -> new Scrub(
                        row.getString("id"),
                        row.getString("state").equals("UNPROVEN") ? VerificationLevel.V4 : VerificationLevel.V2))
                .list();
    }
}
