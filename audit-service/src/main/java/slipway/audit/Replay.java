package slipway.audit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.audit.domain.Partition;

/// Reads the whole log again, from offset 0 to its end, builds the ledger and every read table from it beside the live ones, and asks
/// whether they say the same.
///
/// It reads beside the live service, not through it: no inbox, no reaction table. So nobody is told anything, and no backup, job or
/// deployment begins. What it rebuilds is dropped; the live tables are compared, never replaced: when they differ, a person has to find out
/// which is right.
final class Replay {

    private static final Duration OFTEN = Duration.ofMillis(250);

    /// What moves on while it is compared is read again, so often.
    private static final int ROUNDS = 3;

    private final WholeLog log;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Scratch scratch;
    private final Entries entries;
    private final List<String> topics;
    private final Duration patience;
    private final CaughtUp inbox;
    private final Beyond beyond;

    /// @param topics what to read
    /// @param patience how long the live ledger may take to catch up
    Replay(WholeLog log, JdbcClient jdbc, TransactionTemplate transaction, Entries entries, List<String> topics, Duration patience, CaughtUp inbox, Beyond beyond) {
        this.log = log;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.scratch = new Scratch(jdbc, transaction);
        this.entries = entries;
        this.topics = List.copyOf(topics);
        this.patience = patience;
        this.inbox = inbox;
        this.beyond = beyond;
    }

    /// @param resumed whether it went on with what an interrupted one had read
    /// @param facts how many were applied
    /// @param aggregates of how many changes, releases, backup sets …
    /// @param repetitions records that repeat a fact byte by byte: harmless
    /// @param projections the ledger and each read table, by their canonical hashes
    /// @param moved stories that got facts while they were compared, and were left out
    /// @param identical whether all projections are
    /// @param faults gaps, contradictions, broken chains, differences
    /// @param unreadable records that are no facts, put aside by every service
    /// @param millis all of it, since it began or went on
    record Report(
            boolean resumed,
            long facts,
            long aggregates,
            long repetitions,
            List<Comparison.Compared> projections,
            long moved,
            boolean identical,
            List<String> faults,
            List<String> unreadable,
            long millis) {}

    /// Whether there is such a story.
    boolean knows(String story) {
        return jdbc.sql("select exists (select from ledger where correlation_id = ?)").param(story).query(Boolean.class).single();
    }

    /// @throws WholeLog.Unreadable when the log cannot be read to its end; what was read is kept
    /// @throws slipway.wire.RegistryClient.Unavailable when a schema cannot be asked for; what was read is kept
    /// @throws InterruptedException when the service stops; what was read is kept
    Report run(Selection selection, Progress progress) throws InterruptedException {
        long begin = System.nanoTime();
        boolean resumed = scratch.open(selection);
        Faults faults = new Faults();
        Comparison.Result compared = null;
        for (int round = 1; compared == null || compared.moved() > 0 && round <= ROUNDS; round++) {
            faults = new Faults();
            read(selection, progress);
            await(selection, progress);
            scratch.lost().forEach(faults::add);
            beyond.all().names().forEach(faults::add);
            progress.phase("the read tables are built", 0, 0);
            scratch.again().contradictions().forEach(faults::add);
            if (selection.isAll()) {
                scratch.gaps().forEach(faults::add);
            }
            scratch.build();
            progress.phase("both sides are compared", 0, 0);
            compared = new Comparison(jdbc, transaction, selection).run(faults::add);
        }
        boolean none = selection.change() != null && compared.moved() > 0;
        if (none) {
            faults.add(selection.change() + " got facts each time it was compared: nothing of it was");
        }
        if (!selection.isAll() && compared.projections().getFirst().rows() == 0 && compared.moved() == 0) {
            faults.add("there are no stories of " + selection + ": nothing was compared");
        }
        Report report = new Report(
                resumed,
                scratch.facts(),
                scratch.aggregates(),
                scratch.again().repetitions(),
                compared.projections(),
                compared.moved(),
                !none && compared.projections().stream().allMatch(Comparison.Compared::identical),
                faults.all(),
                scratch.unreadable(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        scratch.close();
        return report;
    }

    private void read(Selection selection, Progress progress) {
        Map<Partition, Long> next = scratch.next();
        long done = next.values().stream().mapToLong(Long::longValue).sum();
        progress.phase("the topics are read", done, done + log.left(topics, next));
        log.read(topics, next, new Rebuild(entries, scratch, selection, progress));
    }

    /// Waits until the live ledger has taken in what was read: what it lacks then, it has lost.
    ///
    /// @throws WholeLog.Unreadable when it is still behind after the patience, or facts are parked: then a difference would say nothing
    private void await(Selection selection, Progress progress) throws InterruptedException {
        progress.phase("the live ledger catches up", 0, 0);
        CaughtUp.Ends ends = inbox.ends();
        long begin = System.nanoTime();
        while (!inbox.read(ends)) {
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new WholeLog.Unreadable("the live ledger is behind the topics; what was read is kept", null);
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
        List<String> parked = parked(selection);
        if (!parked.isEmpty()) {
            throw new WholeLog.Unreadable(
                    "facts are parked, and the ledger lacks them: " + String.join(", ", parked) + "; what was read is kept", null);
        }
    }

    /// The first of those that wait to be taken into the live ledger; of one story only its own.
    private List<String> parked(Selection selection) {
        return jdbc.sql(
                        """
                        select type || ', fact ' || sequence || ' of ' || aggregate_id from parked
                        where resolution is null and (:story::text is null or aggregate_id = :story
                            or aggregate_id in (select aggregate_id from ledger where correlation_id = :story))
                        order by id limit 10
                        """)
                .param("story", selection.change())
                .query(String.class)
                .list();
    }
}
