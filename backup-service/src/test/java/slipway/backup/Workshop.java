package slipway.backup;

import java.time.Clock;
import slipway.backup.vault.Vault;

/// The hands of the service, without the service.
record Workshop(Capturing capturing, Proving proving, Restoring restoring) {

    static Workshop of(Plans plans, Vault vault, BackupProperties places, Clock clock) {
        Progress progress = new Progress(clock);
        Proving proving = new Proving(plans, vault, new Upkeep(vault), progress, places);
        return new Workshop(
                new Capturing(plans, vault, progress, clock), proving, new Restoring(plans, proving, vault, places, clock));
    }
}
