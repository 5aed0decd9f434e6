package slipway.audit.evidence;

import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import slipway.audit.evidence.Scope.OfChange;
import slipway.audit.evidence.Scope.OfPeriod;
import slipway.events.Topics;

/// Reads what a pack is made of; to be done in one transaction that sees one state of the ledger.
final class Gathering {

    /// A change begins by being asked for, in one of these ways.
    static final Set<String> BEGINNINGS = Set.of("RFCSubmitted", "RFCDrafted", "RFCRefused");

    private final Signed signed;
    private final Bounds bounds;
    private final TreeMap<Long, Proven> facts = new TreeMap<>();
    private long bytes;

    private Gathering(Signed signed, Bounds bounds) {
        this.signed = signed;
        this.bounds = bounds;
    }

    /// Changes of a period: those that were submitted, and how many never came to that.
    ///
    /// @param changes sorted
    record Population(List<String> changes, long drafts, long refusals) {}

    /// @param population every change that could have been drawn
    /// @param selected those that the pack is about, sorted
    /// @param facts by leaf
    /// @param without facts that something led to that is not there
    record Gathered(
            Population population,
            List<String> selected,
            List<Story> stories,
            List<Proven> facts,
            List<Proven> without,
            Completeness completeness) {}

    /// @throws Bounds.Exceeded when there is more than may be in a pack
    static Gathered gather(Signed signed, Scope scope, Bounds bounds) {
        return new Gathering(signed, bounds).gather(scope);
    }

    private Gathered gather(Scope scope) {
        Population population = population(scope);
        List<String> selected = selected(scope, population.changes());
        List<Story> stories = new ArrayList<>();
        for (String change : selected) {
            Story story = Story.of(change, signed);
            add(story.facts());
            stories.add(story);
        }
        Completeness completeness =
                switch (scope) {
                    case OfPeriod period -> Completeness.of(signed, period.from(), period.to());
                    case OfChange _ ->
                        Completeness.of(
                                signed,
                                stories.getFirst().facts().stream().map(each -> each.entry().recordedAt()).min(Comparator.naturalOrder()).orElseThrow(),
                                stories.getFirst().facts().stream()
                                        .map(each -> each.entry().recordedAt())
                                        .max(Comparator.naturalOrder())
                                        .orElseThrow()
                                        .plusMillis(1));
                };
        add(completeness.facts());
        int before;
        do {
            before = facts.size();
            addCauses();
            addRules();
        } while (facts.size() > before);
        return new Gathered(population, selected, stories, List.copyOf(facts.values()), without(), completeness);
    }

    private Population population(Scope scope) {
        return switch (scope) {
            case OfChange(var change) -> new Population(List.of(change), 0, 0);
            case OfPeriod period -> population(period);
        };
    }

    private record Begun(String change, String by, boolean submitted) {}

    private Population population(OfPeriod period) {
        List<Begun> all = signed.jdbc().sql(
                        """
                        select begun.aggregate_id as change, begun.type as by, exists (
                                select from ledger as asked join leaf using (topic, partition, log_offset)
                                where leaf.number < ? and asked.topic = begun.topic and asked.aggregate_id = begun.aggregate_id and asked.type = 'RFCSubmitted'
                            ) as submitted
                        from ledger as begun join leaf using (topic, partition, log_offset)
                        where leaf.number < ? and topic = ? and aggregate_id = correlation_id and sequence = 1 and type = any(?)
                            and recorded_at >= ? and recorded_at < ?
                        """)
                .param(signed.size())
                .param(signed.size())
                .param(Topics.CHANGE)
                .param(BEGINNINGS.toArray(String[]::new))
                .param(Timestamp.from(period.from()))
                .param(Timestamp.from(period.to()))
                .query(Begun.class)
                .list();
        return new Population(
                all.stream().filter(Begun::submitted).map(Begun::change).sorted().toList(),
                all.stream().filter(each -> !each.submitted() && each.by().equals("RFCDrafted")).count(),
                all.stream().filter(each -> !each.submitted() && each.by().equals("RFCRefused")).count());
    }

    private static List<String> selected(Scope scope, List<String> population) {
        return switch (scope) {
            case OfChange _ -> population;
            case OfPeriod period -> Sample.draw(population, period.sample(), period.seed());
        };
    }

    private void add(Collection<Proven> more) {
        for (Proven each : more) {
            if (facts.put(each.leaf(), each) == null) {
                bytes += each.wire().length + each.entry().payload().length();
            }
        }
        bounds.check(0, bytes);
    }

    /// Of a change the request may come from outside. Notifications may be of checkpoints, for which the log does not sign.
    private List<Proven> without() {
        Set<String> known = new HashSet<>();
        for (Proven fact : facts.values()) {
            known.add(fact.id());
            String cause = fact.entry().causationId();
            if (cause != null && fact.entry().sequence() == 1 && BEGINNINGS.contains(fact.type())) {
                known.add(cause);
            }
        }
        return facts.values().stream()
                .filter(each -> each.entry().causationId() != null && !known.contains(each.entry().causationId()))
                .filter(each -> !each.entry().place().topic().equals(Topics.NOTIFICATION))
                .toList();
    }

    /// What led to any of them, and what led to that.
    private void addCauses() {
        Set<String> known = new HashSet<>();
        facts.values().forEach(each -> known.add(each.id()));
        Collection<Proven> last = List.copyOf(facts.values());
        while (!last.isEmpty()) {
            String[] missing = last.stream()
                    .map(each -> each.entry().causationId())
                    .filter(Objects::nonNull)
                    .filter(known::add)
                    .toArray(String[]::new);
            last = missing.length == 0 ? List.of() : signed.facts("event_id = any(?)", (Object) missing);
            add(last);
        }
    }

    /// The policies that answered, who was in which group then, and the templates that approved.
    private void addRules() {
        add(signed.facts(
                "topic = ? and aggregate_id = 'POLICY' and type = 'ApprovalPolicyPublished' and said(payload) ->> 'hash' = any(?)",
                Topics.CHANGE,
                named("PolicyEvaluated", "policyHash")));
        String[] versions = named("ImpactAssessed", "graphVersion");
        add(signed.facts(
                """
                topic = ? and aggregate_id = 'INVENTORY' and type = 'InventoryChanged' and (
                    said(payload) ->> 'version' = any(?)
                    or jsonb_typeof(said(payload) -> 'members') = 'array' and said(payload) ->> 'peopleVersion' in (
                        select said(payload) ->> 'peopleVersion' from ledger
                        where topic = ? and aggregate_id = 'INVENTORY' and type = 'InventoryChanged' and said(payload) ->> 'version' = any(?)))
                """,
                Topics.CHANGE,
                versions,
                Topics.CHANGE,
                versions));
        String[] templates = facts.values().stream()
                .map(each -> each.payload().path("rfc").path("templateRef").asString(""))
                .filter(each -> !each.isEmpty())
                .map(each -> "TPL-" + each)
                .distinct()
                .toArray(String[]::new);
        add(signed.facts("topic = ? and aggregate_id = any(?)", Topics.CHANGE, templates));
    }

    private String[] named(String type, String field) {
        return facts.values().stream()
                .filter(each -> each.type().equals(type))
                .map(each -> each.text(field))
                .distinct()
                .toArray(String[]::new);
    }
}
