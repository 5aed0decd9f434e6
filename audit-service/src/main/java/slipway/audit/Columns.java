package slipway.audit;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Entry;

/// Many entries as one statement takes them: an array for each column of the ledger.
final class Columns {

    /// In the order of [#of].
    static final String NAMES =
            """
            topic, partition, log_offset, type, aggregate_id, sequence, event_id, correlation_id, causation_id,
            actor, actor_kind, on_behalf_of, occurred_at, recorded_at, hash, prev_hash, payload
            """;

    /// The rows, of parameters in the order of [#of].
    static final String ROWS =
            """
            unnest(?::text[], ?::int[], ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[],
            ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::text[], ?::text[], ?::text[])
            """;

    private Columns() {}

    static List<Object> of(List<Entry> entries) {
        return List.of(
                texts(entries, entry -> entry.place().topic()),
                column(entries, entry -> entry.place().partition(), Integer[]::new),
                column(entries, entry -> entry.place().offset(), Long[]::new),
                texts(entries, Entry::type),
                texts(entries, Entry::aggregateId),
                column(entries, Entry::sequence, Long[]::new),
                texts(entries, Entry::eventId),
                texts(entries, Entry::correlationId),
                texts(entries, Entry::causationId),
                texts(entries, Entry::actor),
                texts(entries, Entry::actorKind),
                texts(entries, Entry::onBehalfOf),
                times(entries, Entry::occurredAt),
                times(entries, Entry::recordedAt),
                texts(entries, Entry::hash),
                texts(entries, Entry::prevHash),
                texts(entries, Entry::payload));
    }

    private static String[] texts(List<Entry> entries, Function<Entry, @Nullable String> field) {
        return column(entries, field, String[]::new);
    }

    private static Timestamp[] times(List<Entry> entries, Function<Entry, Instant> field) {
        return column(entries, entry -> Timestamp.from(field.apply(entry)), Timestamp[]::new);
    }

    private static <T> T[] column(List<Entry> entries, Function<Entry, @Nullable T> field, IntFunction<T[]> array) {
        return entries.stream().map(field).toArray(array);
    }
}
