package slipway.messaging;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;

/// Why a command comes: who is behind it, which story it belongs to, which fact led to it.
///
/// @param actor who acts, and on whose behalf
/// @param correlationId the change whose story this is; null when the command begins one: then the aggregate's own id
/// @param causationId eventId of the fact behind it, or null
/// @param traceparent W3C trace context, or null
/// @param occurredAt when it happened; null: when it is recorded
public record Cause(
        Actor actor,
        @Nullable String correlationId,
        @Nullable String causationId,
        @Nullable String traceparent,
        @Nullable Instant occurredAt) {

    /// A person asked directly.
    public static Cause person(String id, @Nullable String correlationId) {
        return new Cause(new Actor(id, ActorKind.HUMAN, null), correlationId, null, null, null);
    }

    /// A person asked through others (a delegation token, RFC 8693): whoever is at the keyboard acts on the person's behalf.
    ///
    /// @param actors whoever is at the keyboard first; empty: the person asked directly
    public static Cause person(String id, List<String> actors, @Nullable String correlationId) {
        return actors.isEmpty()
                ? person(id, correlationId)
                : new Cause(new Actor(actors.getFirst(), ActorKind.SERVICE, id), correlationId, null, null, null);
    }

    /// A service acts by itself: because of its configuration.
    public static Cause service(String service) {
        return new Cause(new Actor(service, ActorKind.SERVICE, null), null, null, null, null);
    }

    /// A service acts because of a fact, on behalf of the person at the beginning of the story.
    public static Cause fact(String service, Meta meta) {
        Actor earlier = meta.getActor();
        String person = earlier.getOnBehalfOf() == null ? earlier.getId() : earlier.getOnBehalfOf();
        return new Cause(
                new Actor(service, ActorKind.SERVICE, person),
                meta.getCorrelationId(),
                meta.getEventId(),
                meta.getTraceparent(),
                null);
    }

    /// The same cause, in the story of this change.
    public Cause of(String changeId) {
        return new Cause(actor, changeId, causationId, traceparent, occurredAt);
    }

    /// The same cause, for what happened at another time than now.
    ///
    /// @param at null: when it is recorded
    public Cause at(@Nullable Instant at) {
        return new Cause(actor, correlationId, causationId, traceparent, at);
    }

    /// The same cause, but a story of its own begins here.
    Cause beginning() {
        return new Cause(actor, null, causationId, traceparent, occurredAt);
    }
}
