package slipway.audit;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What the facts of a time say of how changes go: the five metrics of [DORA](https://dora.dev/guides/dora-metrics-four-keys/), rates of what
/// should be rare, what each gate is worth, and whether the risk that was assessed is the risk that there was.
final class Metrics {

    private static final int MOST = 1_000;
    private static final String FAILURE =
            "(taken_back_at is not null or deployed_at is not null and outcome in ('BACKED_OUT', 'FAILED_NOT_BACKED_OUT'))";

    private final JdbcClient jdbc;

    Metrics(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param service null: all
    record Period(Instant since, Instant until, @Nullable String service) {

        double days() {
            return Duration.between(since, until).toMillis() / 86_400_000.0;
        }

        private Object[] params() {
            return new Object[] {Timestamp.from(since), Timestamp.from(until), service, service};
        }
    }

    /// A part of a whole.
    ///
    /// @param rate null: of nothing
    record Rate(String formula, long part, long whole, @Nullable Double rate) {}

    /// @param medianSeconds null: of nothing
    /// @param p90Seconds nine of ten took no longer; null: of nothing
    record Times(String formula, long count, @Nullable Long medianSeconds, @Nullable Long p90Seconds) {}

    record Frequency(String formula, long deployments, double perDay) {}

    record Delivery(
            Period period,
            Frequency deploymentFrequency,
            Times leadTime,
            Rate changeFailureRate,
            Times recoveryTime,
            Rate reworkRate,
            Rate emergencyRate,
            Rate unauthorisedRate,
            Rate backedOutRate) {}

    /// A set of changes of which a metric speaks.
    enum Which {
        DEPLOYED("deployed_at"),
        /// Or that tried to.
        BROUGHT("coalesce(deployed_at, taken_back_at)"),
        FAILED("coalesce(deployed_at, taken_back_at)", FAILURE),
        REWORK("deployed_at", "kind = 'EMERGENCY'"),
        ASKED("submitted_at"),
        EMERGENCY("submitted_at", "kind = 'EMERGENCY'"),
        UNAUTHORISED("submitted_at", "without_leave"),
        CLOSED("closed_at"),
        BACKED_OUT("closed_at", "outcome = 'BACKED_OUT'");

        private final String condition;

        Which(String time) {
            this(time, "true");
        }

        Which(String time, String condition) {
            this.condition = time + " >= ? and " + time + " < ? and (?::text is null or service = ?) and " + condition;
        }
    }

    Delivery delivery(Period period) {
        long deployments = jdbc.sql(
                        """
                        select count(*) from ledger
                        where type = 'ReleaseDeployed' and recorded_at >= ? and recorded_at < ? and (said(payload) ->> 'last')::boolean
                            and (?::text is null or correlation_id in (select correlation_id from course where service = ?))
                        """)
                .params(period.params())
                .query(Long.class)
                .single();
        return new Delivery(
                period,
                new Frequency("releases that reached their last environment / days", deployments, deployments / period.days()),
                times(
                        "from the request for a change to its last environment",
                        "select extract(epoch from deployed_at - submitted_at) as seconds from delivery where " + Which.DEPLOYED.condition,
                        period),
                rate(
                        "changes taken back from their last environment, or closed as BACKED_OUT or FAILED_NOT_BACKED_OUT after they had reached it / changes that reached it, or were taken back from it",
                        Which.FAILED, Which.BROUGHT, period),
                times(
                        "from the beginning of a rollback from the last environment until what was before runs again, or a person has mended it",
                        """
                        select extract(epoch from (
                            select min(recorded_at) from ledger as back
                            where back.topic = began.topic and back.aggregate_id = began.aggregate_id and back.sequence > began.sequence
                                and back.type in ('RollbackCompleted', 'ReleaseResolved')) - recorded_at) as seconds
                        from live_rollback as began
                        where recorded_at >= ? and recorded_at < ?
                            and (?::text is null or correlation_id in (select correlation_id from course where service = ?))
                        """,
                        period),
                rate("EMERGENCY changes that reached their last environment / all that did", Which.REWORK, Which.DEPLOYED, period),
                rate("EMERGENCY changes / changes that were asked for", Which.EMERGENCY, Which.ASKED, period),
                rate("changes told of or found after they were made, and rollouts that began without leave / changes that were asked for or found, and rollouts of none", Which.UNAUTHORISED, Which.ASKED, period),
                rate("changes closed as BACKED_OUT / changes that were closed", Which.BACKED_OUT, Which.CLOSED, period));
    }

    private Rate rate(String formula, Which part, Which whole, Period period) {
        long some = count(part, period);
        long all = count(whole, period);
        return new Rate(formula, some, all, all == 0 ? null : (double) some / all);
    }

    private long count(Which which, Period period) {
        return jdbc.sql("select count(*) from delivery where " + which.condition).params(period.params()).query(Long.class).single();
    }

    private Times times(String formula, String seconds, Period period) {
        return jdbc.sql("""
                        select count(seconds) as count, percentile_disc(0.5) within group (order by seconds) as median,
                            percentile_disc(0.9) within group (order by seconds) as p90
                        from (%s) as each where seconds is not null
                        """
                        .formatted(seconds))
                .params(period.params())
                .query((row, _) -> {
                    long count = row.getLong("count");
                    return new Times(formula, count, count == 0 ? null : row.getLong("median"), count == 0 ? null : row.getLong("p90"));
                })
                .single();
    }

    /// The changes of which a metric speaks, the newest first; at most 1,000.
    List<String> changes(Which which, Period period) {
        return jdbc.sql("select correlation_id from delivery where " + which.condition + " order by submitted_at desc, correlation_id limit ?")
                .params(period.params())
                .param(MOST)
                .query(String.class)
                .list();
    }

    /// What a rule or a gate was worth.
    ///
    /// @param kind POLICY_RULE, APPROVAL_STAGE, RELEASE_GATE, HOLD or CANARY. A change waits for all rules that match it together; who of those
    ///     that were asked it waited for is told by stage
    /// @param invoked how often it was asked
    /// @param changedOutcome how often something went another way because of it: a change was denied, rejected or not answered; a gate was closed; a
    ///     change was held; a canary was not passed
    /// @param failedAnyway of what it let pass: how much was taken back or failed; null: nobody can say
    /// @param delays how often somebody waited for it
    /// @param medianDelaySeconds null: nobody did
    /// @param delayHours all of it
    record Gate(
            String kind,
            String name,
            long invoked,
            long changedOutcome,
            @Nullable Long failedAnyway,
            long delays,
            @Nullable Long medianDelaySeconds,
            double delayHours) {}

    /// By kind and name.
    List<Gate> gates(Period period) {
        return jdbc.sql(
                        """
                        with period as (select ?::timestamptz as since, ?::timestamptz as until, ?::text as service, ?::text as again),
                        here as (select delivery.* from delivery, period where period.service is null or delivery.service = period.service),
                        asked as (
                            select 'POLICY_RULE' as kind, rule as name,
                                answer = 'DENIED' or ended in ('ChangeRejected', 'ChangeExpired') as changed,
                                approved_at is not null and %s as failed,
                                case when approved_by = 'HUMAN' then extract(epoch from approved_at - evaluated_at) end as delay
                            from here, period, unnest(rules) as rule
                            where evaluated_at >= period.since and evaluated_at < period.until
                            union all
                            select 'APPROVAL_STAGE', said(fact.payload) #>> '{stage,name}',
                                said(fact.payload) #>> '{stage,name}' = (
                                    select said(payload) ->> 'stage' from ledger
                                    where topic = fact.topic and aggregate_id = fact.aggregate_id and type = 'ApprovalVoteCast'
                                        and said(payload) ->> 'decision' = 'REJECT' and ended = 'ChangeRejected'
                                    order by sequence desc limit 1)
                                    or ended = 'ChangeExpired' and stage.last is null,
                                null,
                                extract(epoch from stage.last - fact.recorded_at)
                            from period, here
                            join ledger as fact on fact.topic = 'change.events' and fact.aggregate_id = here.correlation_id and fact.type = 'ApprovalRequested'
                            cross join lateral (
                                select max(recorded_at) as last from ledger
                                where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence > fact.sequence and type = 'ApprovalVoteCast'
                                    and said(payload) -> 'stage' = said(fact.payload) #> '{stage,name}' and said(payload) ->> 'decision' = 'APPROVE'
                                    and sequence < coalesce((
                                        select min(again.sequence) from ledger as again
                                        where again.topic = fact.topic and again.aggregate_id = fact.aggregate_id and again.sequence > fact.sequence
                                            and again.type in ('ApprovalSuperseded', 'RFCDrafted')), sequence + 1)) as stage
                            where fact.recorded_at >= period.since and fact.recorded_at < period.until
                            union all
                            select 'RELEASE_GATE', said(payload) ->> 'gate', said(payload) ->> 'verdict' = 'CLOSED', null,
                                case when said(payload) ->> 'verdict' = 'CLOSED' and not exists (
                                    select from ledger as before
                                    where before.topic = fact.topic and before.aggregate_id = fact.aggregate_id and before.sequence < fact.sequence
                                        and before.type = fact.type and said(before.payload) -> 'gate' = said(fact.payload) -> 'gate'
                                        and said(before.payload) -> 'environment' = said(fact.payload) -> 'environment'
                                        and said(before.payload) ->> 'verdict' = 'CLOSED')
                                then extract(epoch from (
                                    select min(recorded_at) from ledger as open
                                    where open.topic = fact.topic and open.aggregate_id = fact.aggregate_id and open.sequence > fact.sequence
                                        and open.type = fact.type and said(open.payload) -> 'gate' = said(fact.payload) -> 'gate'
                                        and said(open.payload) -> 'environment' = said(fact.payload) -> 'environment'
                                        and said(open.payload) ->> 'verdict' = 'OPEN') - recorded_at) end
                            from ledger as fact, period
                            where type = 'ReleaseGateEvaluated' and recorded_at >= period.since and recorded_at < period.until
                                and (period.service is null or correlation_id in (select correlation_id from here))
                            union all
                            select 'HOLD', said(payload) ->> 'kind', true, null, extract(epoch from (
                                    select min(recorded_at) from ledger as lifted
                                    where lifted.topic = fact.topic and lifted.aggregate_id = fact.aggregate_id and lifted.sequence > fact.sequence
                                        and lifted.type = 'ChangeHoldLifted' and said(lifted.payload) -> 'kind' = said(fact.payload) -> 'kind'
                                        and said(lifted.payload) -> 'ref' = said(fact.payload) -> 'ref') - recorded_at)
                            from ledger as fact, period
                            where type = 'ChangeHeld' and recorded_at >= period.since and recorded_at < period.until
                                and (period.service is null or correlation_id in (select correlation_id from here))
                            union all
                            select 'CANARY', said(payload) ->> 'judge', said(payload) ->> 'verdict' <> 'PASS',
                                said(payload) ->> 'verdict' = 'PASS' and exists (
                                    select from here where here.correlation_id = fact.correlation_id and %s), null
                            from ledger as fact, period
                            where type = 'CanaryAnalysisCompleted' and recorded_at >= period.since and recorded_at < period.until
                                and (period.service is null or correlation_id in (select correlation_id from here)))
                        select kind, name, count(*) as invoked, count(*) filter (where changed) as changed,
                            case when count(failed) > 0 then count(*) filter (where failed) end as failed, count(delay) as delays,
                            percentile_disc(0.5) within group (order by delay) as median, coalesce(sum(delay), 0) / 3600 as hours
                        from asked where name is not null group by kind, name order by kind, name
                        """
                                .formatted(FAILURE, FAILURE))
                .params(period.params())
                .query((row, _) -> {
                    long failed = row.getLong("failed");
                    boolean unknown = row.wasNull();
                    long delays = row.getLong("delays");
                    return new Gate(
                            row.getString("kind"),
                            row.getString("name"),
                            row.getLong("invoked"),
                            row.getLong("changed"),
                            unknown ? null : Long.valueOf(failed),
                            delays,
                            delays == 0 ? null : row.getLong("median"),
                            row.getDouble("hours"));
                })
                .list();
    }

    /// What became of the changes to which a risk was given.
    ///
    /// @param level LOW, MODERATE, HIGH or EXTREME
    /// @param brought changes of it that reached their last environment or were taken back from it
    /// @param failed of these
    /// @param rate null: of nothing
    /// @param from the failure rate is not below, with 95 % confidence: [Wilson's score interval](https://doi.org/10.1080/01621459.1927.10502953)
    /// @param to nor above
    record Risk(String level, long brought, long failed, @Nullable Double rate, @Nullable Double from, @Nullable Double to) {

        private static final double Z = 1.959963984540054;

        static Risk of(String level, long brought, long failed) {
            if (brought == 0) {
                return new Risk(level, 0, 0, null, null, null);
            }
            double p = (double) failed / brought;
            double z2 = Z * Z / brought;
            double middle = (p + z2 / 2) / (1 + z2);
            double half = Z / (1 + z2) * Math.sqrt(p * (1 - p) / brought + z2 / (4 * brought));
            return new Risk(level, brought, failed, p, Math.max(0, middle - half), Math.min(1, middle + half));
        }
    }

    /// @param ordered whether a higher level fails at least as often as a lower one; levels without changes are passed over
    record Calibration(Period period, List<Risk> levels, boolean ordered) {}

    private static final List<String> LEVELS = List.of("LOW", "MODERATE", "HIGH", "EXTREME");

    Calibration calibration(Period period) {
        List<Risk> levels = LEVELS.stream().map(level -> jdbc.sql(
                        """
                        select count(*) as brought, count(*) filter (where %s) as failed from delivery where %s and level = ?
                        """
                                .formatted(FAILURE, Which.BROUGHT.condition))
                .params(period.params())
                .param(level)
                .query((row, _) -> Risk.of(level, row.getLong("brought"), row.getLong("failed")))
                .single()).toList();
        List<Double> rates = levels.stream().filter(level -> level.rate() != null).map(Risk::rate).toList();
        return new Calibration(period, levels, rates.equals(rates.stream().sorted().toList()));
    }
}
