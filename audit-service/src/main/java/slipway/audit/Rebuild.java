package slipway.audit;

import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Chain;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.wire.RegistryClient;

/// The ledger once more, from the log alone, as a digest: nothing of it is stored. By construction it can do nothing
/// else: it knows neither reactions nor channels nor databases.
final class Rebuild implements WholeLog.Reader {

    private final Entries entries;
    private final Chain chain = new Chain();
    private final Digest digest = new Digest();
    private final Faults faults = new Faults();
    private final Faults unreadable = new Faults();
    private long facts;
    private long repetitions;

    Rebuild(Entries entries) {
        this.entries = entries;
    }

    /// The next record of a partition.
    ///
    /// @throws RegistryClient.Unavailable when its schema cannot be asked for
    @Override
    public void take(Entry.Place place, byte @Nullable [] wire) {
        Entry entry;
        try {
            entry = entries.read(place, wire);
        } catch (RegistryClient.Unavailable e) {
            throw e;
        } catch (SerializationException e) {
            // Every service has put it aside as a dead letter; it is no fact.
            unreadable.add(place + ": " + e.getMessage());
            return;
        }
        switch (chain.follow(entry)) {
            case Chain.Link.Next(boolean holds) -> {
                facts++;
                digest.add(entry, holds);
                if (!holds) {
                    fault(name(entry) + " does not carry the hash of the fact before it");
                }
            }
            case Chain.Link.Repetition() -> repetitions++;
            case Chain.Link.Contradiction() ->
                fault(name(entry) + " is another fact than the one that had this sequence before");
            case Chain.Link.Gap(long expected) -> fault(name(entry) + " comes where fact " + expected + " is missing");
        }
    }

    @Override
    public void beginsAt(Digest.Partition partition, long offset) {
        fault("%s begins at offset %d: the facts before are gone".formatted(partition, offset));
    }

    void fault(String fault) {
        faults.add(fault);
    }

    /// For people.
    static String name(Entry entry) {
        return "%s, fact %d of %s at %s"
                .formatted(entry.type(), entry.sequence(), entry.aggregateId(), entry.place());
    }

    long facts() {
        return facts;
    }

    long repetitions() {
        return repetitions;
    }

    long aggregates() {
        return chain.aggregates();
    }

    Digest digest() {
        return digest;
    }

    List<String> unreadable() {
        return unreadable.all();
    }

    List<String> faults() {
        return faults.all();
    }
}
