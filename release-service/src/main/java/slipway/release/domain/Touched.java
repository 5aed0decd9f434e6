package slipway.release.domain;

import org.jspecify.annotations.Nullable;
import slipway.release.domain.ReleaseCommand.BackupProof;

/// An environment that was started, and its way back.
///
/// @param before what ran there
/// @param pendingMigrations whether its database lacked migrations of the package when it was started
/// @param migrated whether a schema migration ran there
/// @param noReturn whether its point of no return was passed
/// @param supersededBy the release that lies on top of this one there; null: none
public record Touched(
        String environment,
        BackupProof proof,
        Shape before,
        boolean pendingMigrations,
        boolean migrated,
        boolean noReturn,
        @Nullable String supersededBy) {

    static Touched started(String environment, BackupProof proof, Shape before, boolean pendingMigrations) {
        return new Touched(environment, proof, before, pendingMigrations, false, false, null);
    }

    Touched done(boolean migration, boolean last) {
        return new Touched(
                environment,
                proof,
                before,
                pendingMigrations,
                migrated || migration && pendingMigrations,
                noReturn || last,
                supersededBy);
    }

    Touched under(@Nullable String release) {
        return new Touched(environment, proof, before, pendingMigrations, migrated, noReturn, release);
    }

    boolean isOnTop() {
        return supersededBy == null;
    }

    public String backupSetId() {
        return proof.backupSetId();
    }

    public String manifestDigest() {
        return proof.manifestDigest();
    }
}
