package slipway.backup;

import java.util.List;
import slipway.backup.domain.BackupCopy;
import slipway.backup.domain.BackupEvent;

/// Where the copies of a set are; URIs.
///
/// @param here where they are looked at, and were last found sound, or made
/// @param former wherever there ever was one, in locations that are configured no more: what became of those, nobody asks, and nobody deletes
///     them with the set
record Whereabouts(List<String> here, List<String> former) {

    /// @param facts of the set
    /// @param places that it has, or would have, in the locations of now
    static Whereabouts of(List<BackupEvent> facts, List<String> places) {
        List<String> ever = facts.stream()
                .flatMap(fact -> told(fact).stream())
                .distinct()
                .filter(each -> !places.contains(each))
                .toList();
        return new Whereabouts(last(facts).stream().filter(places::contains).toList(), ever);
    }

    private static List<String> last(List<BackupEvent> facts) {
        List<String> copies = List.of();
        for (BackupEvent fact : facts) {
            List<String> told = told(fact);
            // Which of them are sound is known again when it is repaired.
            boolean gone = fact instanceof BackupEvent.BackupCorrupted || fact instanceof BackupEvent.BackupPruned;
            copies = gone ? List.of() : told.isEmpty() ? copies : told;
        }
        return copies;
    }

    /// Where copies are by this fact; empty: it says nothing of that, as those did of before copies came and went.
    private static List<String> told(BackupEvent fact) {
        return switch (fact) {
            case BackupEvent.BackupPartial partial -> places(partial.copies());
            case BackupEvent.BackupCompleted completed -> places(completed.copies());
            case BackupEvent.BackupRepaired repaired -> places(repaired.copies());
            case BackupEvent.BackupVerified verified -> verified.locations();
            case BackupEvent.BackupCorrupted _,
                    BackupEvent.BackupPruned _,
                    BackupEvent.BackupStarted _,
                    BackupEvent.BackupItemCaptured _,
                    BackupEvent.BackupItemFailed _,
                    BackupEvent.BackupFailed _,
                    BackupEvent.BackupUnproven _,
                    BackupEvent.VerificationRequested _,
                    BackupEvent.RestoreTested _,
                    BackupEvent.BackupChecked _,
                    BackupEvent.BackupPinned _,
                    BackupEvent.BackupUnpinned _ ->
                List.of();
        };
    }

    private static List<String> places(List<BackupCopy> copies) {
        return copies.stream().map(BackupCopy::location).toList();
    }
}
