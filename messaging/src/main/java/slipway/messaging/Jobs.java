package slipway.messaging;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
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
import org.springframework.dao.DataAccessException;
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
/// for dead and comes back late, finds its row gone or another's, and decides nothing. If the job acts, it is interrupted as well.
public final class Jobs implements SmartLifecycle {

    /// A job whose moment came begins so much later at most, as long as somebody is free for it.
    public static final Duration POLLING_INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

    /// How long a service that stops lets a job that acts come to its end, before it is interrupted.
    private static final Duration TO_FINISH = Duration.ofSeconds(20);

    /// What only looks is looked at again after the start anyway.
    private static final Duration TO_LOOK_AWAY = Duration.ofSeconds(1);

    private static final String ACTING = "scheduled_tasks";
    private static final String LOOKING = "scheduled_looks";

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final ObjectProvider<Reactions> reactions;
    private final AvroDeserializer deserializer;
    private final ServiceProperties service;
    private @Nullable Scheduler acting;
    private @Nullable Scheduler looking;
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

    void schedule(Reactions.Row<?> row, Fact fact, @Nullable Instant notBefore, boolean unhurried) {
        Instant due = notBefore == null ? fact.meta().getRecordedAt() : notBefore;
        Scheduler scheduler = unhurried ? looking() : acting();
        scheduler.scheduleIfNotExists(new TaskInstance<>(row.name(), fact.meta().getEventId(), fact.wire()), due);
        checkAfterCommit(scheduler);
    }

    private CompletionHandler<byte[]> run(
            String table, Reactions.Row<?> row, TaskInstance<byte[]> job, Execution execution) {
        IndexedRecord payload = Objects.requireNonNull(deserializer.deserialize(service.topic(), job.getData()));
        Cause cause = Cause.fact(service.service(), Fact.metaOf(payload));
        List<Order<?>> orders;
        try {
            orders = perform(table, row, payload, execution);
        } catch (WhileHeld.Lost _) {
            tookOver(row, job);
            return (_, _) -> {};
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
                tookOver(row, job);
            }
        });
        // The row is gone already, in the transaction that decided: nothing is left for db-scheduler to complete.
        return (_, _) -> {};
    }

    private static void tookOver(Reactions.Row<?> row, TaskInstance<byte[]> job) {
        LOG.warn("{}: job {} was taken over by another; its result here is dropped", row.name(), job.getId());
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
            checkAfterCommit(acting());
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

    private <F extends SpecificRecord> List<Order<?>> perform(
            String table, Reactions.Row<F> row, IndexedRecord payload, Execution execution)
            throws NotYet, WhileHeld.Lost, InterruptedException {
        if (!(row.verb() instanceof Reactions.Verb.Perform<F>(var effect, _, _))) {
            throw new IllegalStateException(row.name() + " is no job");
        }
        try {
            F fact = row.fact().cast(payload);
            // Two that look do no harm.
            return table.equals(ACTING)
                    ? WhileHeld.call("job " + execution.getId(), () -> isHeld(execution), () -> effect.perform(fact))
                    : effect.perform(fact);
        } catch (NotYet | WhileHeld.Lost | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (Thread.interrupted()) {
                // The platform calls it a fault of reading or writing.
                throw new InterruptedException(row.name() + " was interrupted");
            }
            throw e instanceof RuntimeException fault ? fault : new NotNow(row.name() + ": " + e.getMessage(), e);
        }
    }

    /// Whoever was taken for dead, because they or their machine stood still, has lost it to another.
    private boolean isHeld(Execution execution) {
        try {
            return jdbc.sql("select exists (select from " + ACTING
                            + " where task_name = ? and task_instance = ? and picked and version = ?)")
                    .params(execution.getTaskName(), execution.getId(), execution.version)
                    .query(Boolean.class)
                    .single();
        } catch (DataAccessException e) {
            // Nobody takes it over while the database is away.
            return true;
        }
    }

    /// Without having failed.
    private static void soon(ExecutionComplete done, ExecutionOperations<byte[]> operations) {
        operations.reschedule(done, done.getTimeDone().plus(Crew.FIRST_PAUSE));
    }

    /// An effect could not be done now.
    private static final class NotNow extends RuntimeException {
        NotNow(String message, Exception cause) {
            super(message, cause);
        }
    }

    private synchronized Scheduler acting() {
        if (acting == null) {
            int threads = service.jobs().threads();
            ThreadFactory workers = Thread.ofPlatform().name("job-", 1).factory();
            acting = of(new Crew(ACTING, Executors.newFixedThreadPool(threads, workers), threads, TO_FINISH));
        }
        return acting;
    }

    private synchronized Scheduler looking() {
        if (looking == null) {
            ThreadFactory threads = Thread.ofVirtual().name("look-", 1).factory();
            ExecutorService each = Executors.newThreadPerTaskExecutor(threads);
            looking = of(new Crew(LOOKING, each, service.jobs().looking(), TO_LOOK_AWAY));
        }
        return looking;
    }

    private Scheduler of(Crew crew) {
        List<Crew.Kind> kinds = reactions.getObject().rows().stream()
                .filter(row -> row.verb() instanceof Reactions.Verb.Perform<?>)
                .map(row -> new Crew.Kind(row.name(), (job, execution) -> run(crew.table(), row, job, execution)))
                .toList();
        return crew.scheduler(
                service.service(), new TransactionAwareDataSourceProxy(dataSource), new DatabaseClock(jdbc, Crew.DEAD_AFTER), kinds);
    }

    @Override
    public void start() {
        acting().start();
        if (reactions.getObject().look()) {
            looking().start();
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (reactions.getObject().look()) {
            looking().stop();
        }
        acting().stop();
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
