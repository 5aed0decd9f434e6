package slipway.messaging;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// A record as it lies in the log, before anybody reads it.
///
/// @param key null: it has none
/// @param value null: it is a tombstone
/// @param headers by their names; of several of the same name the last
public record RawRecord(
        String topic,
        Fact.Position position,
        byte @Nullable [] key,
        byte @Nullable [] value,
        Map<String, byte[]> headers) {

    static RawRecord of(ConsumerRecord<byte[], byte[]> record) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        record.headers().forEach(header -> {
            if (header.value() != null) {
                headers.put(header.key(), header.value());
            }
        });
        return new RawRecord(
                record.topic(), new Fact.Position(record.partition(), record.offset()), record.key(), record.value(), headers);
    }

    @Nullable String text(String header) {
        byte[] value = headers.get(header);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
}
