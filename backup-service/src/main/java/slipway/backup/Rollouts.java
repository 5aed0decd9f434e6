package slipway.backup;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseClosed;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleaseResolved;
import slipway.events.release.ReleaseStarted;
import slipway.events.release.RollbackCompleted;
import slipway.events.release.RollbackFailed;
import slipway.events.release.RollbackTriggered;
import slipway.messaging.Fact;
import slipway.messaging.Reactions;

/// Which releases are at work in an environment, going on or going back: meanwhile nobody restores its data by hand. One whose way back
/// failed is not: it waits for people, who may have to do just that.
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
            case ReleaseStarted started -> begin(release, started.getEnvironment());
            case RollbackTriggered triggered -> triggered.getEnvironments().forEach(each -> begin(release, each));
            case ReleaseDeployed deployed ->
                jdbc.sql("delete from rollouts where release_id = ? and environment = ?")
                        .params(release, deployed.getEnvironment())
                        .update();
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

    /// Ids of those that are at work there now.
    List<String> in(String environment) {
        return jdbc.sql("select release_id from rollouts where environment = ? order by release_id")
                .param(environment)
                .query(String.class)
                .list();
    }
}
