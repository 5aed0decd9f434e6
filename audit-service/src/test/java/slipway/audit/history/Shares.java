package slipway.audit.history;

/// How often what happens, in thousandths. Guesses of an experienced change manager, in one place to be argued about.
final class Shares {

    // Of all that is asked for; the rest is NORMAL.
    static final int STANDARD = 330;
    static final int EMERGENCY = 45;
    static final int LATENT = 20;
    static final int DRIFT = 10;
    static final int REFUSED = 10;

    // Of what people vote on.
    static final int REJECTED = 45;
    static final int UNANSWERED = 25;
    static final int AMENDED = 60;
    static final int CANCELLED_WAITING = 15;

    // Of what is scheduled.
    static final int CANCELLED_SCHEDULED = 25;
    static final int HELD_BY_HAND = 20;
    static final int NOT_STARTED = 15;

    /// Of rollouts in prod.
    static final int HELD_RUNNING = 12;

    /// Of NORMAL requests.
    static final int DRAFTED = 150;

    // Of emergencies.
    static final int GLASS_BROKEN = 400;
    static final int NOT_RATIFIED_IN_TIME = 60;

    /// Of analyses in prod.
    static final int CANARY_FAILS = 30;
    /// Of steps in prod that move instances.
    static final int STEP_FAILS = 5;
    /// And in environments before it.
    static final int STEP_FAILS_BEFORE = 80;

    /// Of what is taken back.
    static final int ROLLBACK_FAILS = 70;

    // Of what is deployed.
    static final int CRITERIA_NOT_MET = 40;
    static final int LATE_INCIDENT = 15;

    /// Of releases.
    static final int MIGRATES = 200;

    // Of what people are told.
    static final int NOT_DELIVERED = 10;
    static final int SUPPRESSED = 30;

    /// Which environments: all four, the last two, prod alone.
    static final int[] ENVIRONMENTS = {100, 150, 750};

    /// CANARY, ROLLING, BLUE_GREEN, ALL_AT_ONCE.
    static final int[] STRATEGIES = {350, 250, 150, 250};

    private Shares() {}
}
