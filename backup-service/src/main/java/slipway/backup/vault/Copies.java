package slipway.backup.vault;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The copies of a set that count, and those that are missing.
///
/// @param made whole, read back when they were made, and kept by their locations as they have to be
/// @param missing one for each other location
public record Copies(List<Location.Copy> made, List<Missing> missing) {

    public Copies {
        made = List.copyOf(made);
        missing = List.copyOf(missing);
    }

    public boolean complete() {
        return missing.isEmpty();
    }

    /// A copy that does not count.
    ///
    /// @param location URI that the set would have there
    /// @param reason for people
    public record Missing(String location, String reason) {
        @Override
        public String toString() {
            return location + ": " + reason;
        }
    }

    /// What one copy is, read to the last byte.
    public sealed interface Examined {

        /// URI of the set in its location.
        String location();

        /// It is what was sealed, and its location keeps it as it has to.
        record Sound(Location.Copy copy) implements Examined {
            @Override
            public String location() {
                return copy.location();
            }
        }

        /// It is not what was sealed. No second look changes that; [Vault#repair] does.
        ///
        /// @param faults one for each file, naming it
        record Faulty(String location, List<String> faults) implements Examined {}

        /// There is no copy, or a half one. [Vault#replicate] makes it.
        record Absent(String location) implements Examined {}

        /// It is what was sealed, but its location does not keep it as it has to: it does not count.
        record Unguarded(String location, String reason) implements Examined {}

        /// The location could not be read now. That says nothing about the copy.
        record Unreachable(String location, String reason) implements Examined {}
    }

    /// What became of the copies of a set that was to be removed.
    ///
    /// @param removed URIs of the set where it is gone, also when it was so before
    public record Removal(List<String> removed, List<Kept> kept) {

        public Removal {
            removed = List.copyOf(removed);
            kept = List.copyOf(kept);
        }
    }

    /// A copy that stays.
    ///
    /// @param until when its location refuses to remove it before then; null when the location could not be reached now
    public record Kept(String location, String reason, @Nullable Instant until) {}

    /// What lies in one location.
    ///
    /// @param unreachable why nothing is known; null when it could be looked at
    public record Holding(
            String location, List<Location.Lying> lying, @Nullable String unreachable) {}
}
