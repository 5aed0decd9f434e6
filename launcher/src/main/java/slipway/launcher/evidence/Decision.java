package slipway.launcher.evidence;

/// What came of deciding again.
///
/// @param what the fact that has the decision
/// @param of whose it is
/// @param words what both say, where they differ, or what was not recorded
public record Decision(Result result, String what, String of, String words) {

    public enum Result {
        MATCH,
        DIFFERS,
        CANNOT
    }

    static Decision of(Fact fact, Result result, String words) {
        return new Decision(result, fact.type(), fact.entry().aggregateId(), words);
    }
}
