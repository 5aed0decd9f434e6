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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.wire.AvroDeserializer;

/// Durable jobs and timers (db-scheduler): one kind per `perform` row, one job per fact, stored in the transaction that
/// brought the fact. A job that dies with its process is found by its missing heartbeats within seconds and run again.
///
/// Jobs that only look have a scheduler and a table of their own, and a thread each: however long they take, they never take one
/// from a job that acts.
///
/// The end of a job, its results and what they lead to are one transaction, fenced by the job's version: whoever was taken
/// for dead and comes back late, finds its row gone or another's, and decides nothing.
public final class Jobs implements SmartLifecycle {

    /// A job whose moment came begins so much later at most, as long as somebody is free for it.
    public static final Duration POLLING_INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /// How long a service that stops lets a job that acts come to its end, before it is interrupted.
    private static final Duration TO_FINISH = Duration.ofSeconds(20);

    /// What only looks is looked at again after the start anyway.
    private static final Duration TO_LOOK_AWAY = Duration.ofSeconds(1);

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final ObjectProvider<Reactions> reactions;
    private final AvroDeserializer deserializer;
    private final ServiceProperties service;
    private @Nullable Crew acting;
    private @Nullable Crew looking;
    private volatile boolean running;

    Jobs(
            DataSource dataSource,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            ObjectProvider<Reactions> reactions,
            AvroDeserializer deserializer,
            ServiceProperties service) {
        this.dataSource = dataSource;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.reactions = reactions;
        this.deserializer = deserializer;
        this.service = service;
    }

    /// Those who do the jobs of one table.
    private record Crew(String table, Scheduler scheduler) {}

    void schedule(Reactions.Row<?> row, Fact fact, @Nullable Instant notBefore, boolean unhurried) {
        Instant due = notBefore == null ? fact.meta().getRecordedAt() : notBefore;
        Scheduler scheduler = (unhurried ? looking() : acting()).scheduler();
        scheduler.scheduleIfNotExists(new TaskInstance<>(row.name(), fact.meta().getEventId(), fact.wire()), due);
        checkAfterCommit(scheduler);
    }

    private CompletionHandler<byte[]> run(
            String table, Reactions.Row<?> row, TaskInstance<byte[]> job, Execution execution) {
        IndexedRecord payload = Objects.requireNonNull(deserializer.deserialize(service.topic(), job.getData()));
        Cause cause = Cause.fact(service.service(), Fact.metaOf(payload));
        List<Order<?>> orders;
        try {
            orders = perform(row, payload);
        } catch (NotYet waiting) {
            if (execution.lastSuccess == null) {
                LOG.info("{}: job {} waits: {}", row.name(), job.getId(), waiting.getMessage());
            }
            Instant until = waiting.until();
            if (until == null) {
                return Jobs::soon;
            }
            rest(table, job, execution, until);
            return (_, _) -> {};
        } catch (InterruptedException _) {
            // The service is being stopped. The job is written down as one that waits, or nobody would take it up for seconds.
            return Jobs::soon;
        }
        transaction.executeWithoutResult(_ -> {
            int mine = jdbc.sql("delete from " + table
                            + " where task_name = ? and task_instance = ? and picked and version = ?")
                    .params(job.getTaskName(), job.getId(), execution.version)
                    .update();
            if (mine == 1) {
                Reactor.decide(row.name(), orders, cause);
            } else {
                LOG.warn("{}: job {} was taken over by another; its result here is dropped", row.name(), job.getId());
            }
        });
        // The row is gone already, in the transaction that decided: nothing is left for db-scheduler to complete.
        return (_, _) -> {};
    }

    /// As db-scheduler puts off a job, but for what was said meanwhile.
    private void rest(String table, TaskInstance<byte[]> job, Execution execution, Instant until) {
        jdbc.sql("update " + table
                        + """
                           set picked = false, picked_by = null, last_heartbeat = null, last_success = clock_timestamp(),
                        consecutive_failures = 0, execution_time = case when woken then clock_timestamp() else ? end, woken = false,
                        version = version + 1
                        where task_name = ? and task_instance = ? and picked and version = ?
                        """)
                .params(until.atOffset(ZoneOffset.UTC), job.getTaskName(), job.getId(), execution.version)
                .update();
    }

    /// What these jobs wait for is there: those that act are tried at once, whenever they wanted to be. In the transaction of the caller; one that runs at
    /// this moment is tried once more, if it waits.
    ///
    /// @param factIds the facts that they perform
    public void wake(List<String> factIds) {
        List<String> names =
                reactions.getObject().rows().stream().map(Reactions.Row::name).toList();
        int woken = jdbc.sql(
                        """
                        update scheduled_tasks set woken = picked,
                        execution_time = case when picked then execution_time else least(execution_time, clock_timestamp()) end
                        where task_name = any(?) and task_instance = any(?)
                        """)
                .params(names.toArray(String[]::new), factIds.toArray(String[]::new))
                .update();
        if (woken > 0) {
            checkAfterCommit(acting().scheduler());
        }
    }

    /// At once, instead of at the next poll.
    private void checkAfterCommit(Scheduler scheduler) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                if (running) {
                    scheduler.triggerCheckForDueExecutions();
                }
            }
        });
    }

    private static <F extends SpecificRecord> List<Order<?>> perform(Reactions.Row<F> row, IndexedRecord payload)
            throws NotYet, InterruptedException {
        if (!(row.verb() instanceof Reactions.Verb.Perform<F>(var effect, _, _))) {
            throw new IllegalStateException(row.name() + " is no job");
        }
        try {
            return effect.perform(row.fact().cast(payload));
        } catch (NotYet | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (Thread.interrupted()) {
                // The platform calls it a fault of reading or writing.
                throw new InterruptedException(row.name() + " was interrupted");
            }
            throw e instanceof RuntimeException fault ? fault : new NotNow(row.name() + ": " + e.getMessage(), e);
        }
    }

    /// Without having failed.
    private static void soon(ExecutionComplete done, ExecutionOperations<byte[]> operations) {
        operations.reschedule(done, done.getTimeDone().plus(FIRST_PAUSE));
    }

    /// An effect could not be done now.
    private static final class NotNow extends RuntimeException {
        NotNow(String message, Exception cause) {
            super(message, cause);
        }
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

    private synchronized Crew acting() {
        if (acting == null) {
            int threads = service.jobs().threads();
            ThreadFactory workers = Thread.ofPlatform().name("job-", 1).factory();
            acting = crew("scheduled_tasks", Executors.newFixedThreadPool(threads, workers), threads, TO_FINISH);
        }
        return acting;
    }

    private synchronized Crew looking() {
        if (looking == null) {
            ThreadFactory threads = Thread.ofVirtual().name("look-", 1).factory();
            ExecutorService each = Executors.newThreadPerTaskExecutor(threads);
            looking = crew("scheduled_looks", each, service.jobs().looking(), TO_LOOK_AWAY);
        }
        return looking;
    }

    private Crew crew(String table, ExecutorService executor, int atOnce, Duration patience) {
        List<Task<?>> tasks = new ArrayList<>();
        for (Reactions.Row<?> row : reactions.getObject().rows()) {
            if (row.verb() instanceof Reactions.Verb.Perform<?>) {
                tasks.add(Tasks.custom(row.name(), byte[].class)
                        .onFailure(Jobs::later)
                        .onDeadExecutionRevive()
                        .execute((job, context) -> run(table, row, job, context.getExecution())));
            }
        }
        return new Crew(
                table,
                Scheduler.create(new TransactionAwareDataSourceProxy(dataSource), tasks)
                        .tableName(table)
                        .schedulerName(new SchedulerName.Fixed(service.service() + "-" + UUID.randomUUID()))
                        .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
                        // As long as one is free: those that hang do not hold back what the others could do.
                        .pollUsingLockAndFetch((atOnce - 1.0) / atOnce, 1.0)
                        .executorService(executor)
                        .threads(atOnce)
                        .pollingInterval(POLLING_INTERVAL)
                        .heartbeatInterval(Duration.ofSeconds(2))
                        .missedHeartbeatsLimit(4)
                        // A job whose row left the reaction table is for a person to look at; nothing is thrown away behind their back.
                        .deleteUnresolvedAfter(Duration.ofDays(36_500))
                        .shutdownMaxWait(patience)
                        .serializer(new Bytes())
                        .failureLogging(LogLevel.DEBUG, true)
                        .clock(new DatabaseClock(jdbc))
                        .build());
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

    @Override
    public void start() {
        acting().scheduler().start();
        if (reactions.getObject().look()) {
            looking().scheduler().start();
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (reactions.getObject().look()) {
            looking().scheduler().stop();
        }
        acting().scheduler().stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Phases.JOBS;
    }
}
