package slipway.audit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.http.Refusal;
import slipway.wire.RegistryClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What reads everything: one at a time over all instances, because each reads the whole log. It is started, and asked how far it is.
final class Runs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);

    /// Held by a session as long as something runs; when its service dies, PostgreSQL lets it go.
    private static final String LOCK = "(1986358644, 1)";

    private final JdbcClient jdbc;
    private final DataSource database;
    private final JsonMapper json;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("runs").factory());

    private final AtomicReference<@Nullable Running> running = new AtomicReference<>();

    Runs(JdbcClient jdbc, DataSource database, JsonMapper json) {
        this.jdbc = jdbc;
        this.database = database;
        this.json = json;
    }

    private record Running(long number, Progress progress) {}

    enum State {
        RUNNING,
        /// Its service died; started again, a replay goes on where it stopped.
        INTERRUPTED,
        DONE,
        FAILED
    }

    /// @param wanted what of it was asked for; empty: all
    /// @param progress null: another instance runs it, or nobody does
    /// @param report of what is done
    /// @param failure why there is no report
    record Run(
            long number,
            String kind,
            String askedBy,
            String wanted,
            State state,
            Instant startedAt,
            @Nullable Instant endedAt,
            Progress.@Nullable Now progress,
            @Nullable JsonNode report,
            @Nullable String failure) {}

    /// Reads everything.
    interface Reading {

        /// @return the report
        Object run(long number, Progress progress) throws InterruptedException;
    }

    /// @throws Refusal 409 while anything runs
    Run start(String kind, String person, String wanted, Reading reading) {
        Turn turn = turn().orElseThrow(() -> Refusal.conflict(List.of(
                "the whole log is being read already, as " + last().map(run -> run.kind() + " " + run.number()).orElse("another begins"))));
        try {
            long number = jdbc.sql("insert into run (kind, asked_by, wanted) values (?, ?, ?) returning number")
                    .params(kind, person, wanted)
                    .query(Long.class)
                    .single();
            Running mine = new Running(number, new Progress());
            running.set(mine);
            thread.execute(() -> run(mine, turn, reading));
            return find(number).orElseThrow();
        } catch (RuntimeException e) {
            turn.close();
            throw e;
        }
    }

    private void run(Running mine, Turn turn, Reading reading) {
        // The turn is given back last: until then whoever asks sees it running.
        try (turn) {
            read(mine, reading);
            running.compareAndSet(mine, null);
        }
    }

    private void read(Running mine, Reading reading) {
        try {
            end(mine, json.writeValueAsString(reading.run(mine.number(), mine.progress())), null);
        } catch (WholeLog.Unreadable | RegistryClient.Unavailable | CaughtUp.Unknown e) {
            end(mine, null, String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            LOG.info("run {} is interrupted: the service stops", mine.number());
        } catch (Exception e) {
            LOG.error("run {} failed", mine.number(), e);
            end(mine, null, e.toString());
        }
    }

    private void end(Running mine, @Nullable String report, @Nullable String failure) {
        jdbc.sql("update run set ended_at = clock_timestamp(), report = ?, failure = ? where number = ?")
                .params(report, failure, mine.number())
                .update();
        LOG.info("run {} ends: {}", mine.number(), failure == null ? "done" : failure);
    }

    Optional<Run> find(long number) {
        // Only the newest can be running.
        boolean busy = isBusy();
        return jdbc.sql("select *, number = (select max(number) from run) as newest from run where number = ?")
                .param(number)
                .query((row, _) -> run(row, busy && row.getBoolean("newest")))
                .optional();
    }

    private Optional<Run> last() {
        return jdbc.sql("select * from run order by number desc limit 1").query((row, _) -> run(row, true)).optional();
    }

    private Run run(ResultSet row, boolean busy) throws SQLException {
        Running now = running.get();
        long number = row.getLong("number");
        Timestamp ended = row.getTimestamp("ended_at");
        String report = row.getString("report");
        String failure = row.getString("failure");
        State state = ended == null ? busy ? State.RUNNING : State.INTERRUPTED : failure == null ? State.DONE : State.FAILED;
        return new Run(
                number,
                row.getString("kind"),
                row.getString("asked_by"),
                row.getString("wanted"),
                state,
                row.getTimestamp("started_at").toInstant(),
                ended == null ? null : ended.toInstant(),
                now != null && now.number() == number ? now.progress().now() : null,
                report == null ? null : json.readTree(report),
                failure);
    }

    private boolean isBusy() {
        return jdbc.sql(
                        """
                        select exists (select from pg_locks where locktype = 'advisory' and (classid, objid) = %s
                            and database = (select oid from pg_database where datname = current_database()))
                        """
                                .formatted(LOCK))
                .query(Boolean.class)
                .single();
    }

    /// One session's right to read everything.
    private record Turn(Connection connection) implements AutoCloseable {

        @Override
        public void close() {
            try (connection; Statement statement = connection.createStatement()) {
                statement.execute("select pg_advisory_unlock" + LOCK);
            } catch (SQLException e) {
                // The session is gone, and the lock with it.
                LOG.warn("the database let go of a run: {}", e.toString());
            }
        }
    }

    private Optional<Turn> turn() {
        try {
            Connection connection = database.getConnection();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select pg_try_advisory_lock" + LOCK)) {
                row.next();
                if (row.getBoolean(1)) {
                    return Optional.of(new Turn(connection));
                }
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            connection.close();
            return Optional.empty();
        } catch (SQLException e) {
            throw new IllegalStateException("the database cannot be asked", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
