package slipway.backup;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.backup.Plan.Task;
import slipway.backup.vault.DirectoryLocation;
import slipway.backup.vault.DirectoryLocation.Room;
import slipway.backup.vault.Vault;

/// Whether there is a way back, asked of the lists: what an alert has to know besides what every service tells.
@Component
class BackupMeters implements MeterBinder {

    private final Plans plans;
    private final Vault vault;
    private final JdbcClient jdbc;
    private final Clock clock;

    BackupMeters(Plans plans, Vault vault, JdbcClient jdbc, Clock clock) {
        this.plans = plans;
        this.vault = vault;
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
        Gauge.builder("slipway.backups.incomplete", this, BackupMeters::incomplete)
                .description("Sets of which a location lacks its copy, or has one that is faulty")
                .register(registry);
        for (DirectoryLocation each : vault.directories()) {
            Gauge.builder("slipway.backup.location.free", each, location -> room(location, Room::free))
                    .baseUnit("bytes")
                    .tag("location", each.uri())
                    .description("Room on the disk of a location that is a directory; not a number while it is not there")
                    .register(registry);
            Gauge.builder("slipway.backup.location.size", each, location -> room(location, Room::size))
                    .baseUnit("bytes")
                    .tag("location", each.uri())
                    .description("Size of the disk of a location that is a directory; not a number while it is not there")
                    .register(registry);
        }
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

    /// Whatever keeps the copy from being made: a disk or a bucket that is full, or a location that is away.
    long incomplete() {
        return jdbc.sql("select count(*) from backups where state in ('PARTIAL', 'REPAIRING')").query(Long.class).single();
    }

    private static double room(DirectoryLocation location, ToLongFunction<Room> figure) {
        try {
            return figure.applyAsLong(location.room());
        } catch (IOException _) {
            return Double.NaN;
        }
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
