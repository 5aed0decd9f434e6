package slipway.backup;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.backup.domain.RestoreEvent;
import slipway.events.Meta;
import slipway.messaging.Projection;

/// How the restore from a backup set stands, on the set's line.
@Component
class RestoreRegister implements Projection<RestoreEvent> {

    private final JdbcClient jdbc;

    RestoreRegister(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void project(RestoreEvent fact, Meta meta) {
        String restore =
                switch (fact) {
                    case RestoreEvent.RestoreProposed _ -> "AWAITING_APPROVAL";
                    case RestoreEvent.RestoreDeclined _ -> "DECLINED";
                    case RestoreEvent.RestoreRequested _ -> "REQUESTED";
                    case RestoreEvent.SafetyBackupTaken _ -> "SECURED";
                    case RestoreEvent.RestoreCompleted _ -> "COMPLETED";
                    case RestoreEvent.RestoreFailed _ -> "FAILED";
                };
        jdbc.sql("update backups set restore = ? where id = ?")
                .params(restore, RestoreEvent.setOf(meta.getAggregateId()))
                .update();
    }
}
