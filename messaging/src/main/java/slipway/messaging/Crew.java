package slipway.messaging;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Those of an instance who do the jobs of one table: when they look for some, how often they say that they live, and what becomes of a job that failed or
/// whose owner has died.
///
/// @param atOnce how many jobs
/// @param patience how long one that is at work may go on when the service stops
record Crew(String table, ExecutorService executor, int atOnce, Duration patience) {

    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /// Whoever does a job says so this often.
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private static final int HEARTBEATS_MISSED = 4;

    /// Without a heartbeat for so long, somebody else does it.
    static final Duration DEAD_AFTER = HEARTBEAT.multipliedBy(HEARTBEATS_MISSED);

    /// @param work what is done for a job, and what becomes of its row then
    record Kind(String name, Work work) {}

    /// What is done for a job.
    @FunctionalInterface
    interface Work {
        CompletionHandler<byte[]> run(TaskInstance<byte[]> job, Execution execution);
    }

    /// @param service whose jobs these are
    /// @param clock which has a break where the database was away for [#DEAD_AFTER]
    Scheduler scheduler(String service, DataSource database, DatabaseClock clock, List<Kind> kinds) {
        List<Task<?>> tasks = new ArrayList<>();
        for (Kind kind : kinds) {
            tasks.add(Tasks.custom(kind.name(), byte[].class)
                    .onFailure(Crew::later)
                    .onDeadExecution((dead, operations) -> revive(clock, dead, operations))
                    .execute((job, context) -> kind.work().run(job, context.getExecution())));
        }
        return Scheduler.create(database, tasks)
                .tableName(table)
                .schedulerName(new SchedulerName.Fixed(service + "-" + UUID.randomUUID()))
                .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
                // As long as one is free: those that hang do not hold back what the others could do.
                .pollUsingLockAndFetch((atOnce - 1.0) / atOnce, 1.0)
                .executorService(executor)
                .threads(atOnce)
                .pollingInterval(Jobs.POLLING_INTERVAL)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(HEARTBEATS_MISSED)
                // A job whose row left the reaction table is for a person to look at; nothing is thrown away behind their back.
                .deleteUnresolvedAfter(Duration.ofDays(36_500))
                .shutdownMaxWait(patience)
                .serializer(new Bytes())
                .failureLogging(LogLevel.DEBUG, true)
                .clock(clock)
                .build();
    }

    /// Tried again for ever: after 1 s, 2 s, 4 s, … at most every minute.
    private static void later(ExecutionComplete done, ExecutionOperations<byte[]> operations) {
        int failures = Math.min(done.getExecution().consecutiveFailures, 16);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << failures);
        Duration capped = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        LOG.warn(
                "{}: not now, again in {} s: {}",
                done.getExecution().taskInstance.getTaskName(),
                capped.toSeconds(),
                done.getCause().map(Throwable::toString).orElse("?"));
        operations.reschedule(done, done.getTimeDone().plus(capped));
    }

    /// While the database was away nobody could say that they live: they get the time for it before their jobs are another's.
    private static void revive(DatabaseClock clock, ExecutionComplete dead, ExecutionOperations<byte[]> operations) {
        String job = dead.getExecution().getTaskName() + ": job " + dead.getExecution().getId();
        if (clock.hasAnsweredFor(DEAD_AFTER)) {
            LOG.warn("{} has no heartbeat any more, and is begun again", job);
            operations.reschedule(dead, clock.now());
        } else {
            LOG.info("{} has no heartbeat, but the database answers only since a moment: whoever does it has time for one", job);
        }
    }

    /// A job's data is the fact's exact bytes.
    private static final class Bytes implements Serializer {
        @Override
        public byte[] serialize(Object data) {
            return (byte[]) data;
        }

        @Override
        public <T> T deserialize(Class<T> type, byte[] data) {
            return type.cast(data);
        }
    }
}
