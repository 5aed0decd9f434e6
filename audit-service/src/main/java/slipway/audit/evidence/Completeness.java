package slipway.audit.evidence;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Topics;

/// What a sample cannot show: whether anything was done without a change at all. Over everything in the period, not over the sample.
///
/// @param deployments after which an environment ran something new though a change that it carried, or its only one, was not approved
/// @param strays environments that ran what nobody had released, and changes that were told of after they were made
/// @param breaches invariants that were found broken
/// @param tooMany whether there were more than are listed of any of them
record Completeness(
        Instant from,
        Instant to,
        int changes,
        int selected,
        List<Proven> deployments,
        List<Proven> strays,
        List<Breach> breaches,
        boolean tooMany) {

    private static final int MOST = 1_000;

    /// Services run on clocks that differ: a minute is let pass.
    private static final String UNAPPROVED =
            """
            topic = ? and type = 'ReleaseDeployed' and recorded_at >= ? and recorded_at < ? and exists (
                select from jsonb_array_elements_text(case
                    when coalesce(jsonb_array_length(said(ledger.payload) -> 'changeIds'), 0) = 0 then jsonb_build_array(ledger.correlation_id)
                    else said(ledger.payload) -> 'changeIds' end) as carried
                where not exists (
                    select from ledger as approved where approved.topic = ? and approved.aggregate_id = carried
                        and approved.type = 'ChangeApproved' and approved.recorded_at <= ledger.recorded_at + interval '1 minute'))
            """;

    /// @param fact eventId of what broke it; null: of no single fact
    record Breach(String invariant, String subject, String story, @Nullable String fact, String what, Instant foundAt) {}

    static Completeness of(JdbcClient jdbc, Signed signed, Instant from, Instant to, int changes, int selected) {
        Timestamp since = Timestamp.from(from);
        Timestamp until = Timestamp.from(to);
        List<Proven> deployments = signed.facts(UNAPPROVED, Topics.RELEASE, since, until, Topics.CHANGE);
        List<Proven> strays = signed.facts(
                "type in ('EnvironmentDriftDetected', 'UnauthorisedChangeDetected') and recorded_at >= ? and recorded_at < ?", since, until);
        List<Breach> breaches = new ArrayList<>(jdbc.sql("select * from breach where found_at >= ? and found_at < ? order by found_at, id limit ?")
                .params(since, until, MOST + 1)
                .query((row, _) -> new Breach(
                        row.getString("invariant"),
                        row.getString("subject"),
                        row.getString("story"),
                        row.getString("fact_id"),
                        row.getString("what"),
                        row.getTimestamp("found_at").toInstant()))
                .list());
        return new Completeness(
                from,
                to,
                changes,
                selected,
                firstOf(deployments),
                firstOf(strays),
                firstOf(breaches),
                Math.max(deployments.size(), Math.max(strays.size(), breaches.size())) > MOST);
    }

    private static <T> List<T> firstOf(List<T> all) {
        return List.copyOf(all.subList(0, Math.min(MOST, all.size())));
    }

    /// Those that prove it.
    List<Proven> facts() {
        List<Proven> facts = new ArrayList<>(deployments);
        facts.addAll(strays);
        return facts;
    }

    boolean isClean() {
        return deployments.isEmpty() && strays.isEmpty() && breaches.isEmpty();
    }

    /// Changes that a deployment carried.
    static List<String> carried(Proven deployment) {
        List<String> carried = deployment.texts("changeIds");
        return carried.isEmpty() ? List.of(deployment.entry().correlationId()) : carried;
    }
}
