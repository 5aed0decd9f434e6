package slipway.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import slipway.audit.domain.Entry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One fact, as it is shown.
///
/// @param at when it happened
/// @param recordedAt when its owner wrote it down
/// @param story the change whose story it belongs to
/// @param hash hex SHA-256 of its exact wire bytes, at topic, partition and offset
/// @param chainHolds whether it names the hash of its aggregate's fact before it
record Line(
        String type,
        String aggregate,
        long sequence,
        Instant at,
        Instant recordedAt,
        String actor,
        String actorKind,
        @Nullable String onBehalfOf,
        String summary,
        String eventId,
        @Nullable String causationId,
        String story,
        String topic,
        int partition,
        long offset,
        String hash,
        boolean chainHolds,
        JsonNode payload) {

    private static final JsonMapper JSON = new JsonMapper();

    static Line of(Ledger.Stored stored, Summaries summaries) {
        Entry entry = stored.entry();
        JsonNode payload = JSON.readTree(entry.payload());
        return new Line(
                entry.type(),
                entry.aggregateId(),
                entry.sequence(),
                entry.occurredAt(),
                entry.recordedAt(),
                entry.actor(),
                entry.actorKind(),
                entry.onBehalfOf(),
                summaries.of(entry.type(), payload),
                entry.eventId(),
                entry.causationId(),
                entry.correlationId(),
                entry.place().topic(),
                entry.place().partition(),
                entry.place().offset(),
                entry.hash(),
                stored.chainHolds(),
                payload);
    }
}
