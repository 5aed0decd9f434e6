package slipway.change.calendar;

import org.jspecify.annotations.Nullable;

/// Why a window is not open.
public sealed interface Obstacle {

    /// @param occurrence the time of the freeze that is in the way
    record Frozen(Freeze freeze, Window occurrence) implements Obstacle {}

    /// @param next the next time at which the item may be worked on, within two years; null: none
    record OutsideMaintenance(String ci, @Nullable Window next) implements Obstacle {}
}
