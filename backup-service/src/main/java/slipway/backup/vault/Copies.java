package slipway.backup.vault;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The copies of a set that count, and those that do not.
///
/// @param made whole, read back when they were made, and kept by their locations as they have to be
/// @param missing one for each location whose copy is waited for: it is to be made, or would have to count
/// @param refused one for each location that takes no part, since it does not keep what it is given as it has to
public record Copies(List<Location.Copy> made, List<Missing> missing, List<Missing> refused) {

    /// In so many separate locations a set lies at least.
    public static final int LEAST = 2;

    /// A location that refuses is done without as long as there are enough others. Until then it is waited for.
    public Copies {
        made = List.copyOf(made);
        if (made.size() < LEAST) {
            missing = Stream.concat(missing.stream(), refused.stream()).toList();
            refused = List.of();
        } else {
            missing = List.copyOf(missing);
            refused = List.copyOf(refused);
        }
    }

    /// There are enough, and no other will come.
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

    /// A copy that stays although it was to be removed.
    ///
    /// @param until when its location refuses to remove it before then; null when the location could not be reached now
    public record Kept(String location, String reason, @Nullable Instant until) {}
}
