package slipway.messaging;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// How the service is, asked of its database: what did not go out, what waits, what does not succeed. Health and metrics say the
/// same. Broker and database have indicators of their own, by Spring.
final class Vitals implements MeterBinder {

    /// Somebody has to look, but the service does its work.
    private static final Status ATTENTION = new Status("ATTENTION");

    /// A job that failed so often has been failing for half a minute.
    private static final int PERSISTENT = 6;

    private static final String JOBS =
            """
            (select task_name, consecutive_failures from scheduled_tasks
             union all select task_name, consecutive_failures from scheduled_looks) jobs""";

    private final JdbcClient jdbc;
    private final Parked parked;
    private final Inbox inbox;
    private final ObjectProvider<Reactions> reactions;
    private final Duration maxLag;

    Vitals(JdbcClient jdbc, Parked parked, Inbox inbox, ObjectProvider<Reactions> reactions, Duration maxLag) {
        this.jdbc = jdbc;
        this.parked = parked;
        this.inbox = inbox;
        this.reactions = reactions;
        this.maxLag = maxLag;
    }

    /// DOWN when the oldest fact that is not in Kafka yet is older than the limit.
    Health relay() {
        return asked(this::relayHealth);
    }

    private Health relayHealth() {
        double lag = lagSeconds();
        return (lag > maxLag.toSeconds() ? Health.down() : Health.up())
                .withDetail("unpublished", unpublished())
                .withDetail("oldestSeconds", Math.round(lag))
                .build();
    }

    /// DOWN when the same batch of facts could not be taken in for longer than the limit.
    Health inbox() {
        Inbox.Trouble trouble = inbox.trouble();
        if (trouble == null) {
            return Health.up().build();
        }
        Duration since = since(trouble);
        return (since.compareTo(maxLag) > 0 ? Health.down() : Health.up())
                .withDetail("stuckSeconds", since.toSeconds())
                .withDetail("cause", trouble.cause())
                .build();
    }

    private static Duration since(Inbox.Trouble trouble) {
        return Duration.between(trouble.since(), Instant.now());
    }

    private double stuckSeconds() {
        Inbox.Trouble trouble = inbox.trouble();
        return trouble == null ? 0 : since(trouble).toMillis() / 1000.0;
    }

    /// ATTENTION while facts wait for a person or for an earlier fact.
    Health parkedFacts() {
        return asked(this::parkedHealth);
    }

    private Health parkedHealth() {
        long waiting = parked.count();
        return (waiting == 0 ? Health.up() : Health.status(ATTENTION))
                .withDetail("parked", waiting)
                .build();
    }

    /// ATTENTION while a job fails again and again, or belongs to no row of the reaction table: then nobody will ever do it.
    Health jobs() {
        return asked(this::jobsHealth);
    }

    private Health jobsHealth() {
        List<String> unknown = unknown();
        List<String> failing = jdbc.sql(
                        "select distinct task_name from " + JOBS + " where consecutive_failures >= ? order by 1")
                .param(PERSISTENT)
                .query(String.class)
                .list();
        return (failing.isEmpty() && unknown.isEmpty() ? Health.up() : Health.status(ATTENTION))
                .withDetail("waiting", scheduled())
                .withDetail("failing", failing)
                .withDetail("unknown", unknown)
                .build();
    }

    private List<String> unknown() {
        Set<String> rows = reactions.getObject().rows().stream()
                .map(Reactions.Row::name)
                .collect(Collectors.toSet());
        return jdbc.sql("select distinct task_name from " + JOBS + " order by 1")
                .query(String.class)
                .list()
                .stream()
                .filter(name -> !rows.contains(name))
                .toList();
    }

    /// Whoever cannot be asked is down: an answer, not an error.
    private static Health asked(Supplier<Health> question) {
        try {
            return question.get();
        } catch (DataAccessException e) {
            return Health.down(e).build();
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("slipway.journal.unpublished", this, vitals -> vitals.unpublished())
                .description("Facts in the journal that are not in Kafka yet")
                .register(registry);
        Gauge.builder("slipway.journal.lag", this, Vitals::lagSeconds)
                .baseUnit("seconds")
                .description("Age of the oldest fact that is not in Kafka yet")
                .register(registry);
        Gauge.builder("slipway.facts.decided", this, vitals -> vitals.count("select coalesce(max(position), 0) from journal"))
                .description("Position of the newest fact that this service has decided")
                .register(registry);
        Gauge.builder("slipway.inbox.stuck", this, Vitals::stuckSeconds)
                .baseUnit("seconds")
                .description("For how long the same batch of facts could not be taken in")
                .register(registry);
        Gauge.builder("slipway.facts.parked", parked, Parked::count)
                .description("Facts that wait for a person or for an earlier fact")
                .register(registry);
        Gauge.builder("slipway.jobs.scheduled", this, vitals -> vitals.scheduled())
                .description("Jobs and timers that are not done yet")
                .register(registry);
        Gauge.builder(
                        "slipway.jobs.failing",
                        this,
                        vitals -> vitals.count("select count(*) from " + JOBS + " where consecutive_failures > 0"))
                .description("Jobs whose last try failed")
                .register(registry);
        Gauge.builder("slipway.jobs.unknown", this, vitals -> vitals.unknown().size())
                .description("Kinds of jobs that belong to no reaction of this version: nobody does them")
                .register(registry);
    }

    private long unpublished() {
        return count("select count(*) from journal where published_at is null");
    }

    private long scheduled() {
        return count("select count(*) from " + JOBS);
    }

    private long count(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }

    private double lagSeconds() {
        return jdbc.sql(
                        """
                        select coalesce(extract(epoch from clock_timestamp() - min(recorded_at)), 0)::float8
                        from journal where published_at is null
                        """)
                .query(Double.class)
                .single();
    }
}
