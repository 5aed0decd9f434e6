package slipway.backup;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.backup.Plan.Task;

/// Whether there is a way back, asked of the lists: what an alert has to know besides what every service tells.
@Component
class BackupMeters implements MeterBinder {

    private final Plans plans;
    private final JdbcClient jdbc;
    private final Clock clock;

    BackupMeters(Plans plans, JdbcClient jdbc, Clock clock) {
        this.plans = plans;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("slipway.backups.failed", this, BackupMeters::failed)
                .description("Plans whose newest set failed, is corrupt or could not be proven")
                .register(registry);
        Gauge.builder("slipway.backups.overdue", this, BackupMeters::overdueSeconds)
                .baseUnit("seconds")
                .description("For how long a backup has been due by its plan's schedule without a proven set since; the longest of all plans")
                .register(registry);
    }

    long failed() {
        List<String> all = plans.all().stream().map(Plan::name).toList();
        return all.isEmpty()
                ? 0
                : jdbc.sql(
                                """
                                select count(*) from (
                                    select distinct on (plan) state from backups
                                    where plan in (:plans) and kept_for = '' and state <> 'PRUNED'
                                    order by plan, started_at desc, id) newest
                                where state in ('FAILED', 'CORRUPTED', 'UNPROVEN')
                                """)
                        .param("plans", all)
                        .query(Long.class)
                        .single();
    }

    double overdueSeconds() {
        Instant now = clock.instant();
        return plans.all().stream()
                .filter(plan -> plan.schedule().containsKey(Task.BACKUP))
                .mapToLong(plan -> overdue(plan, now).toMillis())
                .max()
                .orElse(0)
                / 1000.0;
    }

    /// Since the first turn after the newest proven set began, whatever was tried or left out since.
    private Duration overdue(Plan plan, Instant now) {
        Optional<Instant> proven = moment(
                "select max(started_at) from backups where plan = :plan and kept_for = '' and state = 'RESTORE_TESTED'", plan);
        Optional<Instant> due = proven.isPresent()
                ? proven.map(plan.schedule().get(Task.BACKUP)::after)
                // Nothing was ever proven: since the first turn that we know of.
                : moment(
                        """
                        select least(
                            (select last_at from timetable where plan = :plan and task = 'BACKUP'),
                            (select min(started_at) from backups where plan = :plan and kept_for = ''))
                        """,
                        plan);
        return due.map(at -> Duration.between(at, now)).filter(Duration::isPositive).orElse(Duration.ZERO);
    }

    private Optional<Instant> moment(String sql, Plan plan) {
        return jdbc.sql(sql)
                .param("plan", plan.name())
                .query((row, _) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)).map(OffsetDateTime::toInstant))
                .single();
    }
}
