package slipway.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Timeline;
import slipway.http.Refusal;

/// What happened, over all services; for every signed-in person.
@RestController
class TimelineController {

    private final Ledger ledger;
    private final Search search;
    private final Summaries summaries;

    TimelineController(Ledger ledger, Search search, Summaries summaries) {
        this.ledger = ledger;
        this.search = search;
        this.summaries = summaries;
    }

    /// The stories that are looked for, those that began last first: a story that goes on keeps its place.
    @GetMapping("/timelines")
    Search.Page<Search.Story> timelines(Search.Wanted wanted) {
        return search.stories(wanted);
    }

    /// The facts that are looked for, the newest first.
    @GetMapping("/facts")
    Search.Page<Line> facts(Search.Wanted wanted) {
        return search.facts(wanted).map(stored -> Line.of(stored, summaries));
    }

    /// @param changeId whose story it belongs to
    record Found(String changeId, Line fact) {}

    /// One fact, by its eventId.
    @GetMapping("/facts/{eventId}")
    Found fact(@PathVariable String eventId) {
        Ledger.Stored stored =
                ledger.fact(eventId).orElseThrow(() -> Refusal.unknown("there is no fact " + eventId));
        return new Found(stored.entry().correlationId(), Line.of(stored, summaries));
    }

    /// Every fact of a change's story, or of one release, backup set or the like, and what led to them; causes before effects.
    @GetMapping("/timelines/{id}")
    List<Line> timeline(@PathVariable String id) {
        Map<Entry, Ledger.Stored> story = new HashMap<>();
        ledger.story(id).forEach(stored -> story.put(stored.entry(), stored));
        if (story.isEmpty()) {
            throw Refusal.unknown("there are no facts of " + id);
        }
        return Timeline.order(story.keySet()).stream()
                .map(entry -> Line.of(story.get(entry), summaries))
                .toList();
    }
}
