package slipway.audit.evidence;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Invariant;

/// What a sample cannot show: whether anything was done without a change at all. Over everything in the period, not over the sample.
///
/// @param starts rollouts that began although one of the changes that they carry was not approved, or had no leave
/// @param strays environments that ran what nobody had released, and changes that were told of after they were made
/// @param breaches invariants that were found broken
/// @param tooMany whether there were more than are listed of any of them
record Completeness(
        Instant from, Instant to, List<Start> starts, List<Proven> strays, List<Breach> breaches, boolean tooMany) {

    private static final int MOST = 1_000;

    /// By any of these something was done in an environment.
    private static final String DONE =
            "type in ('ReleaseStarted', 'RolloutStepStarted', 'RolloutStepCompleted', 'ReleaseDeployed') and recorded_at >= ? and recorded_at < ?";

    /// @param fact of a release
    /// @param wrong what
    record Start(Proven fact, String wrong) {

        /// The changes that it carries.
        List<String> changes() {
            List<String> changes = fact.payload().path("leaves").valueStream().map(each -> each.path("changeId").asString("")).toList();
            return changes.isEmpty() ? List.of(fact.entry().correlationId()) : changes;
        }
    }

    /// @param fact eventId of what broke it; null: of no single fact
    record Breach(String invariant, String subject, String story, @Nullable String fact, String what, Instant foundAt) {}

    static Completeness of(Signed signed, Instant from, Instant to) {
        Timestamp since = Timestamp.from(from);
        Timestamp until = Timestamp.from(to);
        Map<String, String> wrong = signed.broken(
                Invariant.START_IS_AUTHORISED, MOST + 1, DONE, since, until);
        List<Start> starts = signed.facts("event_id = any(?)", (Object) wrong.keySet().toArray(String[]::new)).stream()
                .map(each -> new Start(each, Objects.requireNonNull(wrong.get(each.id()))))
                .toList();
        List<Proven> strays = signed.first(
                MOST + 1, "type in ('EnvironmentDriftDetected', 'UnauthorisedChangeDetected') and recorded_at >= ? and recorded_at < ?", since, until);
        List<Breach> breaches = signed.jdbc().sql("select * from breach where found_at >= ? and found_at < ? order by found_at, aggregate_id limit ?")
                .params(since, until, MOST + 1)
                .query((row, _) -> new Breach(
                        row.getString("invariant"),
                        row.getString("subject"),
                        row.getString("story"),
                        row.getString("fact_id"),
                        row.getString("what"),
                        row.getTimestamp("found_at").toInstant()))
                .list();
        return new Completeness(
                from,
                to,
                firstOf(starts),
                firstOf(strays),
                firstOf(breaches),
                Math.max(starts.size(), Math.max(strays.size(), breaches.size())) > MOST);
    }

    private static <T> List<T> firstOf(List<T> all) {
        return List.copyOf(all.subList(0, Math.min(MOST, all.size())));
    }

    /// Those that prove it.
    List<Proven> facts() {
        return Stream.concat(starts.stream().map(Start::fact), strays.stream()).toList();
    }
}
