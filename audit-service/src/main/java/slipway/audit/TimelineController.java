package slipway.audit;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Timeline;
import slipway.http.Refusal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What happened to a change, over all services; for every signed-in person.
@RestController
class TimelineController {

    private final Ledger ledger;
    private final Summaries summaries;
    private final JsonMapper json;

    TimelineController(Ledger ledger, Summaries summaries, JsonMapper json) {
        this.ledger = ledger;
        this.summaries = summaries;
        this.json = json;
    }

    /// One fact of a timeline.
    ///
    /// @param at when it happened
    /// @param recordedAt when its owner wrote it down
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
            String topic,
            int partition,
            long offset,
            String hash,
            boolean chainHolds,
            JsonNode payload) {}

    /// The latest changes, newest first.
    @GetMapping("/timelines")
    List<Ledger.Story> timelines() {
        return ledger.stories();
    }

    /// @param changeId whose story it belongs to
    record Found(String changeId, Line fact) {}

    /// One fact, by its eventId.
    @GetMapping("/facts/{eventId}")
    Found fact(@PathVariable String eventId) {
        Ledger.Stored stored =
                ledger.fact(eventId).orElseThrow(() -> Refusal.unknown("there is no fact " + eventId));
        return new Found(stored.entry().correlationId(), line(stored.entry(), stored.chainHolds()));
    }

    /// Every fact of a change's story, or of one release, backup set or the like, and what led to them; causes before effects.
    @GetMapping("/timelines/{id}")
    List<Line> timeline(@PathVariable String id) {
        Map<Entry, Boolean> story = new HashMap<>();
        ledger.story(id).forEach(stored -> story.put(stored.entry(), stored.chainHolds()));
        if (story.isEmpty()) {
            throw Refusal.unknown("there are no facts of " + id);
        }
        return Timeline.order(story.keySet()).stream()
                .map(entry -> line(entry, story.get(entry)))
                .toList();
    }

    private Line line(Entry entry, boolean chainHolds) {
        JsonNode payload = json.readTree(entry.payload());
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
                entry.place().topic(),
                entry.place().partition(),
                entry.place().offset(),
                entry.hash(),
                chainHolds,
                payload);
    }
}
