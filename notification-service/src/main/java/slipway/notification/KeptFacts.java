package slipway.notification;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.Fact;
import slipway.wire.AvroDeserializer;

/// The facts of which somebody is still to be told, and those whose change is not known yet; as they went over the wire.
final class KeptFacts {

    private final JdbcClient jdbc;
    private final AvroDeserializer deserializer;

    KeptFacts(JdbcClient jdbc, AvroDeserializer deserializer) {
        this.jdbc = jdbc;
        this.deserializer = deserializer;
    }

    /// @param early whether its change is not known yet
    void keep(Fact fact, boolean early) {
        jdbc.sql("insert into fact (fact_id, topic, change_id, wire, early) values (?, ?, ?, ?, ?)")
                .params(
                        fact.meta().getEventId(),
                        fact.topic(),
                        fact.meta().getCorrelationId(),
                        fact.wire(),
                        early)
                .update();
    }

    Optional<SpecificRecord> read(String factId) {
        return jdbc.sql("select topic, wire from fact where fact_id = ?")
                .param(factId)
                .query((row, _) -> read(row.getString("topic"), row.getBytes("wire")))
                .optional();
    }

    /// What came of a change before the change itself, in the order in which it came; they are no longer early.
    List<SpecificRecord> take(String changeId) {
        List<SpecificRecord> early = jdbc.sql("select topic, wire from fact where change_id = ? and early order by arrived")
                .param(changeId)
                .query((row, _) -> read(row.getString("topic"), row.getBytes("wire")))
                .list();
        jdbc.sql("update fact set early = false where change_id = ? and early").param(changeId).update();
        return early;
    }

    /// Unless somebody is still to be told of it.
    void forget(String factId) {
        jdbc.sql(
                        """
                        delete from fact where fact_id = :fact
                        and not exists (select from notification where fact_id = :fact and state = 'PLANNED')
                        """)
                .param("fact", factId)
                .update();
    }

    private SpecificRecord read(String topic, byte[] wire) {
        return (SpecificRecord) Objects.requireNonNull(deserializer.deserialize(topic, wire));
    }
}
