package slipway.audit.evidence;

import java.sql.Timestamp;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.evidence.Scope.OfChange;
import slipway.audit.evidence.Scope.OfPeriod;
import slipway.events.Topics;
import tools.jackson.databind.json.JsonMapper;

/// Reads what a pack is made of; to be done in one transaction that sees one state of the ledger.
final class Gathering {

    /// A change begins by being asked for, in one of these ways.
    private static final String BEGINS =
            "topic = '" + Topics.CHANGE + "' and aggregate_id = correlation_id and type in ('RFCSubmitted', 'RFCDrafted', 'RFCRefused') and sequence = 1";

    private final JdbcClient jdbc;
    private final Signed signed;
    private final TreeMap<Long, Proven> facts = new TreeMap<>();

    private Gathering(JdbcClient jdbc, Signed signed) {
        this.jdbc = jdbc;
        this.signed = signed;
    }

    /// @param population every change that could have been drawn, sorted
    /// @param selected those that the pack is about, sorted
    /// @param facts by leaf
    record Gathered(List<String> population, List<String> selected, List<Story> stories, List<Proven> facts, Completeness completeness) {}

    /// @param size leaves that are signed for
    static Gathered gather(JdbcClient jdbc, JsonMapper json, Scope scope, long size) {
        return new Gathering(jdbc, new Signed(jdbc, json, size)).gather(scope);
    }

    private Gathered gather(Scope scope) {
        List<String> population = population(scope);
        List<String> selected = selected(scope, population);
        List<Story> stories = selected.stream().map(change -> Story.of(change, signed)).toList();
        stories.forEach(story -> add(story.facts()));
        Completeness completeness =
                switch (scope) {
                    case OfPeriod period -> Completeness.of(jdbc, signed, period.from(), period.to(), population.size(), selected.size());
                    case OfChange _ ->
                        Completeness.of(
                                jdbc,
                                signed,
                                stories.getFirst().facts().stream().map(each -> each.entry().recordedAt()).min(Comparator.naturalOrder()).orElseThrow(),
                                stories.getFirst().facts().stream()
                                        .map(each -> each.entry().recordedAt())
                                        .max(Comparator.naturalOrder())
                                        .orElseThrow()
                                        .plusMillis(1),
                                1,
                                1);
                };
        add(completeness.facts());
        addCauses();
        addRules();
        return new Gathered(population, selected, stories, List.copyOf(facts.values()), completeness);
    }

    private List<String> population(Scope scope) {
        return switch (scope) {
            case OfChange(var change) -> List.of(change);
            case OfPeriod period ->
                jdbc.sql("select aggregate_id from ledger join leaf using (topic, partition, log_offset) where leaf.number < ? and " + BEGINS
                                + " and recorded_at >= ? and recorded_at < ?")
                        .params(signed.size(), Timestamp.from(period.from()), Timestamp.from(period.to()))
                        .query(String.class)
                        .stream()
                        .sorted()
                        .toList();
        };
    }

    private static List<String> selected(Scope scope, List<String> population) {
        return switch (scope) {
            case OfChange _ -> population;
            case OfPeriod period -> Sample.draw(population, period.sample(), period.seed());
        };
    }

    private void add(Collection<Proven> more) {
        more.forEach(each -> facts.put(each.leaf(), each));
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
