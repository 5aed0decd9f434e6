package slipway.notification;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.messaging.Journal;
import slipway.messaging.Numbers;
import slipway.messaging.Projection;
import slipway.notification.domain.SilenceEvent;
import slipway.notification.domain.SilenceEvent.SilenceDeclared;
import slipway.notification.domain.SilenceEvent.SilenceEnded;
import slipway.notification.domain.SilenceMatcher;
import slipway.notification.routing.Match;
import slipway.notification.routing.Plan;
import slipway.notification.routing.Silence;
import tools.jackson.databind.json.JsonMapper;

/// All silences, in step with their facts.
final class Silences implements Projection<SilenceEvent> {

    private static final int MOST = 500;

    private final JdbcClient jdbc;
    private final Numbers numbers;
    private final JsonMapper json = new JsonMapper();

    Silences(JdbcClient jdbc, Journal journal) {
        this.jdbc = jdbc;
        this.numbers = journal.numbers("SIL-", "silence_number");
    }

    /// One line of the list.
    ///
    /// @param holds whether somebody is silenced by it now
    /// @param endedBy who ended it before its time; null: nobody
    record Line(
            String id,
            List<SilenceMatcher> match,
            Instant from,
            Instant until,
            String reason,
            String by,
            boolean holds,
            @Nullable String endedBy) {}

    String nextId() {
        return numbers.next();
    }

    /// Those that were not ended, and have not ended by themselves.
    List<Silence> holding() {
        return jdbc.sql("select * from silence where ended_by is null and until > clock_timestamp() order by id")
                .query((row, _) -> new Silence(
                        row.getString("id"),
                        Arrays.stream(matchers(row)).map(Silences::match).toList(),
                        time(row, "from"),
                        time(row, "until"),
                        row.getString("declared_by"),
                        row.getString("reason")))
                .list();
    }

    /// The newest first, at most 500.
    List<Line> list() {
        return jdbc.sql(
                        """
                        select *, ended_by is null and "from" <= clock_timestamp() and until > clock_timestamp() as holds
                        from silence order by declared_at desc, id desc limit ?
                        """)
                .param(MOST)
                .query((row, _) -> new Line(
                        row.getString("id"),
                        List.of(matchers(row)),
                        time(row, "from"),
                        time(row, "until"),
                        row.getString("reason"),
                        row.getString("declared_by"),
                        row.getBoolean("holds"),
                        row.getString("ended_by")))
                .list();
    }

    /// Why nobody is told of this fact now; empty: it is not silenced.
    Optional<String> reason(Routing routing, Description fact, Instant now) {
        return Plan.silence(fact.labels(routing.urgency(fact)), holding(), now).map(Silence::reasonToTellNobody);
    }

    @Override
    public void project(SilenceEvent fact, Meta meta) {
        switch (fact) {
            case SilenceDeclared declared ->
                jdbc.sql(
                                """
                                insert into silence (id, matchers, "from", until, reason, declared_by, declared_at)
                                values (?, ?::jsonb, ?, ?, ?, ?, ?)
                                """)
                        .params(
                                meta.getAggregateId(),
                                json.writeValueAsString(declared.matchers()),
                                declared.from().atOffset(ZoneOffset.UTC),
                                declared.until().atOffset(ZoneOffset.UTC),
                                declared.reason(),
                                declared.by(),
                                meta.getRecordedAt().atOffset(ZoneOffset.UTC))
                        .update();
            case SilenceEnded(var by) ->
                jdbc.sql("update silence set ended_by = ? where id = ?")
                        .params(by, meta.getAggregateId())
                        .update();
        }
    }

    static SilenceMatcher matcher(Match match) {
        return switch (match) {
            case Match.OneOf(var label, var values, var negated) ->
                new SilenceMatcher(label, values.stream().sorted().toList(), false, negated);
            case Match.Like(var label, var pattern, var negated) ->
                new SilenceMatcher(label, List.of(pattern.pattern()), true, negated);
        };
    }

    static Match match(SilenceMatcher it) {
        return it.pattern()
                ? new Match.Like(it.label(), Pattern.compile(it.values().getFirst()), it.negated())
                : new Match.OneOf(it.label(), Set.copyOf(it.values()), it.negated());
    }

    private SilenceMatcher[] matchers(ResultSet row) throws SQLException {
        return json.readValue(row.getString("matchers"), SilenceMatcher[].class);
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
