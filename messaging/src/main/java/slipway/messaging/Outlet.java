package slipway.messaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/// Writes for others, on a topic that has no facts. What is written here is decided elsewhere, and told in a receipt; it comes again only where Kafka
/// took it and its answer got lost.
///
/// Its producer is its own: that of the journal never gives up, and would still write what the job here writes again.
public final class Outlet implements AutoCloseable {

    private final KafkaTemplate<byte[], byte[]> kafka;

    /// @param patience when a write is given up for good, after at most half as long again for finding the topic
    Outlet(ProducerFactory<byte[], byte[]> producers, Duration patience) {
        int millis = (int) patience.toMillis();
        kafka = new KafkaTemplate<>(
                producers,
                Map.of(
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, millis / 2));
    }

    /// @return where it is: `topic-partition@offset`
    /// @throws IOException not now: worth another try. This one is over, and will not be written later
    public String write(String topic, String key, Map<String, String> headers, String value) throws IOException {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, bytes(key), bytes(value));
        headers.forEach((name, text) -> record.headers().add(name, bytes(text)));
        try {
            // Not given up before the producer does.
            var sent = kafka.send(record).get().getRecordMetadata();
            return sent.topic() + "-" + sent.partition() + "@" + sent.offset();
        } catch (ExecutionException e) {
            throw new IOException("Kafka does not take it: " + e.getCause(), e.getCause());
        } catch (KafkaException | org.apache.kafka.common.KafkaException e) {
            // At once, before there is anything to wait for.
            throw new IOException("Kafka does not take it: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing to " + topic, e);
        }
    }

    @Override
    public void close() {
        kafka.destroy();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
