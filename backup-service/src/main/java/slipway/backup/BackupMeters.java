package slipway.backup;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
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

    /// A turn that was left out, because the set before was still being captured, counts as well.
    double overdueSeconds() {
        List<String> scheduled = plans.all().stream()
                .filter(plan -> plan.schedule().containsKey(Task.BACKUP))
                .map(Plan::name)
                .toList();
        return scheduled.isEmpty()
                ? 0
                : jdbc.sql(
                                """
                                select greatest(0, coalesce(max(extract(epoch from cast(:now as timestamptz) - last_at)), 0))::float8
                                from timetable
                                where plan in (:plans) and task = 'BACKUP' and not exists (
                                    select from backups
                                    where backups.plan = timetable.plan and kept_for = '' and state = 'RESTORE_TESTED'
                                        and started_at >= last_at)
                                """)
                        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                        .param("plans", scheduled)
                        .query(Double.class)
                        .single();
    }
}
