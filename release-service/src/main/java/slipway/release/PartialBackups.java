package slipway.release;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.events.backup.BackupCompleted;
import slipway.events.backup.BackupFailed;
import slipway.events.backup.BackupPartial;
import slipway.events.backup.BackupPruned;
import slipway.messaging.Fact;
import slipway.messaging.Reactions;

/// Backup sets of releases that lack a copy: nothing starts before it is made, and whoever watches reads what is missing.
@Component
class PartialBackups implements Reactions.Watcher {

    private final JdbcClient jdbc;

    PartialBackups(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void see(Fact fact) {
        String set = fact.meta().getAggregateId();
        switch (fact.payload()) {
            case BackupPartial partial when !partial.getReleaseId().isEmpty() ->
                jdbc.sql(
                                """
                                insert into partial_backup (backup_set_id, missing) values (?, ?)
                                on conflict (backup_set_id) do update set missing = excluded.missing
                                """)
                        .params(set, String.join("; ", partial.getMissing()))
                        .update();
            case BackupCompleted _, BackupFailed _, BackupPruned _ ->
                jdbc.sql("delete from partial_backup where backup_set_id = ?").param(set).update();
            default -> {}
        }
    }

    /// Why a release waits for its set, in words; empty: it is not for a copy.
    Optional<String> inTheWay(String set) {
        return jdbc.sql("select missing from partial_backup where backup_set_id = ?")
                .param(set)
                .query(String.class)
                .optional()
                .map(missing -> "the backup " + set + " is PARTIAL, a copy is missing; when it was sealed: " + missing
                        + "; now: ./slipway backup show " + set
                        + "; it is copied there again and again until that works, or another location takes its place (at least two; restart)");
    }
}
