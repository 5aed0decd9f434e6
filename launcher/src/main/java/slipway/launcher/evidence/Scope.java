package slipway.launcher.evidence;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a pack says that it is about. Nobody signed it.
///
/// @param change the only one; null: those of a sample
/// @param sample null: it is about one change
public record Scope(String createdAt, String createdBy, @Nullable String change, @Nullable Sample sample) {

    /// @param size how many were to be drawn
    /// @param population how many there were to draw from
    /// @param selected those that were drawn
    public record Sample(String from, String to, long size, String seed, int population, List<String> selected) {}
}
