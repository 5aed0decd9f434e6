package slipway.audit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Digest.Partition;

/// Reads the whole log again, from offset 0 to its end at the start, and asks whether the live ledger says the same.
///
/// It reads beside the live service, not through it: no inbox, no reaction table. So nobody is told anything, and no
/// backup, job or deployment begins. What it rebuilds exists as digests only and is dropped; the live ledger is
/// compared, never replaced: when they differ, a person has to find out which is right.
final class Replay {

    private static final Duration POLL = Duration.ofMillis(250);

    private final WholeLog log;
    private final Ledger ledger;
    private final Entries entries;
    private final List<String> topics;
    private final Duration patience;

    /// @param topics what to read
    /// @param patience how long the live ledger may take to catch up
    Replay(
            WholeLog log,
            Ledger ledger,
            Entries entries,
            List<String> topics,
            Duration patience) {
        this.log = log;
        this.ledger = ledger;
        this.entries = entries;
        this.topics = List.copyOf(topics);
        this.patience = patience;
    }

    /// @param facts how many were applied
    /// @param aggregates of how many changes, releases, backup sets …
    /// @param repetitions records that repeat a fact byte by byte: harmless
    /// @param digest hex SHA-256 of the ledger as the log gives it
    /// @param liveDigest that of the live ledger, at the same offsets
    /// @param identical whether they are the same
    /// @param faults gaps, contradictions, broken chains, differences
    /// @param unreadable records that are no facts, put aside by every service
    /// @param millis reading and rebuilding, without waiting for the live ledger
    record Report(
            long facts,
            long aggregates,
            long repetitions,
            String digest,
            String liveDigest,
            boolean identical,
            List<String> faults,
            List<String> unreadable,
            long millis,
            long factsPerSecond) {}

    /// @throws WholeLog.Unreadable when the log cannot be read to its end
    /// @throws slipway.wire.RegistryClient.Unavailable when a schema cannot be asked for
    /// @throws InterruptedException when the service stops
    Report run() throws InterruptedException {
        long begin = System.nanoTime();
        Rebuild rebuild = new Rebuild(entries);
        Map<Partition, Long> limits = log.read(topics, rebuild);
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        await(rebuild.digest().counts(), limits);
        Digest live = ledger.digest(place ->
                place.offset() < limits.getOrDefault(new Partition(place.topic(), place.partition()), 0L));
        compare(rebuild, live);
        String digest = rebuild.digest().hex();
        String liveDigest = live.hex();
        return new Report(
                rebuild.facts(),
                rebuild.aggregates(),
                rebuild.repetitions(),
                digest,
                liveDigest,
                digest.equals(liveDigest),
                rebuild.faults(),
                rebuild.unreadable(),
                millis,
                rebuild.facts() * 1_000 / millis);
    }

    /// Waits until the live ledger has what the log has, or for as long as patience allows.
    private void await(Map<Partition, Long> expected, Map<Partition, Long> limits) throws InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < patience.toNanos()) {
            Map<Partition, Long> live = ledger.counts(limits);
            if (expected.entrySet().stream()
                    .allMatch(each -> live.getOrDefault(each.getKey(), 0L) >= each.getValue())) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private static void compare(Rebuild rebuild, Digest live) {
        Map<Partition, String> theirs = live.byPartition();
        Map<Partition, String> ours = rebuild.digest().byPartition();
        Map<Partition, Long> stored = live.counts();
        Map<Partition, Long> read = rebuild.digest().counts();
        Set<Partition> all = new TreeSet<>(ours.keySet());
        all.addAll(theirs.keySet());
        for (Partition partition : all) {
            String our = ours.getOrDefault(partition, "");
            if (!our.equals(theirs.getOrDefault(partition, ""))) {
                rebuild.fault("the live ledger differs in %s: it has %d facts, the log has %d"
                        .formatted(partition, stored.getOrDefault(partition, 0L), read.getOrDefault(partition, 0L)));
            }
        }
    }
}
