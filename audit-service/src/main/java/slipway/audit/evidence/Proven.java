package slipway.audit.evidence;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import slipway.audit.domain.Entry;
import tools.jackson.databind.JsonNode;

/// A fact that the log signed for.
///
/// @param leaf its place in the tree
/// @param wire its exact bytes
record Proven(long leaf, Entry entry, byte[] wire, JsonNode payload) {

    String type() {
        return entry.type();
    }

    String id() {
        return entry.eventId();
    }

    /// Of the schema by which it was written: behind the one byte that says so.
    int schema() {
        return ByteBuffer.wrap(wire).getInt(1);
    }

    String text(String field) {
        return payload.path(field).asString("");
    }

    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        payload.path(field).forEach(each -> texts.add(each.asString()));
        return texts;
    }
}
