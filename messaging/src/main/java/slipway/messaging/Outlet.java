package slipway.messaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;

/// Writes for others, on a topic that has no facts. What is written here is decided elsewhere, and told in a receipt; it may come more than once.
public final class Outlet {

    private static final int PATIENCE_SECONDS = 30;

    private final KafkaTemplate<byte[], byte[]> kafka;

    Outlet(KafkaTemplate<byte[], byte[]> kafka) {
        this.kafka = kafka;
    }

    /// @return where it is: `topic-partition@offset`
    /// @throws IOException not now: worth another try
    public String write(String topic, String key, Map<String, String> headers, String value) throws IOException {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, bytes(key), bytes(value));
        headers.forEach((name, text) -> record.headers().add(name, bytes(text)));
        try {
            var sent = kafka.send(record).get(PATIENCE_SECONDS, TimeUnit.SECONDS).getRecordMetadata();
            return sent.topic() + "-" + sent.partition() + "@" + sent.offset();
        } catch (ExecutionException e) {
            throw new IOException("Kafka does not take it: " + e.getCause(), e.getCause());
        } catch (TimeoutException _) {
            throw new IOException("Kafka does not answer within " + PATIENCE_SECONDS + " s");
        } catch (KafkaException | org.apache.kafka.common.KafkaException e) {
            // At once, before there is anything to wait for.
            throw new IOException("Kafka does not take it: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing to " + topic, e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
