package slipway.backup.domain;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where a backup set stands.
public sealed interface BackupState {

    /// What the set is of.
    ///
    /// @param releaseId empty: of no release
    /// @param heldBy releases and persons; while there is one it is not pruned
    record Origin(String releaseId, String environment, String plan, List<String> items, Set<String> heldBy) {

        Origin heldBy(String holder) {
            Set<String> all = new TreeSet<>(heldBy);
            all.add(holder);
            return new Origin(releaseId, environment, plan, items, all);
        }

        Origin notHeldBy(String holder) {
            Set<String> all = new TreeSet<>(heldBy);
            all.remove(holder);
            return new Origin(releaseId, environment, plan, items, all);
        }
    }

    /// Its manifest.
    ///
    /// @param bytes of ciphertext, one copy
    /// @param retainUntil until when a location refuses to delete it; null: none does
    /// @param locations where there was a copy at some time: where there is none now, it was lost
    record Seal(
            String manifestDigest,
            String keyId,
            Instant recoveryPoint,
            long bytes,
            @Nullable Instant retainUntil,
            Set<String> locations) {

        Seal with(List<BackupCopy> copies) {
            Instant until = copies.stream()
                    .map(BackupCopy::retainUntil)
                    .filter(Objects::nonNull)
                    .max(Comparator.naturalOrder())
                    .orElse(null);
            return new Seal(manifestDigest, keyId, recoveryPoint, bytes, until, locations)
                    .with(copies.stream().map(BackupCopy::location).collect(Collectors.toSet()));
        }

        Seal with(Set<String> more) {
            Set<String> all = new TreeSet<>(locations);
            all.addAll(more);
            return new Seal(manifestDigest, keyId, recoveryPoint, bytes, retainUntil, all);
        }
    }

    record Unknown() implements BackupState {}

    /// Something is known of it.
    sealed interface Known extends BackupState {

        Origin of();

        Known with(Origin of);
    }

    /// It was sealed: there is something to read.
    sealed interface Sealed extends Known {

        Seal seal();
    }

    record Capturing(Origin of) implements Known {
        @Override
        public Known with(Origin of) {
            return new Capturing(of);
        }
    }

    /// Whole in some of its locations only: opens no gate.
    record Partial(Origin of, Seal seal) implements Sealed {
        @Override
        public Known with(Origin of) {
            return new Partial(of, seal);
        }
    }

    /// @param tested whether it had been restored and compared before it was repaired: then it is still a way back
    record Completed(Origin of, Seal seal, boolean tested) implements Sealed {
        @Override
        public Known with(Origin of) {
            return new Completed(of, seal, tested);
        }
    }

    /// @param tested as of [Completed]
    record Verified(Origin of, Seal seal, boolean tested) implements Sealed {
        @Override
        public Known with(Origin of) {
            return new Verified(of, seal, tested);
        }
    }

    /// A way back that was tried.
    ///
    /// @param level V4; V5 where the application looked at it, too; V3 where nothing compares all of its content
    record Tested(Origin of, Seal seal, VerificationLevel level) implements Sealed {
        @Override
        public Known with(Origin of) {
            return new Tested(of, seal, level);
        }
    }

    /// It could not be restored on trial: opens no gate until it is. Its copies may be sound.
    record Unproven(Origin of, Seal seal) implements Sealed {
        @Override
        public Known with(Origin of) {
            return new Unproven(of, seal);
        }
    }

    /// A copy is corrupt or gone, and another one is sound: opens no gate until it is repaired and proven anew.
    ///
    /// @param tested whether it had been restored and compared: then the sound copy is still a way back
    record Degraded(Origin of, Seal seal, boolean tested) implements Sealed {
        @Override
        public Known with(Origin of) {
            return new Degraded(of, seal, tested);
        }
    }

    /// Opens no gate, and never will.
    ///
    /// @param retainUntil until when a location refuses to delete what there is of it; null: none does
    record Unfit(Origin of, @Nullable Instant retainUntil) implements Known {
        @Override
        public Known with(Origin of) {
            return new Unfit(of, retainUntil);
        }
    }

    /// Given up.
    record Pruned(Origin of) implements Known {
        @Override
        public Known with(Origin of) {
            return new Pruned(of);
        }
    }
}
