package slipway.audit.evidence;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.audit.domain.Invariant;
import slipway.audit.evidence.Gathering.Gathered;
import slipway.audit.evidence.Scope.OfChange;
import slipway.audit.evidence.Scope.OfPeriod;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.TileLog;
import slipway.audit.transparency.Tree;
import slipway.audit.transparency.VerifyingKey;
import slipway.events.Topics;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Makes packs of evidence.
public final class EvidencePacks {

    private static final Duration OFTEN = Duration.ofMillis(100);

    private final JdbcClient jdbc;
    private final TransactionTemplate reading;
    private final TileLog log;
    private final VerifyingKey key;
    private final IntFunction<String> schemas;
    private final BackupManifests backups;
    private final Duration patience;
    private final Clock clock;
    private final Function<Invariant, String> invariants;
    private final Supplier<String> signing;
    private final Bounds bounds;
    private final Semaphore turn = new Semaphore(1);
    private final JsonMapper json = new JsonMapper();
    private final Controls controls = new Controls();
    private final Report report;

    /// @param schemas the text of a schema by its id
    /// @param sentence what a fact of a type says, in words
    /// @param invariants the query that finds what breaks each
    /// @param signing why nothing is signed any more; empty: it is
    /// @param bounds beyond which no pack is made
    /// @param patience how long it waits until facts are signed for
    public EvidencePacks(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            TileLog log,
            VerifyingKey key,
            IntFunction<String> schemas,
            BackupManifests backups,
            BiFunction<String, JsonNode, String> sentence,
            Function<Invariant, String> invariants,
            Supplier<String> signing,
            Bounds bounds,
            Duration patience,
            Clock clock) {
        this.jdbc = jdbc;
        this.reading = new TransactionTemplate(transactions);
        reading.setReadOnly(true);
        reading.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.log = log;
        this.key = key;
        this.schemas = schemas;
        this.backups = backups;
        this.report = new Report(sentence);
        this.invariants = invariants;
        this.signing = signing;
        this.bounds = bounds;
        this.patience = patience;
        this.clock = clock;
    }

    /// There are facts that belong to it and that are not there, or not signed for yet; or another pack is being made.
    public static final class NotNow extends Exception {

        private static final long serialVersionUID = 1L;

        private NotNow(String message) {
            super(message);
        }
    }

    /// It would be larger than a pack may be.
    public static final class TooLarge extends Exception {

        private static final long serialVersionUID = 1L;

        private TooLarge(Bounds.Exceeded why) {
            super(why.getMessage(), why);
        }
    }

    /// Of everything that the ledger had when it was asked for, once it is signed for.
    ///
    /// @param kept sizes of earlier checkpoints that whoever asks has, at least 1
    /// @param person who asks
    /// @param token by which they are known to other services
    /// @return empty: there is no such change
    /// @throws slipway.wire.RegistryClient.Unavailable when schemas cannot be asked for
    public Optional<Written> write(Scope scope, List<Long> kept, String person, String token)
            throws NotNow, TooLarge, InterruptedException {
        if (scope instanceof OfChange(var change) && !isThere(change)) {
            return Optional.empty();
        }
        if (!signing.get().isEmpty()) {
            throw new NotNow("nothing is signed any more, and a pack would lack what came since: " + signing.get());
        }
        String note = signed(scope);
        // Each is in memory as a whole.
        if (!turn.tryAcquire()) {
            throw new NotNow("another pack is being made: ask again when it is done");
        }
        try {
            return Optional.of(write(scope, note, kept, person, token));
        } catch (Bounds.Exceeded e) {
            throw new TooLarge(e);
        } finally {
            turn.release();
        }
    }

    private Written write(Scope scope, String note, List<Long> kept, String person, String token) throws NotNow, InterruptedException {
        Checkpoint checkpoint = Checkpoint.parse(Note.open(note, key));
        Tree tree = log.tree(checkpoint.size());
        Gathered gathered = Objects.requireNonNull(reading.execute(
                _ -> Gathering.gather(new Signed(jdbc, json, invariants, checkpoint.size()), scope, bounds)));
        if (!gathered.without().isEmpty()) {
            Proven first = gathered.without().getFirst();
            throw new NotNow("what led to facts is not in the ledger, or not signed for yet: of " + gathered.without().size() + ", the first of them "
                    + first.type() + ", fact " + first.entry().sequence() + " of " + first.entry().aggregateId() + ", because of fact "
                    + first.entry().causationId() + "; ask again when the topics are read");
        }
        BackupManifests.Found manifests = backups.of(manifestDigests(gathered), token);
        List<String> missing = new ArrayList<>();
        manifests.missing().forEach(each -> missing.add("Manifest of backup set " + each));
        missingPolicies(gathered).forEach(each -> missing.add("Text of policy " + each + ": it was not published as a fact"));
        Hash root = tree.root();
        if (!root.equals(checkpoint.root())) {
            throw new IllegalStateException("the files of the log are not what was signed: ./slipway audit verify tells more");
        }
        Pack pack = new Pack(
                scope,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                person,
                key.toString(),
                note,
                tree,
                root,
                kept.stream().distinct().filter(each -> each < checkpoint.size()).sorted().toList(),
                gathered,
                controls.of(gathered.stories()),
                schemas(gathered),
                manifests.bytes(),
                missing);
        return Written.of(pack, report, json, bounds);
    }

    private boolean isThere(String change) {
        return jdbc.sql("select exists (select from ledger where topic = ? and aggregate_id = ? and correlation_id = ? and type = any(?))")
                .params(Topics.CHANGE, change, change, Gathering.BEGINNINGS.toArray(String[]::new))
                .query(Boolean.class)
                .single();
    }

    /// Waits until all that is in the ledger now, as far as the pack is about it, is in the tree.
    ///
    /// @return a checkpoint of that tree
    private String signed(Scope scope) throws NotNow, InterruptedException {
        List<String> waitsFor = switch (scope) {
            case OfChange(var change) -> unsigned(
                        size(), "correlation_id = ? or event_id in (select causation_id from ledger where correlation_id = ?)", change, change);
            case OfPeriod(var from, var to, _, _) ->
                unsigned(size(), "recorded_at >= ? and recorded_at < ?", Timestamp.from(from), Timestamp.from(to));
        };
        long begin = System.nanoTime();
        Instant asked = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        while (!waitsFor.isEmpty() || log.checkpoint().isEmpty()) {
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new NotNow("facts that are not signed for yet: " + waitsFor.size() + ", since " + asked + "; ask again when GET /log has a checkpoint of more than "
                        + size() + " leaves, and see there what stands in the way");
            }
            TimeUnit.MILLISECONDS.sleep(OFTEN.toMillis());
            waitsFor = waitsFor.isEmpty() ? waitsFor : unsigned(size(), "event_id = any(?)", (Object) waitsFor.toArray(String[]::new));
        }
        return log.checkpoint().orElseThrow();
    }

    private long size() {
        return log.checkpoint().map(note -> Checkpoint.of(note).size()).orElse(0L);
    }

    private List<String> unsigned(long size, String where, Object... params) {
        JdbcClient.StatementSpec statement = jdbc.sql("select event_id from ledger left join leaf using (topic, partition, log_offset) where (" + where
                + ") and (leaf.number is null or leaf.number >= ?)");
        for (Object each : params) {
            statement = statement.param(each);
        }
        return statement.param(size).query(String.class).list();
    }

    private static Map<String, String> manifestDigests(Gathered gathered) {
        Map<String, String> digests = new TreeMap<>();
        for (Proven fact : gathered.facts()) {
            if (fact.type().equals("BackupCompleted") || fact.type().equals("BackupPartial")) {
                digests.put(fact.entry().aggregateId(), fact.text("manifestDigest"));
            }
        }
        return digests;
    }

    private static List<String> missingPolicies(Gathered gathered) {
        List<String> published = gathered.facts().stream()
                .filter(each -> each.type().equals("ApprovalPolicyPublished"))
                .map(each -> each.text("hash"))
                .toList();
        return gathered.facts().stream()
                .filter(each -> each.type().equals("PolicyEvaluated"))
                .map(each -> each.text("policyHash"))
                .filter(each -> !published.contains(each))
                .distinct()
                .toList();
    }

    private Map<Integer, String> schemas(Gathered gathered) {
        Map<Integer, String> texts = new TreeMap<>();
        gathered.facts().forEach(each -> texts.computeIfAbsent(each.schema(), schemas::apply));
        return texts;
    }
}
