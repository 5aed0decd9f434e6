package slipway.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Topics;

/// How things stood at a moment: by what had happened then, or by what was known.
final class AsOf {

    private final JdbcClient jdbc;
    private final Summaries summaries;

    AsOf(JdbcClient jdbc, Summaries summaries) {
        this.jdbc = jdbc;
        this.summaries = summaries;
    }

    /// @param state null: its facts up to then say of none
    /// @param change null: it is no change
    /// @param release null: it is no release
    /// @param facts how many it had
    /// @param last the latest of them
    /// @param unknown what had happened by then and was written down later
    record Then(
            String id,
            Instant at,
            Moment.By by,
            @Nullable String state,
            @Nullable ChangeThen change,
            @Nullable ReleaseThen release,
            long facts,
            Line last,
            List<Line> unknown) {}

    /// @return empty: there was none
    Optional<Then> of(String id, Moment moment) {
        List<Line> facts = facts(List.of(id), moment).getOrDefault(id, List.of());
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        Line last = facts.getLast();
        return Optional.of(new Then(
                id,
                moment.at(),
                moment.by(),
                state(id, moment),
                last.topic().equals(Topics.CHANGE) && isChange(facts) ? ChangeThen.of(facts) : null,
                last.topic().equals(Topics.RELEASE) ? ReleaseThen.of(facts) : null,
                facts.size(),
                last,
                unknown(id, moment)));
    }

    /// The topic of changes has freezes, templates and the like, too.
    private static boolean isChange(List<Line> facts) {
        return facts.stream().anyMatch(fact -> fact.payload().has("rfc"));
    }

    private @Nullable String state(String id, Moment moment) {
        return jdbc.sql("select state from standing where aggregate_id = ? and " + moment.stands() + " order by sequence desc limit 1")
                .params(id, moment.timestamp())
                .query(String.class)
                .optional()
                .orElse(null);
    }

    private List<Line> unknown(String id, Moment moment) {
        return jdbc.sql("select " + Ledger.COLUMNS + ", hash from ledger where aggregate_id = ? and occurred_at <= ? and recorded_at > ? order by sequence")
                .params(id, moment.timestamp(), moment.timestamp())
                .query((row, _) -> Line.of(Ledger.stored(row), summaries))
                .list();
    }

    private Map<String, List<Line>> facts(List<String> ids, Moment moment) {
        Map<String, List<Line>> facts = new LinkedHashMap<>();
        jdbc.sql("select " + Ledger.COLUMNS + ", hash from ledger where aggregate_id = any(?) and " + moment.facts() + " order by aggregate_id, topic, sequence")
                .params(ids.toArray(String[]::new), moment.timestamp())
                .query((row, _) -> Line.of(Ledger.stored(row), summaries))
                .list()
                .forEach(fact -> facts.computeIfAbsent(fact.aggregate(), _ -> new ArrayList<>()).add(fact));
        return facts;
    }

    private Map<String, ChangeThen> changes(Moment moment, String... states) {
        List<String> ids = jdbc.sql("select aggregate_id from standing where topic = ? and not over and state = any(?) and " + moment.stands() + " order by aggregate_id")
                .params(Topics.CHANGE, states, moment.timestamp())
                .query(String.class)
                .list();
        Map<String, ChangeThen> changes = new LinkedHashMap<>();
        facts(ids, moment).forEach((id, facts) -> changes.put(id, ChangeThen.of(facts)));
        return changes;
    }

    /// A change that waited for approval.
    ///
    /// @param stages that had no quorum yet
    record Waiting(String id, @Nullable String title, @Nullable String kind, @Nullable String risk, @Nullable String requester, List<ChangeThen.Stage> stages) {}

    /// @param waiting whose first stage was due first
    record Queue(Instant at, Moment.By by, List<Waiting> waiting) {}

    /// What the approvers, such as the change advisory board, had before them.
    Queue queue(Moment moment) {
        List<Waiting> waiting = new ArrayList<>();
        changes(moment, "AWAITING_APPROVAL").forEach((id, change) -> waiting.add(new Waiting(
                id,
                text(change, "title"),
                change.kind(),
                change.risk() == null ? null : change.risk().level(),
                text(change, "requester"),
                change.stages().stream().filter(AsOf::isOpen).toList())));
        waiting.sort(Comparator.comparing(each -> each.stages().stream().map(ChangeThen.Stage::dueAt).min(Comparator.naturalOrder()).orElse(Instant.MAX)));
        return new Queue(moment.at(), moment.by(), waiting);
    }

    private static boolean isOpen(ChangeThen.Stage stage) {
        return stage.votes().stream().filter(vote -> vote.decision().equals("APPROVE")).count() < stage.quorum();
    }

    /// A change that was to be done, or was being done.
    record Planned(String id, @Nullable String title, @Nullable String service, ChangeThen.Window window, List<ChangeThen.Hold> holds) {}

    /// @param declared as it was declared: scope and times
    record Freeze(String id, Line declared) {}

    /// @param planned whose windows reach into the time from `from` to `to`, the earliest first
    /// @param freezes that were declared and not lifted, whatever their times: each has its rule (RFC 5545) and the zone that it is in
    record Calendar(Instant at, Moment.By by, Instant from, Instant to, List<Planned> planned, List<Freeze> freezes) {}

    /// What was planned for a time, as it was seen at a moment.
    Calendar calendar(Moment moment, Instant from, Instant to) {
        List<Planned> planned = new ArrayList<>();
        changes(moment, "SCHEDULED", "IMPLEMENTING", "MONITORING").forEach((id, change) -> {
            ChangeThen.Window window = change.window();
            if (window != null && window.overlaps(from, to)) {
                planned.add(new Planned(id, text(change, "title"), text(change, "service"), window, change.holds()));
            }
        });
        planned.sort(Comparator.comparing(each -> each.window().notBefore()));
        List<String> frozen = jdbc.sql("select aggregate_id from standing where topic = ? and state = 'DECLARED' and not over and " + moment.stands())
                .params(Topics.CHANGE, moment.timestamp())
                .query(String.class)
                .list();
        List<Freeze> freezes = new ArrayList<>();
        facts(frozen, moment).forEach((id, facts) -> freezes.add(new Freeze(id, facts.getFirst())));
        return new Calendar(moment.at(), moment.by(), from, to, planned, freezes);
    }

    private static @Nullable String text(ChangeThen change, String name) {
        return change.request() == null ? null : change.request().path(name).asString(null);
    }
}
