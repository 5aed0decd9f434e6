package slipway.change.intake;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What another system sent, as it came, and what became of it.
///
/// @param key what its source knows it by; null: it was not read
/// @param headers those that are kept, by their names in lower case
/// @param proven whether somebody who may send it did
/// @param partOf the delivery that it was taken out of; null: it came like this
/// @param sender the person or service whose token it came with; null: it was signed
/// @param results ids of what it led to
/// @param repeats how often it came again
/// @param forgottenAt since when there is neither body nor headers; null: they are there
record Delivery(
        String id,
        String source,
        @Nullable String key,
        Instant receivedAt,
        Map<String, String> headers,
        byte[] body,
        boolean proven,
        @Nullable String partOf,
        @Nullable String sender,
        State state,
        @Nullable String rule,
        List<String> reasons,
        List<String> results,
        int repeats,
        @Nullable String replayedBy,
        @Nullable Instant forgottenAt) {

    /// One of those that it holds, as it would be stored.
    Delivery part(Map<String, String> partHeaders, byte[] partBody) {
        return new Delivery(
                "", source, null, receivedAt, partHeaders, partBody, proven, id, sender, State.RECEIVED, null, List.of(), List.of(), 0, null, null);
    }

    /// What became of a delivery.
    enum State {
        RECEIVED,
        TAKEN,
        REFUSED,
        IGNORED;

        static State of(Verbs.Done done) {
            return done.reasons().isEmpty() ? TAKEN : REFUSED;
        }
    }
}
