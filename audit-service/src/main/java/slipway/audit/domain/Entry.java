package slipway.audit.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One fact as the ledger holds it, except for its wire bytes, for which their hash stands.
///
/// @param place where it stands in the log
/// @param type e.g. `ChangeApproved`
/// @param sequence 1, 2, 3 … per aggregate
/// @param correlationId the change whose story it belongs to
/// @param causationId eventId of the fact that led to it, or null
/// @param hash hex SHA-256 of the exact wire bytes
/// @param prevHash what the fact claims to be the hash of its aggregate's fact before it; null on the first
/// @param payload the fact without its meta, as JSON
public record Entry(
        Place place,
        String type,
        String aggregateId,
        long sequence,
        String eventId,
        String correlationId,
        @Nullable String causationId,
        String actor,
        String actorKind,
        @Nullable String onBehalfOf,
        Instant occurredAt,
        Instant recordedAt,
        String hash,
        @Nullable String prevHash,
        String payload) {

    /// A place in the log.
    public record Place(String topic, int partition, long offset) {

        @Override
        public String toString() {
            return topic + "-" + partition + "@" + offset;
        }
    }
}
