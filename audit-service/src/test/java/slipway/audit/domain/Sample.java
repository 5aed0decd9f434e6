package slipway.audit.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Entries of a ledger, made up.
final class Sample {

    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private Sample() {}

    static Entry fact(String aggregate, long sequence, @Nullable String cause, Instant at) {
        String event = aggregate + "#" + sequence;
        return new Entry(
                new Entry.Place("change.events", 0, sequence),
                "ChangeApproved",
                aggregate,
                sequence,
                event,
                "CHG-1",
                cause,
                "dana",
                "HUMAN",
                null,
                at,
                at,
                "hash of " + event,
                sequence == 1 ? null : "hash of " + aggregate + "#" + (sequence - 1),
                "{}");
    }

    static Entry fact(String aggregate, long sequence) {
        return fact(aggregate, sequence, null, NOON);
    }

    static Entry with(Entry fact, String hash, @Nullable String prevHash) {
        return new Entry(
                fact.place(),
                fact.type(),
                fact.aggregateId(),
                fact.sequence(),
                fact.eventId(),
                fact.correlationId(),
                fact.causationId(),
                fact.actor(),
                fact.actorKind(),
                fact.onBehalfOf(),
                fact.occurredAt(),
                fact.recordedAt(),
                hash,
                prevHash,
                fact.payload());
    }
}
