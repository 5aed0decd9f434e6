package slipway.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import slipway.audit.Scratch.Portion;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Partition;
import slipway.wire.RegistryClient;

/// Builds the ledger once more from the topics alone, beside the live one. By construction it can do nothing else: it knows neither
/// reactions nor channels nor jobs.
final class Rebuild implements WholeLog.Reader {

    private static final int AT_ONCE = 5_000;

    private final Entries entries;
    private final Scratch scratch;
    private final Selection selection;
    private final Progress progress;

    private final List<Entry> read = new ArrayList<>();
    private final Set<String> skipped = new HashSet<>();
    private final List<String> unreadable = new ArrayList<>();
    private int records;

    Rebuild(Entries entries, Scratch scratch, Selection selection, Progress progress) {
        this.entries = entries;
        this.scratch = scratch;
        this.selection = selection;
        this.progress = progress;
    }

    /// The next record of a partition.
    ///
    /// @throws RegistryClient.Unavailable when its schema cannot be asked for
    @Override
    public void take(Entry.Place place, byte @Nullable [] wire) {
        records++;
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
        if (!Ledger.keeps(entry)) {
            return;
        }
        if (selection.change() != null && !entry.correlationId().equals(selection.change())) {
            return;
        }
        if (selection.from() != null && entry.recordedAt().isBefore(selection.from())) {
            skipped.add(entry.correlationId());
            return;
        }
        read.add(entry);
    }

    @Override
    public void beginsAt(Partition partition, long offset) {
        scratch.lost("%s begins at offset %d: the facts before are gone".formatted(partition, offset));
    }

    @Override
    public void polled(Map<Partition, Long> next, long left) {
        progress.left(left);
        if (records < AT_ONCE && left > 0) {
            return;
        }
        scratch.store(new Portion(List.copyOf(read), Set.copyOf(skipped), List.copyOf(unreadable), next));
        read.clear();
        skipped.clear();
        unreadable.clear();
        records = 0;
    }

    /// For people.
    static String name(Entry entry) {
        return "%s, fact %d of %s at %s"
                .formatted(entry.type(), entry.sequence(), entry.aggregateId(), entry.place());
    }
}
