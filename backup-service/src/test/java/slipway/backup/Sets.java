package slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.backup.Plan.Task;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupEvent.RestoreTested;
import slipway.messaging.RunningService;
import tools.jackson.databind.JsonNode;

/// Backup sets of a running service, as tests take and await them.
record Sets(RunningService service) {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String KIM = "kim:operators,approvers";

    /// @return id of a set that is a way back
    String take(String plan) {
        RunningService.Answer answer = service.post(KIM, "/plans/" + plan + "/backups", "{}");
        assertThat(answer.status()).isEqualTo(201);
        String set = answer.body().get("backup").get("id").stringValue();
        awaited(set, RestoreTested.class, 1);
        return set;
    }

    List<BackupEvent> awaited(String set, Class<? extends BackupEvent> kind, int times) {
        return await().atMost(PATIENCE).until(
                () -> service.<BackupEvent>facts("sets", set),
                facts -> facts.stream().filter(kind::isInstance).count() == times);
    }

    static List<String> names(List<BackupEvent> facts) {
        return facts.stream().map(fact -> fact.getClass().getSimpleName()).toList();
    }

    /// As if no instance had run when it was due.
    void due(String plan, Task task) {
        OffsetDateTime at = OffsetDateTime.of(2026, 3, 2, 1, 30, 0, 0, ZoneOffset.UTC);
        await().atMost(PATIENCE).until(() -> service.bean(JdbcClient.class)
                        .sql("update timetable set next_at = ? where plan = ? and task = ?")
                        .params(at, plan, task.name())
                        .update()
                == 1);
    }

    JsonNode line(String set) {
        return service.get("/backups/" + set).body().get("backup");
    }

    /// Ids.
    List<String> of(String plan) {
        return service.get("/backups").body().valueStream()
                .filter(each -> each.get("plan").asString("").equals(plan))
                .map(each -> each.get("id").stringValue())
                .toList();
    }
}
