package slipway.backup.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import slipway.backup.domain.BackupEvent.BackupPinned;
import slipway.backup.domain.BackupEvent.BackupPruned;
import slipway.backup.domain.BackupEvent.BackupUnpinned;
import slipway.backup.domain.BackupEvent.VerificationRequested;
import slipway.backup.domain.BackupState.Capturing;
import slipway.backup.domain.BackupState.Completed;
import slipway.backup.domain.BackupState.Degraded;
import slipway.backup.domain.BackupState.Known;
import slipway.backup.domain.BackupState.Origin;
import slipway.backup.domain.BackupState.Partial;
import slipway.backup.domain.BackupState.Pruned;
import slipway.backup.domain.BackupState.Sealed;
import slipway.backup.domain.BackupState.Tested;
import slipway.backup.domain.BackupState.Unfit;
import slipway.backup.domain.BackupState.Unknown;
import slipway.backup.domain.BackupState.Unproven;
import slipway.backup.domain.BackupState.Verified;
import slipway.decider.Decision;

/// The life of a set after it was taken: proven again, held, given up.
final class Keeping {

    private Keeping() {}

    static Decision<BackupEvent> verification(VerificationLevel level, String reason, BackupState state) {
        return switch (state) {
            case Tested _, Unproven _ -> Decision.accept(new VerificationRequested(level, reason));
            case Unknown _, Capturing _, Partial _, Completed _, Verified _, Degraded _, Unfit _, Pruned _ ->
                Decision.refuse("it cannot be proven again: it " + standing(state));
        };
    }

    static Decision<BackupEvent> pin(String holder, String reason, BackupState state) {
        return switch (state) {
            case Unknown _, Unfit _, Pruned _ -> Decision.refuse("it cannot be held: it " + standing(state));
            case Known known when known.of().heldBy().contains(holder) -> Decision.nothing();
            case Capturing _, Sealed _ -> Decision.accept(new BackupPinned(holder, reason));
        };
    }

    static Decision<BackupEvent> unpin(String holder, String reason, BackupState state) {
        return state instanceof Known known && known.of().heldBy().contains(holder)
                ? Decision.accept(new BackupUnpinned(holder, reason))
                : Decision.nothing();
    }

    /// What is being written, proven or repaired is not taken away from under whoever does that.
    static Decision<BackupEvent> prune(String reason, Instant now, BackupState state) {
        return switch (state) {
            case Unknown _, Capturing _, Partial _, Completed _, Verified _, Degraded _, Pruned _ -> Decision.nothing();
            // The retention of a plan asks for none of these; whoever holds a safety backup no longer, does.
            case Unproven(var of, var seal) -> prune(reason, now, of, seal.retainUntil());
            case Tested(var of, var seal, _) -> prune(reason, now, of, seal.retainUntil());
            case Unfit(var of, var retainUntil) -> prune(reason, now, of, retainUntil);
        };
    }

    private static Decision<BackupEvent> prune(
            String reason, Instant now, Origin of, @Nullable Instant retainUntil) {
        boolean retained = retainUntil != null && retainUntil.isAfter(now);
        return retained || !of.heldBy().isEmpty()
                ? Decision.nothing()
                : Decision.accept(new BackupPruned(of.environment(), of.plan(), reason));
    }

    private static String standing(BackupState state) {
        return switch (state) {
            case Unknown _ -> "was never begun";
            case Capturing _ -> "is being captured";
            case Partial _ -> "does not lie in all of its locations yet";
            case Completed _, Verified _ -> "is being proven";
            case Tested _ -> "is proven";
            case Unproven _ -> "could not be restored on trial";
            case Degraded _ -> "is being repaired";
            case Unfit _ -> "failed, or is corrupt";
            case Pruned _ -> "was pruned";
        };
    }
}
