package slipway.audit.evidence;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import slipway.audit.domain.Entry;
import slipway.audit.domain.Invariant;
import slipway.audit.domain.Timeline;
import slipway.events.Topics;

/// All that belongs to one change: its story, and whatever has a part in it from its first fact on, also where that is told in the story
/// of another change, such as a release that carried both.
///
/// @param facts causes before effects
/// @param broken what is wrong by which invariant, by eventId of the fact
record Story(String change, List<Proven> facts, Map<Invariant, Map<String, String>> broken) {

    /// Those that a fact of a change or its release can break.
    private static final List<Invariant> JUDGED =
            List.of(Invariant.START_IS_AUTHORISED, Invariant.START_HAS_A_WAY_BACK, Invariant.NOBODY_APPROVES_THEIR_OWN);

    private static final Set<String> ENDS = Set.of("ChangeClosed", "ChangeCancelled", "RFCRefused");

    private static final Set<String> TURNED_DOWN = Set.of("ChangeRejected", "ChangeExpired");

    /// What is only said of a change that goes on, though it had been turned down.
    private static final Set<String> GOES_ON = Set.of(
            "RFCDrafted",
            "RFCSubmitted",
            "ChangeAmended",
            "ApprovalRequested",
            "ChangeApproved",
            "ChangeScheduled",
            "ImplementationAuthorised",
            "ImplementationCompleted",
            "ImplementationRolledBack",
            "ReviewOpened");

    private record Aggregate(String topic, String id) {}

    static Story of(String change, Signed signed) {
        Map<Entry, Proven> found = new HashMap<>();
        signed.facts("correlation_id = ?", change).forEach(each -> found.put(each.entry(), each));
        Set<Aggregate> whole = new HashSet<>();
        for (Set<Aggregate> next = parts(found, whole); !next.isEmpty(); next = parts(found, whole)) {
            whole.addAll(next);
            signed.facts(
                            "(topic, aggregate_id) in (select * from unnest(?::text[], ?::text[]))",
                            next.stream().map(Aggregate::topic).toArray(String[]::new),
                            next.stream().map(Aggregate::id).toArray(String[]::new))
                    .forEach(each -> found.put(each.entry(), each));
        }
        String[] ids = found.values().stream().map(Proven::id).toArray(String[]::new);
        Map<Invariant, Map<String, String>> broken = new EnumMap<>(Invariant.class);
        JUDGED.forEach(each -> broken.put(each, signed.broken(each, Integer.MAX_VALUE, "event_id = any(?)", (Object) ids)));
        return new Story(change, Timeline.order(found.keySet()).stream().map(found::get).toList(), broken);
    }

    /// What has facts in it, and what these name, as far as it is not there as a whole.
    private static Set<Aggregate> parts(Map<Entry, Proven> found, Set<Aggregate> whole) {
        Set<Aggregate> parts = new LinkedHashSet<>();
        for (Proven fact : found.values()) {
            String topic = fact.entry().place().topic();
            parts.add(new Aggregate(topic, fact.entry().aggregateId()));
            switch (topic) {
                case Topics.CHANGE -> parts.add(new Aggregate(Topics.RELEASE, fact.text("releaseId")));
                case Topics.RELEASE -> {
                    parts.add(new Aggregate(Topics.BACKUP, fact.text("backupSetId")));
                    parts.add(new Aggregate(Topics.RELEASE, fact.text("into")));
                }
                default -> {}
            }
        }
        parts.removeIf(each -> each.id().isEmpty());
        parts.removeAll(whole);
        return parts;
    }

    Stream<Proven> of(String type) {
        return facts.stream().filter(each -> each.type().equals(type));
    }

    /// Facts of the change itself.
    List<Proven> own() {
        return facts.stream().filter(each -> each.entry().aggregateId().equals(change)).toList();
    }

    Optional<Proven> first(String type) {
        return of(type).findFirst();
    }

    Optional<Proven> last(String type) {
        return of(type).reduce((_, later) -> later);
    }

    /// What is wrong with the fact; empty: nothing.
    Optional<String> broken(Invariant invariant, Proven fact) {
        return Optional.ofNullable(broken.getOrDefault(invariant, Map.of()).get(fact.id()));
    }

    /// How it ended; empty: it goes on.
    Optional<Proven> end() {
        Optional<Proven> end = Optional.empty();
        for (Proven fact : own()) {
            if (ENDS.contains(fact.type())) {
                return Optional.of(fact);
            }
            if (TURNED_DOWN.contains(fact.type())) {
                end = Optional.of(fact);
            } else if (GOES_ON.contains(fact.type())) {
                end = Optional.empty();
            }
        }
        return end;
    }

    /// What the fact stands before.
    boolean isBefore(Proven one, Proven other) {
        return facts.indexOf(one) < facts.indexOf(other);
    }

    /// The request as it was last written down.
    Optional<Proven> request() {
        List<Proven> written = new ArrayList<>(own());
        written.removeIf(each -> !each.payload().path("rfc").isObject());
        return written.isEmpty() ? Optional.empty() : Optional.of(written.getLast());
    }
}
