package slipway.change.intake;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import slipway.change.intake.Deliveries.Delivery;
import slipway.change.intake.Deliveries.State;
import slipway.events.Topics;
import slipway.messaging.Fact;
import slipway.messaging.Journal;
import slipway.messaging.RawRecord;
import slipway.messaging.Records;
import slipway.messaging.Unread;
import tools.jackson.databind.json.JsonMapper;

/// What was written to `change.requests`, as deliveries: people find what came by Kafka where they find what came by HTTP. The log has
/// every record before it is read; a delivery is stored with what became of it.
@Component
public class KafkaRequests implements Unread {

    static final String SOURCE = Topics.CHANGE_REQUESTS;

    /// Of a record that was read; one that was not has no rule.
    private static final String RULE = "request";

    private static final String PARTITION = "kafka-partition";
    private static final String OFFSET = "kafka-offset";
    private static final String CE_SOURCE = "ce_source";
    private static final String CE_ID = "ce_id";
    private static final String BYTES = "base64:";

    private static final JsonMapper JSON = new JsonMapper();

    private final JdbcClient jdbc;
    private final Deliveries deliveries;
    private final Records records;

    KafkaRequests(JdbcClient jdbc, Deliveries deliveries, Records records) {
        this.jdbc = jdbc;
        this.deliveries = deliveries;
        this.records = records;
    }

    @Override
    public void unread(RawRecord record, String reason) {
        if (record.topic().equals(SOURCE)) {
            byte[] value = record.value() == null ? new byte[0] : record.value();
            store(record, value, null, new Verbs.Done(null, List.of(reason)));
        }
    }

    /// Notes what became of a request, in the transaction that handled it.
    public void handled(Fact request, Verbs.Done done) {
        Fact.Position position = Objects.requireNonNull(request.position(), "only what came from the log was written there");
        Map<String, byte[]> headers = new LinkedHashMap<>();
        put(headers, CE_SOURCE, request.source());
        put(headers, CE_ID, request.sourceId());
        RawRecord record = new RawRecord(request.topic(), position, null, request.wire(), headers);
        store(record, request.wire(), RULE, done);
    }

    /// A record of the log with what became of it. One that comes again, because somebody died in between, is the same; what was taken stays so.
    private void store(RawRecord record, byte[] body, @Nullable String rule, Verbs.Done done) {
        String hash = Journal.hash(body);
        jdbc.sql(
                        """
                        with next as (select nextval('delivery_number') as number)
                        insert into delivery (id, number, source, delivery_key, headers, body, proven, state, rule, reasons, results, body_digest)
                        select 'DLV-' || number, number, ?, ?, cast(? as jsonb), ?, true, ?, ?, ?, ?, ? from next
                        on conflict (source, delivery_key) do update
                            set state = excluded.state, rule = excluded.rule, reasons = excluded.reasons, results = excluded.results
                            where delivery.state = 'REFUSED'
                        """)
                .param(1, SOURCE)
                // A log that was made anew counts from the beginning.
                .param(2, record.position().partition() + "@" + record.position().offset() + " " + hash)
                .param(3, JSON.writeValueAsString(headers(record)))
                .param(4, body)
                .param(5, (done.reasons().isEmpty() ? State.TAKEN : State.REFUSED).name())
                .param(6, rule)
                .param(7, Deliveries.told(done.reasons()).toArray(String[]::new))
                .param(8, done.result() == null ? new String[0] : new String[] {done.result()})
                .param(9, hash)
                .update();
    }

    private static void put(Map<String, byte[]> headers, String name, @Nullable String text) {
        if (text != null) {
            headers.put(name, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Once more: what could not be read then, and what was refused.
    void again(Delivery delivery, Verbs verbs) {
        Fact request;
        try {
            request = records.read(record(delivery));
        } catch (Records.Unreadable e) {
            deliveries.settle(delivery.id(), null, State.REFUSED, null, List.of(String.valueOf(e.getMessage())), List.of());
            return;
        }
        // What was refused is known, and handled anew; what nobody could read may have come mended meanwhile.
        if (delivery.rule() == null && !records.first(request)) {
            String why = "a request that is known by the same came before, and was answered";
            deliveries.settle(delivery.id(), null, State.REFUSED, null, List.of(why), List.of());
            return;
        }
        Verbs.Done done = verbs.request(request);
        State state = done.reasons().isEmpty() ? State.TAKEN : State.REFUSED;
        List<String> results = done.result() == null ? List.of() : List.of(done.result());
        deliveries.settle(delivery.id(), null, state, RULE, done.reasons(), results);
    }

    private static RawRecord record(Delivery delivery) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        delivery.headers().forEach((name, text) -> headers.put(name, bytes(text)));
        Fact.Position position = new Fact.Position(
                Integer.parseInt(delivery.headers().get(PARTITION)), Long.parseLong(delivery.headers().get(OFFSET)));
        return new RawRecord(SOURCE, position, null, delivery.body(), headers);
    }

    /// What may let somebody in is not kept.
    private static Map<String, String> headers(RawRecord record) {
        Map<String, String> headers = new LinkedHashMap<>();
        record.headers().forEach((name, value) -> {
            if (!SourceFile.isSecret(name.toLowerCase(Locale.ROOT))) {
                headers.put(name.replace('\0', '?'), text(value));
            }
        });
        headers.put("kafka-topic", record.topic());
        headers.put(PARTITION, String.valueOf(record.position().partition()));
        headers.put(OFFSET, String.valueOf(record.position().offset()));
        if (record.key() != null) {
            headers.put("kafka-key", text(record.key()));
        }
        return headers;
    }

    /// Bytes that are no text as Base64, and text that begins as that does, too.
    private static String text(byte[] value) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
            if (text.indexOf('\0') < 0 && !text.startsWith(BYTES)) {
                return text;
            }
        } catch (CharacterCodingException _) {
            // As below.
        }
        return BYTES + Base64.getEncoder().encodeToString(value);
    }

    private static byte[] bytes(String text) {
        return text.startsWith(BYTES)
                ? Base64.getDecoder().decode(text.substring(BYTES.length()))
                : text.getBytes(StandardCharsets.UTF_8);
    }
}
