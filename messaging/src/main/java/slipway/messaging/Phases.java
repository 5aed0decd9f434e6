package slipway.messaging;

/// In which order the parts of a service start; they stop in the reverse order, so that what is decided last still goes out.
/// The web server and the inbox (Spring's own phases, near the maximum) start after and stop before these.
final class Phases {

    static final int RECONCILIATION = 0;
    static final int RELAY = 100;
    static final int JOBS = 200;

    private Phases() {}
}
