package slipway.audit.domain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One SHA-256 for everything that a ledger holds: equal digests, equal ledgers. Entries come in the order of the log
/// within each partition; partitions may come in any order, because each has a digest of its own, and these are joined
/// in order of topic and number. Every field goes in with its length, so that no two ledgers look alike.
public final class Digest {

    private final Map<Partition, Running> partitions = new TreeMap<>();

    /// One partition of one topic.
    public record Partition(String topic, int number) implements Comparable<Partition> {

        @Override
        public int compareTo(Partition other) {
            int byTopic = topic.compareTo(other.topic);
            return byTopic == 0 ? Integer.compare(number, other.number) : byTopic;
        }

        @Override
        public String toString() {
            return topic + "-" + number;
        }
    }

    private static final class Running {
        private final MessageDigest sha256 = sha256();
        private long entries;
    }

    /// @param chainHolds what the ledger says about the entry's link to the one before
    public void add(Entry entry, boolean chainHolds) {
        Partition partition = new Partition(entry.place().topic(), entry.place().partition());
        Running running = partitions.computeIfAbsent(partition, _ -> new Running());
        MessageDigest sha256 = running.sha256;
        running.entries++;
        number(sha256, entry.place().offset());
        text(sha256, entry.type());
        text(sha256, entry.aggregateId());
        number(sha256, entry.sequence());
        text(sha256, entry.eventId());
        text(sha256, entry.correlationId());
        text(sha256, entry.causationId());
        text(sha256, entry.actor());
        text(sha256, entry.actorKind());
        text(sha256, entry.onBehalfOf());
        number(sha256, entry.occurredAt().toEpochMilli());
        number(sha256, entry.recordedAt().toEpochMilli());
        text(sha256, entry.hash());
        text(sha256, entry.prevHash());
        text(sha256, entry.payload());
        number(sha256, chainHolds ? 1 : 0);
    }

    /// Entries of each partition that has any.
    public Map<Partition, Long> counts() {
        Map<Partition, Long> counts = new TreeMap<>();
        partitions.forEach((partition, running) -> counts.put(partition, running.entries));
        return counts;
    }

    /// Hex digest of each partition that has entries.
    public Map<Partition, String> byPartition() {
        Map<Partition, String> digests = new TreeMap<>();
        partitions.forEach((partition, running) -> digests.put(partition, hex(digest(running.sha256))));
        return digests;
    }

    /// Hex digest of all partitions.
    public String hex() {
        MessageDigest all = sha256();
        byPartition().forEach((partition, digest) -> {
            text(all, partition.topic());
            number(all, partition.number());
            text(all, digest);
        });
        return hex(all.digest());
    }

    /// Hex SHA-256 of some bytes.
    public static String hash(byte[] bytes) {
        return hex(sha256().digest(bytes));
    }

    /// Without ending the running digest.
    private static byte[] digest(MessageDigest running) {
        try {
            return ((MessageDigest) running.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 of this Java cannot be read while it runs", e);
        }
    }

    private static void text(MessageDigest sha256, @Nullable String text) {
        if (text == null) {
            number(sha256, -1);
        } else {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            number(sha256, bytes.length);
            sha256.update(bytes);
        }
    }

    private static void number(MessageDigest sha256, long number) {
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
