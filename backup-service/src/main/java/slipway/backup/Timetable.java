package slipway.backup;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.backup.Plan.Task;
import slipway.backup.domain.BackupCommand;
import slipway.backup.domain.BackupEvent;
import slipway.backup.domain.BackupState;
import slipway.backup.domain.Retention;
import slipway.backup.domain.VerificationLevel;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;

/// Decides what the schedules of the plans want, each time once, however many instances there are: what is due, what follows from it and when
/// it is due again are one transaction. What was due while no instance ran is done once, at the next start.
@Component
class Timetable {

    private static final Logger LOG = LoggerFactory.getLogger(Timetable.class);
    private static final Cause SCHEDULE = Cause.service("backup-service");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// A task that is new, or at another time than before, is first due at the next such time.
    private static final String ENTER =
            """
            insert into timetable (plan, task, cron, next_at)
            select :plan, :task, :cron, :next
            where not exists (select from timetable where plan = :plan and task = :task and cron = :cron)
            on conflict (plan, task) do update set cron = excluded.cron, next_at = excluded.next_at
            where timetable.cron <> excluded.cron
            """;

    private final Plans plans;
    private final BackupRegister register;
    private final Scrubs scrubs;
    private final Decisions<BackupCommand, BackupState, BackupEvent> sets;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Timetable(
            Plans plans,
            BackupRegister register,
            Scrubs scrubs,
            Decisions<BackupCommand, BackupState, BackupEvent> sets,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Clock clock) {
        this.plans = plans;
        this.register = register;
        this.scrubs = scrubs;
        this.sets = sets;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
    }

    /// A line of the timetable.
    ///
    /// @param cron five fields, in the zone
    /// @param lastAt when it was last due; null: never yet
    record Line(String plan, Task task, String cron, String zone, @Nullable Instant nextAt, @Nullable Instant lastAt) {}

    List<Line> lines() {
        return plans.all().stream()
                .flatMap(plan -> plan.schedule().entrySet().stream().map(each -> line(plan, each.getKey(), each.getValue())))
                .toList();
    }

    private Line line(Plan plan, Task task, Cron cron) {
        return jdbc.sql("select next_at, last_at from timetable where plan = ? and task = ? and cron = ?")
                .params(plan.name(), task.name(), cron.identity())
                .query((row, _) -> new Line(
                        plan.name(),
                        task,
                        cron.text(),
                        cron.zone().getId(),
                        instant(row.getObject("next_at", OffsetDateTime.class)),
                        instant(row.getObject("last_at", OffsetDateTime.class))))
                .optional()
                .orElse(new Line(plan.name(), task, cron.text(), cron.zone().getId(), null, null));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
        return at == null ? null : at.toInstant();
    }

    @Scheduled(fixedDelayString = "${slipway.backup.clock-every:5s}")
    void tick() {
        for (Plan plan : plans.all()) {
            plan.schedule().forEach((task, cron) -> {
                try {
                    transaction.executeWithoutResult(_ -> turn(plan, task, cron));
                } catch (RuntimeException e) {
                    // Whatever is wrong here, the other plans have their turn; this one has it again at the next tick.
                    LOG.warn("{} of {} cannot be decided: {}", task.word(), plan.name(), e.toString());
                }
            });
        }
        scrub();
    }

    private void scrub() {
        try {
            List<String> all = plans.all().stream().map(Plan::name).toList();
            transaction.executeWithoutResult(
                    _ -> scrubs.next(all).forEach(scrub -> prove(scrub.set(), scrub.level())));
        } catch (RuntimeException e) {
            LOG.warn("scrubs cannot be decided: {}", e.toString());
        }
    }

    private void turn(Plan plan, Task task, Cron cron) {
        Instant now = clock.instant();
        jdbc.sql(ENTER)
                .param("plan", plan.name())
                .param("task", task.name())
                .param("cron", cron.identity())
                .param("next", cron.after(now).atOffset(ZoneOffset.UTC))
                .update();
        Optional<Instant> due = jdbc.sql(
                        "select next_at from timetable where plan = ? and task = ? and next_at <= ? for update skip locked")
                .params(plan.name(), task.name(), now.atOffset(ZoneOffset.UTC))
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
        if (due.isPresent()) {
            jdbc.sql("update timetable set next_at = ?, last_at = ? where plan = ? and task = ?")
                    .params(
                            cron.after(now).atOffset(ZoneOffset.UTC),
                            due.get().atOffset(ZoneOffset.UTC),
                            plan.name(),
                            task.name())
                    .update();
            perform(plan, task, due.get(), now);
        }
    }

    private void perform(Plan plan, Task task, Instant due, Instant now) {
        switch (task) {
            case BACKUP -> {
                if (register.capturing(plan.name())) {
                    LOG.warn("the backup of {} due at {} is left out: the one before is still being captured", plan.name(), due);
                } else {
                    backUp(plan, now, SCHEDULE);
                }
            }
            case SCRUB -> scrubs.due(plan.name());
            case RESTORE_TEST -> {
                Optional<String> newest = register.newest(plan.name());
                if (newest.isEmpty()) {
                    LOG.warn("the restore test of {} due at {} is left out: there is no proven set that is not being tested", plan.name(), due);
                }
                newest.ifPresent(set -> prove(set, VerificationLevel.V4));
            }
            case PRUNE -> prune(plan, now);
        }
    }

    private void prove(String set, VerificationLevel level) {
        sets.decide(set, new BackupCommand.RequestVerification(level, "scheduled"), SCHEDULE);
    }

    /// A set of no release.
    ///
    /// @return its id; the same moment gives the same set
    String backUp(Plan plan, Instant moment, Cause cause) {
        String set = "BKP-" + plan.name() + "-" + STAMP.format(moment);
        sets.decide(
                set,
                new BackupCommand.Start(
                        "",
                        plan.environment(),
                        plan.name(),
                        VerificationLevel.V4,
                        0,
                        plan.items().stream().map(item -> item.name()).toList()),
                cause);
        return set;
    }

    private void prune(Plan plan, Instant now) {
        Retention retention = plan.retention();
        if (retention != null) {
            List<String> wanted = register.wanted(plan.name());
            List<String> expired = retention.expired(register.taken(plan.name()));
            for (String set : expired.stream().filter(each -> !wanted.contains(each)).toList()) {
                sets.decide(set, new BackupCommand.Prune("the retention of " + plan.name() + " does not keep it", now), SCHEDULE);
            }
            for (String set : register.letGo(plan.name()).stream().filter(each -> !wanted.contains(each)).toList()) {
                sets.decide(set, new BackupCommand.Prune("nobody holds it any more", now), SCHEDULE);
            }
        }
    }
}
