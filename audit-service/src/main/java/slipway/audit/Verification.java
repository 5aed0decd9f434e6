package slipway.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.Checkpoints.Signed;
import slipway.audit.domain.Partition;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.LogCheck;
import slipway.audit.transparency.LogCheck.Kept;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.TileLog;
import slipway.audit.transparency.VerifyingKey;
import slipway.events.Topics;
import slipway.wire.RegistryClient;

/// Whether all that was signed still holds: the files of the log, the ledger, the topics, and every checkpoint that the topic of
/// checkpoints, the database and anchors know.
final class Verification {

    private static final Duration OFTEN = Duration.ofMillis(500);

    private final WholeLog topics;
    private final List<String> listened;
    private final TileLog files;
    private final VerifyingKey key;
    private final LedgerLog signing;
    private final Checkpoints checkpoints;
    private final Anchoring anchoring;
    private final JdbcClient jdbc;
    private final Entries entries;
    private final Duration patience;

    /// @param listened the topics of the ledger
    /// @param patience how long files and ledger may take to catch up
    Verification(
            WholeLog topics,
            List<String> listened,
            TileLog files,
            VerifyingKey key,
            LedgerLog signing,
            Checkpoints checkpoints,
            Anchoring anchoring,
            JdbcClient jdbc,
            Entries entries,
            Duration patience) {
        this.topics = topics;
        this.listened = List.copyOf(listened);
        this.files = files;
        this.key = key;
        this.signing = signing;
        this.checkpoints = checkpoints;
        this.anchoring = anchoring;
        this.jdbc = jdbc;
        this.entries = entries;
        this.patience = patience;
    }

    /// @param key that signs, in the form of C2SP signed-note
    /// @param size leaves that were signed for
    /// @param root of their tree, in base64
    /// @param checkpoints earlier ones that were held against it
    /// @param facts that were read in the ledger
    /// @param holds whether there is no fault
    /// @param faults what does not hold, and where
    /// @param unreadable records among the checkpoints that are none: anybody's litter, and no evidence
    record Report(
            String key,
            long size,
            @Nullable String root,
            long checkpoints,
            long facts,
            boolean holds,
            List<String> faults,
            List<String> unreadable,
            long millis) {}

    /// @throws WholeLog.Unreadable when a topic cannot be read to its end
    /// @throws RegistryClient.Unavailable when a schema cannot be asked for
    /// @throws InterruptedException when the service stops
    Report run(Progress progress) throws InterruptedException {
        long begin = System.nanoTime();
        progress.phase("checkpoints are gathered", 0, 0);
        Faults faults = new Faults();
        Faults unreadable = new Faults();
        List<Kept> kept = new ArrayList<>(kept(faults, unreadable));
        kept.addAll(anchoring.kept(faults::add));
        await(faults);
        Map<Partition, Long> leaves = TopicCheck.leaves(jdbc);
        LedgerCheck ledger = new LedgerCheck(jdbc, entries, faults::add, progress);
        progress.phase("files and ledger are held against each other", 0, LedgerLog.size(files));
        LogCheck.Result log = new LogCheck(files, key).run(kept, ledger);
        log.faults().forEach(faults::add);
        ledger.chains();
        ledger.besides();
        if (!signing.trouble().isEmpty()) {
            faults.add("nothing is signed any more: " + signing.trouble());
        }
        anchoring.standing().stream()
                .filter(Anchoring.Standing::contradicts)
                .forEach(anchor -> faults.add(anchor.name() + " does not take the newest checkpoint: " + anchor.trouble()));
        progress.phase("the topics are read", 0, topics.left(listened, Map.of()));
        TopicCheck topic = new TopicCheck(jdbc, entries, faults::add, progress);
        topic.end(topics.read(listened, topic), leaves, patience);
        Checkpoint checkpoint = log.checkpoint();
        return new Report(
                key.toString(),
                checkpoint == null ? 0 : checkpoint.size(),
                checkpoint == null ? null : checkpoint.root().toString(),
                kept.size(),
                ledger.facts(),
                faults.all().isEmpty(),
                faults.all(),
                unreadable.all(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }

    /// What was signed, as the topic of checkpoints keeps it; what only the database knows is told.
    private List<Kept> kept(Faults faults, Faults unreadable) throws InterruptedException {
        List<Signed> known = checkpoints.all();
        long begin = System.nanoTime();
        while (true) {
            Published published = Published.read(topics, entries);
            List<Signed> missing =
                    known.stream().filter(signed -> !published.notes().containsKey(signed.note())).toList();
            if (missing.isEmpty() || System.nanoTime() - begin > patience.toNanos()) {
                published.faults().forEach(faults::add);
                published.unreadable().forEach(unreadable::add);
                known.forEach(signed -> says(signed, faults));
                unknown(published, checkpoints.all(), faults);
                Map<String, String> notes = new LinkedHashMap<>(published.notes());
                missing.forEach(signed -> {
                    faults.add("the checkpoint of " + signed.size() + " leaves is not on " + Topics.AUDIT_CHECKPOINTS + ", and was signed");
                    notes.put(signed.note(), "the checkpoint of " + signed.size() + " leaves");
                });
                return notes.entrySet().stream().map(each -> new Kept(each.getValue(), each.getKey())).toList();
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    private static void says(Signed signed, Faults faults) {
        try {
            Checkpoint note = Checkpoint.of(signed.note());
            if (note.size() == signed.size() && note.root().toString().equals(signed.root())) {
                return;
            }
        } catch (IllegalArgumentException _) {
            // It is no checkpoint at all.
        }
        faults.add("what the table checkpoint says of " + signed.size() + " leaves is not what was signed");
    }

    /// The database knows what was signed before the topic does.
    private void unknown(Published published, List<Signed> known, Faults faults) {
        Set<String> notes = known.stream().map(Signed::note).collect(Collectors.toSet());
        published.notes().forEach((note, where) -> {
            if (!notes.contains(note) && isOurs(note)) {
                faults.add(where + " was signed, and is not in the table checkpoint any more");
            }
        });
    }

    private boolean isOurs(String note) {
        try {
            Note.open(note, key);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// What is stored is signed for a moment later: what is not could be taken away, and nobody would know.
    private void await(Faults faults) throws InterruptedException {
        long stored = stored();
        long begin = System.nanoTime();
        while (isBehind(stored)) {
            if (System.nanoTime() - begin > patience.toNanos()) {
                faults.add("of " + stored + " facts that were stored, the log is signed for " + LedgerLog.size(files));
                return;
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
        }
    }

    private long stored() {
        return jdbc.sql("select (select coalesce(max(number) + 1, 0) from leaf) + (select count(*) from unleaved)")
                .query(Long.class)
                .single();
    }

    private boolean isBehind(long stored) {
        try {
            return LedgerLog.size(files) < stored;
        } catch (IllegalArgumentException _) {
            // It is no checkpoint: what is wrong with it is told by whoever verifies it.
            return false;
        }
    }
}
