package slipway.change.intake;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.change.intake.Deliveries.Arrived;
import slipway.change.intake.Delivery.State;
import slipway.events.Topics;
import slipway.messaging.Fact;
import slipway.messaging.Journal;
import slipway.messaging.RawRecord;
import slipway.messaging.Records;
import slipway.messaging.Unread;

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
    private static final String BASE64 = "base64:";

    /// How many the value has; only where not all of them are kept.
    private static final String BYTES = "kafka-bytes";

    private static final List<String> IDENTITY = List.of(CE_SOURCE, CE_ID);
    private static final Set<String> KEPT = Set.of("content-type", "traceparent");

    /// An attribute of CloudEvents.
    private static final Pattern ATTRIBUTE = Pattern.compile("ce_[a-z0-9]{1,60}");

    private static final int MOST_HEADERS = 30;

    private final Deliveries deliveries;
    private final Records records;

    KafkaRequests(Deliveries deliveries, Records records) {
        this.deliveries = deliveries;
        this.records = records;
    }

    /// Whoever may write there may write anything: what nobody could read is nobody's, and so many of them are kept.
    @Override
    public void unread(RawRecord record, String reason) {
        if (record.topic().equals(SOURCE)) {
            byte[] value = record.value() == null ? new byte[0] : record.value();
            store(record, value, false, null, new Verbs.Done(null, List.of(reason)));
        }
    }

    /// Notes what became of a request, in the transaction that handled it.
    public void handled(Fact request, Verbs.Done done) {
        Fact.Position position = Objects.requireNonNull(request.position(), "only what came from the log was written there");
        Map<String, byte[]> headers = new LinkedHashMap<>();
        put(headers, CE_SOURCE, request.source());
        put(headers, CE_ID, request.sourceId());
        RawRecord record = new RawRecord(request.topic(), position, null, request.wire(), headers);
        store(record, request.wire(), true, RULE, done);
    }

    /// A record of the log with what became of it. One that comes again, because somebody died in between, is the same.
    private void store(RawRecord record, byte[] value, boolean proven, @Nullable String rule, Verbs.Done done) {
        Map<String, String> headers = headers(record);
        List<String> reasons = new ArrayList<>(done.reasons());
        byte[] body = value;
        if (value.length > Deliveries.LARGEST_BODY) {
            body = Arrays.copyOf(value, Deliveries.LARGEST_BODY);
            headers.put(BYTES, String.valueOf(value.length));
            reasons.add(beginning(value.length));
        }
        // A log that was made anew counts from the beginning.
        String key = record.position().partition() + "@" + record.position().offset() + " " + Journal.hash(value);
        deliveries.store(new Arrived(SOURCE, key, headers, body, proven, null, State.of(done), rule, reasons, done.results()));
    }

    private static String beginning(int bytes) {
        return "of its " + bytes + " bytes the first " + Deliveries.LARGEST_BODY + " are kept here";
    }

    private static void put(Map<String, byte[]> headers, String name, @Nullable String text) {
        if (text != null) {
            headers.put(name, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Once more: what could not be read then, and what was refused. It stood in the log; that is all that its sender has to prove.
    void again(Delivery delivery, Verbs verbs) {
        String bytes = delivery.headers().get(BYTES);
        if (bytes != null) {
            refuse(delivery, beginning(Integer.parseInt(bytes)) + ", and cannot be handled once more");
            return;
        }
        Fact request;
        try {
            request = records.read(record(delivery));
        } catch (Records.Unreadable e) {
            refuse(delivery, String.valueOf(e.getMessage()));
            return;
        }
        // What was refused is known, and handled anew; what nobody could read may have come mended meanwhile.
        if (delivery.rule() == null && !records.first(request)) {
            refuse(delivery, "a request that is known by the same came before, and was answered");
            return;
        }
        Verbs.Done done = verbs.request(request);
        deliveries.settle(delivery.id(), null, State.of(done), RULE, done.reasons(), done.results());
    }

    /// Once it was read, it stays known by what it is known by.
    private void refuse(Delivery delivery, String why) {
        deliveries.settle(delivery.id(), null, State.REFUSED, delivery.rule(), List.of(why), List.of());
    }

    private static RawRecord record(Delivery delivery) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        delivery.headers().forEach((name, text) -> headers.put(name, bytes(text)));
        Fact.Position position = new Fact.Position(
                Integer.parseInt(delivery.headers().get(PARTITION)), Long.parseLong(delivery.headers().get(OFFSET)));
        return new RawRecord(SOURCE, position, null, delivery.body(), headers);
    }

    /// Of what its writer sent those that say what it is, as of deliveries by HTTP; never what may let somebody in.
    private static Map<String, String> headers(RawRecord record) {
        Map<String, String> headers = new LinkedHashMap<>();
        // First what it is known by, however much comes before it.
        Stream.concat(IDENTITY.stream(), record.headers().keySet().stream())
                .filter(name -> record.headers().containsKey(name) && keeps(name))
                .distinct()
                .limit(MOST_HEADERS)
                .forEach(name -> keep(headers, name, record.headers().get(name)));
        headers.put("kafka-topic", record.topic());
        headers.put(PARTITION, String.valueOf(record.position().partition()));
        headers.put(OFFSET, String.valueOf(record.position().offset()));
        if (record.key() != null) {
            keep(headers, "kafka-key", record.key());
        }
        return headers;
    }

    private static boolean keeps(String name) {
        return KEPT.contains(name) || ATTRIBUTE.matcher(name).matches() && !SourceFile.isSecret(name);
    }

    private static void keep(Map<String, String> headers, String name, byte[] value) {
        String text = text(value);
        if (text.length() <= Deliveries.LONGEST_HEADER) {
            headers.put(name, text);
        }
    }

    /// Bytes that are no text as Base64, and text that begins as that does, too.
    private static String text(byte[] value) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
            if (text.indexOf('\0') < 0 && !text.startsWith(BASE64)) {
                return text;
            }
        } catch (CharacterCodingException _) {
            // As below.
        }
        return BASE64 + Base64.getEncoder().encodeToString(value);
    }

    private static byte[] bytes(String text) {
        return text.startsWith(BASE64)
                ? Base64.getDecoder().decode(text.substring(BASE64.length()))
                : text.getBytes(StandardCharsets.UTF_8);
    }
}
