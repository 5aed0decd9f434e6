package slipway.backup;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import slipway.backup.domain.BackupCopy;
import slipway.backup.domain.BackupEvent;

/// Where the copies of a set are that were last found sound, or made; URIs.
///
/// @param here where they are looked at
/// @param former in locations that are configured no more: what became of those, nobody asks
record Whereabouts(List<String> here, List<String> former) {

    /// @param facts of the set
    /// @param places that it has, or would have, in the locations of now
    static Whereabouts of(List<BackupEvent> facts, List<String> places) {
        Map<Boolean, List<String>> copies = last(facts).stream().collect(Collectors.partitioningBy(places::contains));
        return new Whereabouts(copies.get(true), copies.get(false));
    }

    private static List<String> last(List<BackupEvent> facts) {
        List<String> copies = List.of();
        for (BackupEvent fact : facts) {
            copies = switch (fact) {
                case BackupEvent.BackupPartial partial -> places(partial.copies());
                case BackupEvent.BackupCompleted completed -> places(completed.copies());
                case BackupEvent.BackupRepaired repaired -> places(repaired.copies());
                // Those of before copies came and went did not say.
                case BackupEvent.BackupVerified verified -> verified.locations().isEmpty() ? copies : verified.locations();
                // Which of them are sound is known again when it is repaired.
                case BackupEvent.BackupCorrupted _ -> List.of();
                case BackupEvent.BackupPruned _ -> List.of();
                case BackupEvent.BackupStarted _,
                        BackupEvent.BackupItemCaptured _,
                        BackupEvent.BackupItemFailed _,
                        BackupEvent.BackupFailed _,
                        BackupEvent.BackupUnproven _,
                        BackupEvent.VerificationRequested _,
                        BackupEvent.RestoreTested _,
                        BackupEvent.BackupChecked _,
                        BackupEvent.BackupPinned _,
                        BackupEvent.BackupUnpinned _ ->
                    copies;
            };
        }
        return copies;
    }

    private static List<String> places(List<BackupCopy> copies) {
        return copies.stream().map(BackupCopy::location).toList();
    }
}
