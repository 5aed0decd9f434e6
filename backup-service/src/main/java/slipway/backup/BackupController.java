package slipway.backup;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupState;
import slipway.backup.domain.RestoreCommand;
import slipway.backup.domain.RestoreEvent;
import slipway.backup.domain.RestoreState;
import slipway.http.Refusal;
import slipway.messaging.Decisions;

/// Backup sets over HTTP, to be read. 404: no such set.
@RestController
@RequestMapping("/backups")
class BackupController {

    private final Decisions<BackupCommand, BackupState, BackupEvent> backups;
    private final Decisions<RestoreCommand, RestoreState, RestoreEvent> restores;
    private final BackupRegister register;

    BackupController(
            Decisions<BackupCommand, BackupState, BackupEvent> backups,
            Decisions<RestoreCommand, RestoreState, RestoreEvent> restores,
            BackupRegister register) {
        this.backups = backups;
        this.restores = restores;
        this.register = register;
    }

    /// One fact, as it is told.
    ///
    /// @param fact its type
    /// @param about its content
    record Told(String fact, Object about) {

        static Told of(Object fact) {
            return new Told(fact.getClass().getSimpleName(), fact);
        }
    }

    /// @param facts of the set, in order
    /// @param restore facts of the restore from it; empty when there was none
    record BackupView(String id, List<Told> facts, List<Told> restore) {}

    @GetMapping
    List<BackupRegister.Line> list() {
        return register.list();
    }

    @GetMapping("/{id}")
    BackupView show(@PathVariable String id) {
        List<Told> facts = backups.facts(id).stream().map(Told::of).toList();
        if (facts.isEmpty()) {
            throw Refusal.unknown("there is no backup set " + id);
        }
        return new BackupView(
                id, facts, restores.facts("RST-" + id).stream().map(Told::of).toList());
    }
}
