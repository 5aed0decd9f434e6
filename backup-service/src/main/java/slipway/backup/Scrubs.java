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

    /// Every set of the plan that is a way back, or might become one.
    void due(String plan) {
        jdbc.sql("update backups set scrub_due = true where plan = ? and state in ('RESTORE_TESTED', 'UNPROVEN')")
                .param(plan)
                .update();
    }

    /// Takes those of the plan whose turn it is, the newest first; none while as many are being proven.
    List<Scrub> next(String plan) {
        return jdbc.sql(
                        """
                        update backups set scrub_due = false where id in (
                            select id from backups
                            where plan = :plan and scrub_due and proving is null and state in ('RESTORE_TESTED', 'UNPROVEN')
                            order by started_at desc, id
                            limit greatest(0, :most - (select count(*) from backups where proving is not null))
                            for update skip locked)
                        returning id, state
                        """)
                .param("plan", plan)
                .param("most", AT_ONCE)
                .query((row, _) -> new Scrub(
                        row.getString("id"),
                        row.getString("state").equals("UNPROVEN") ? VerificationLevel.V4 : VerificationLevel.V2))
                .list();
    }
}
