package slipway.backup;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.events.release.BackupCheckRequested;
import slipway.events.release.DataRestoreRequested;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseBlocked;
import slipway.events.release.ReleaseClosed;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleaseResolved;
import slipway.events.release.RollbackCompleted;
import slipway.events.release.RollbackFailed;
import slipway.events.release.RollbackTriggered;
import slipway.events.release.RolloutStepStarted;
import slipway.messaging.Fact;
import slipway.messaging.Reactions;

/// Which releases are at work in an environment, from their last look at the backup on, going on or going back: meanwhile nobody restores its data by
/// hand. One whose way back failed is not, until it is tried again: it waits for people, who may have to do just that.
@Component
class Rollouts implements Reactions.Watcher {

    private final JdbcClient jdbc;

    Rollouts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void see(Fact fact) {
        String release = fact.meta().getAggregateId();
        switch (fact.payload()) {
            case BackupCheckRequested checked -> begin(release, checked.getEnvironment());
            case RolloutStepStarted step -> begin(release, step.getEnvironment());
            case DataRestoreRequested restore -> begin(release, restore.getEnvironment());
            case RollbackTriggered triggered -> triggered.getEnvironments().forEach(each -> begin(release, each));
            case ReleaseDeployed deployed -> end(release, deployed.getEnvironment());
            // It did not begin.
            case ReleaseBlocked blocked when blocked.getEnvironment() != null -> end(release, blocked.getEnvironment());
            case RollbackCompleted _, RollbackFailed _, ReleaseAborted _, ReleaseResolved _, ReleaseClosed _ ->
                jdbc.sql("delete from rollouts where release_id = ?").param(release).update();
            default -> {}
        }
    }

    private void begin(String release, String environment) {
        jdbc.sql("insert into rollouts (release_id, environment) values (?, ?) on conflict do nothing")
                .params(release, environment)
                .update();
    }

    private void end(String release, String environment) {
        jdbc.sql("delete from rollouts where release_id = ? and environment = ?")
                .params(release, environment)
                .update();
    }

    /// Ids of those that are at work where a plan's data are: a set of no release may call that otherwise than releases do.
    ///
    /// @param environment of the set
    List<String> at(String plan, String environment) {
        return jdbc.sql(
                        """
                        select distinct release_id from rollouts
                        where environment = :environment
                            or environment in (select environment from backups where plan = :plan and release_id <> '')
                        order by release_id
                        """)
                .param("environment", environment)
                .param("plan", plan)
                .query(String.class)
                .list();
    }
}
