package slipway.backup;

import java.util.List;
import org.jspecify.annotations.Nullable;
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
import slipway.backup.vault.Vault;
import slipway.http.Refusal;
import slipway.messaging.Decisions;

/// Backup sets over HTTP. 404: no such set.
@RestController
@RequestMapping("/backups")
class BackupController {

    private final BackupRegister register;
    private final Decisions<BackupCommand, BackupState, BackupEvent> sets;
    private final Decisions<RestoreCommand, RestoreState, RestoreEvent> restores;
    private final Progress progress;
    private final Vault vault;

    BackupController(
            BackupRegister register,
            Decisions<BackupCommand, BackupState, BackupEvent> sets,
            Decisions<RestoreCommand, RestoreState, RestoreEvent> restores,
            Progress progress,
            Vault vault) {
        this.register = register;
        this.sets = sets;
        this.restores = restores;
        this.progress = progress;
        this.vault = vault;
    }

    /// A fact and what it is called.
    record Told(String type, Object fact) {
        static Told of(Object fact) {
            return new Told(fact.getClass().getSimpleName(), fact);
        }
    }

    /// @param facts of the set
    /// @param restores facts of the restores of live data from it
    /// @param proposal number of the restore that waits for approval, which whoever approves it has to give; null: none does
    /// @param copies URIs of those that were last found sound, or made
    /// @param formerCopies URIs of those of them whose locations are configured no more: nobody looks at what is there
    /// @param progress of what is done on it just now by the instance that answers; null: nothing
    /// @param waitsFor why that instance could not go on with it at its last attempt; null: nothing is in the way
    record View(
            BackupRegister.Line backup,
            List<Told> facts,
            List<Told> restores,
            @Nullable Integer proposal,
            List<String> copies,
            List<String> formerCopies,
            Progress.@Nullable Now progress,
            @Nullable String waitsFor) {}

    @GetMapping
    List<BackupRegister.Line> list() {
        return register.list();
    }

    @GetMapping("/{id}")
    View show(@PathVariable String id) {
        BackupRegister.Line line =
                register.line(id).orElseThrow(() -> Refusal.unknown("there is no backup set " + id));
        String restoring = RestoreEvent.aggregateOf(id);
        List<BackupEvent> facts = sets.facts(id);
        List<RestoreEvent> restored = restores.facts(restoring);
        String hindrance = progress.waitsFor(id);
        Whereabouts copies = Whereabouts.of(facts, vault.places(id));
        return new View(
                line,
                facts.stream().map(Told::of).toList(),
                restored.stream().map(Told::of).toList(),
                restores.state(restored) instanceof RestoreState.Proposed ? restored.size() : null,
                copies.here(),
                copies.former(),
                progress.of(id),
                hindrance == null ? progress.waitsFor(restoring) : hindrance);
    }
}
