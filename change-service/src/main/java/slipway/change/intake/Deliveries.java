package slipway.change.intake;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.intake.Delivery.State;
import slipway.decider.Wording;
import slipway.messaging.Journal;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Every delivery as it came, and what became of it.
@Component
class Deliveries {

    /// What nobody proved is kept so that its sender can be helped, but strangers do not fill the disk: of each source so many.
    static final int UNPROVEN_KEPT = 100;

    static final int LARGEST_BODY = 1024 * 1024;
    static final int LONGEST_HEADER = 2000;
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JsonMapper json = new JsonMapper();

    Deliveries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// One that comes in.
    ///
    /// @param key where it is known before anybody reads it: it is kept once then
    record Arrived(
            String source,
            @Nullable String key,
            Map<String, String> headers,
            byte[] body,
            boolean proven,
            @Nullable String sender,
            State state,
            @Nullable String rule,
            List<String> reasons,
            List<String> results) {}

    /// @param fault why it is not proven; null: it is
    /// @return its id
    String store(
            String source, Map<String, String> headers, byte[] body, @Nullable String sender, @Nullable String fault) {
        State state = fault == null ? State.RECEIVED : State.REFUSED;
        List<String> reasons = fault == null ? List.of() : List.of(fault);
        return store(new Arrived(source, null, headers, body, fault == null, sender, state, null, reasons, List.of())).orElseThrow();
    }

    /// One that comes again under its key is the same: what was taken stays so, and what was read once was.
    ///
    /// @return its id; empty: it was taken before
    Optional<String> store(Arrived arrived) {
        Optional<String> id = jdbc.sql(
                        """
                        with next as (select nextval('delivery_number') as number)
                        insert into delivery (id, number, source, delivery_key, headers, body, proven, sender, state, rule, reasons, results,
                            body_digest)
                        select 'DLV-' || number, number, ?, ?, cast(? as jsonb), ?, ?, ?, ?, ?, ?, ?, ? from next
                        on conflict (source, delivery_key) do update
                            set state = excluded.state, proven = delivery.proven or excluded.proven,
                                rule = coalesce(excluded.rule, delivery.rule), reasons = excluded.reasons, results = excluded.results
                            where delivery.state = 'REFUSED'
                        returning id
                        """)
                .param(1, arrived.source())
                .param(2, arrived.key())
                .param(3, json.writeValueAsString(arrived.headers()))
                .param(4, arrived.body())
                .param(5, arrived.proven())
                .param(6, arrived.sender())
                .param(7, arrived.state().name())
                .param(8, arrived.rule())
                .param(9, told(arrived.reasons()).toArray(String[]::new))
                .param(10, arrived.results().toArray(String[]::new))
                .param(11, Journal.hash(arrived.body()))
                .query(String.class)
                .optional();
        if (!arrived.proven()) {
            jdbc.sql(
                            """
                            delete from delivery where source = :source and not proven and number <= (
                                select number from delivery where source = :source and not proven
                                order by number desc offset :kept limit 1)
                            """)
                    .param("source", arrived.source())
                    .param("kept", UNPROVEN_KEPT)
                    .update();
        }
        return id;
    }

    /// A part of a delivery that is proven.
    ///
    /// @return its id
    String storePart(Delivery whole, Map<String, String> headers, byte[] body) {
        String id = store(whole.source(), headers, body, whole.sender(), null);
        jdbc.sql("update delivery set part_of = ? where id = ?").params(whole.id(), id).update();
        return id;
    }

    Optional<Delivery> find(String id) {
        return jdbc.sql("select * from delivery where id = ?").param(id).query((row, _) -> delivery(row)).optional();
    }

    /// The one to be handled now, for nobody else; whoever has it at this moment is waited for. Empty: somebody else handled it.
    Optional<Delivery> claim(String id) {
        return claim(id, "for update");
    }

    /// The same, and empty also while somebody else has it.
    Optional<Delivery> claimFree(String id) {
        return claim(id, "for update skip locked");
    }

    private Optional<Delivery> claim(String id, String how) {
        return jdbc.sql("select * from delivery where id = ? and state = 'RECEIVED' " + how)
                .param(id)
                .query((row, _) -> delivery(row))
                .optional();
    }

    /// The delivery that its source knows by this key, if it came before. The same at the same moment waits here for the first one.
    Optional<String> first(Delivery delivery, String key) {
        waitFor(delivery.source(), key);
        return jdbc.sql("select id from delivery where source = ? and delivery_key = ? and id <> ?")
                .params(delivery.source(), key, delivery.id())
                .query(String.class)
                .optional();
    }

    /// The one with the same body, if it came before, whatever it is known by.
    Optional<String> firstOfBody(Delivery delivery) {
        String digest = Journal.hash(delivery.body());
        waitFor(delivery.source(), digest);
        return jdbc.sql(
                        """
                        select id from delivery where source = ? and body_digest = ? and delivery_key is not null and id <> ?
                        order by number limit 1
                        """)
                .params(delivery.source(), digest, delivery.id())
                .query(String.class)
                .optional();
    }

    private void waitFor(String source, String same) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 4))")
                .param(source + "\n" + same)
                .query((_, _) -> true)
                .single();
    }

    /// It came before, and is kept once.
    void repeated(String id, String first) {
        jdbc.sql("delete from delivery where id = ?").param(id).update();
        jdbc.sql("update delivery set repeats = repeats + 1 where id = ?").param(first).update();
    }

    void settle(
            String id, @Nullable String key, State state, @Nullable String rule, List<String> reasons, List<String> results) {
        jdbc.sql(
                        """
                        update delivery set delivery_key = coalesce(?, delivery_key), state = ?, rule = ?, reasons = ?, results = results || ?
                        where id = ?
                        """)
                .param(1, key)
                .param(2, state.name())
                .param(3, rule)
                .param(4, told(reasons).toArray(String[]::new))
                .param(5, results.toArray(String[]::new))
                .param(6, id)
                .update();
    }

    /// What became of it afterwards.
    void told(String id, List<String> reasons) {
        jdbc.sql("update delivery set reasons = ? where id = ?")
                .param(1, told(reasons).toArray(String[]::new))
                .param(2, id)
                .update();
    }

    /// @param change null: to none
    void ledTo(String id, @Nullable String change) {
        jdbc.sql("update delivery set results = results || ?::text where id = ? and not ?::text = any (results)")
                .params(change, id, change)
                .update();
    }

    /// It could not be handled, and will be tried again.
    ///
    /// @return how often it was tried
    int tried(String id, String trouble) {
        return jdbc.sql(
                        """
                        update delivery set tries = tries + 1, tried_at = clock_timestamp(), reasons = ?
                        where id = ? and state = 'RECEIVED' returning tries
                        """)
                .param(1, told(List.of(trouble)).toArray(String[]::new))
                .param(2, id)
                .query(Integer.class)
                .optional()
                .orElse(0);
    }

    /// What was stored, but not handled, because somebody died in between or something was away.
    List<String> waiting() {
        return jdbc.sql(
                        """
                        select id from delivery where state = 'RECEIVED' and tried_at < clock_timestamp() - interval '10 seconds'
                        order by number limit 100
                        """)
                .query(String.class)
                .list();
    }

    /// Deliveries that this one was taken apart into, and that nobody handled yet.
    List<String> waitingOf(String batch) {
        return jdbc.sql(
                        """
                        select part.id from delivery batch join delivery part on part.id = any (batch.results)
                        where batch.id = ? and part.state = 'RECEIVED' order by part.number
                        """)
                .param(batch)
                .query(String.class)
                .list();
    }

    /// Once more from the beginning.
    ///
    /// @return false: somebody else did so meanwhile, or it was forgotten
    boolean again(String id, String by) {
        return jdbc.sql(
                        """
                        update delivery set state = 'RECEIVED', proven = true, reasons = '{}', tries = 0, replayed_by = ?,
                            tried_at = clock_timestamp()
                        where id = ? and state in ('REFUSED', 'IGNORED') and forgotten_at is null
                        """)
                        .params(by, id)
                        .update()
                == 1;
    }

    /// Whoever wrote it: nothing that a column does not take, or that moves the cursor of who reads it.
    static List<String> told(List<String> reasons) {
        return Wording.shortened(reasons.stream().map(Wording::seen).toList());
    }

    private Delivery delivery(ResultSet row) throws SQLException {
        OffsetDateTime forgottenAt = row.getObject("forgotten_at", OffsetDateTime.class);
        return new Delivery(
                row.getString("id"),
                row.getString("source"),
                row.getString("delivery_key"),
                row.getObject("received_at", OffsetDateTime.class).toInstant(),
                json.readValue(row.getString("headers"), TEXTS),
                row.getBytes("body"),
                row.getBoolean("proven"),
                row.getString("part_of"),
                row.getString("sender"),
                State.valueOf(row.getString("state")),
                row.getString("rule"),
                texts(row, "reasons"),
                texts(row, "results"),
                row.getInt("repeats"),
                row.getString("replayed_by"),
                forgottenAt == null ? null : forgottenAt.toInstant());
    }

    static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
