package slipway.messaging;

/// A service's database and its log contradict each other: one of them was set back. It does not start, because it would give numbers of
/// facts that others know to other facts.
public final class Unreconciled extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String fault;
    private final String remedy;

    /// @param fault a sentence without its full stop
    Unreconciled(String fault, String remedy) {
        super(fault + ". " + remedy);
        this.fault = fault;
        this.remedy = remedy;
    }

    String fault() {
        return fault;
    }

    String remedy() {
        return remedy;
    }
}
