package slipway.backup.recipe;

/// How a recipe is proven; never blurred.
public enum Tier {
    /// The real system, in our suite.
    LIVE_TESTED,
    /// The system's own client against an emulator of the system.
    EMULATOR_TESTED,
    /// What is run, and how answers are read, against answers that are written down from the documentation of the tools.
    CONTRACT_ONLY
}
