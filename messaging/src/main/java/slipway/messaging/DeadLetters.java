package slipway.messaging;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import slipway.events.Topics;

/// Records that cannot be read: exact key, bytes and headers go to a topic of the service's own, plus where they came from and
/// why they are here. What is too large to go there whole (a broker measures what is compressed) leaves its beginning, size
/// and SHA-256: nothing that anybody writes may stop us.
final class DeadLetters {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int BEGINNING = 64 * 1024;

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final String topic;
    private final Unread unread;

    DeadLetters(KafkaTemplate<byte[], byte[]> kafka, String service, Unread unread) {
        this.kafka = kafka;
        this.topic = Topics.deadLetters(service);
        this.unread = unread;
    }

    void send(ConsumerRecord<byte[], byte[]> record, String reason) {
        String from = record.topic() + "-" + record.partition() + "@" + record.offset();
        LOG.warn("{} cannot be read, goes to {}: {}", from, topic, reason);
        tell(record, from, reason);
        try {
            deliver(letter(record, record.value(), record.headers(), from, reason), from);
        } catch (TooLarge e) {
            byte[] value = record.value() == null ? new byte[0] : record.value();
            ProducerRecord<byte[], byte[]> shortened = letter(
                    record,
                    Arrays.copyOf(value, Math.min(value.length, BEGINNING)),
                    new RecordHeaders(),
                    from,
                    reason);
            add(shortened.headers(), "slipway_bytes", String.valueOf(value.length));
            add(shortened.headers(), "slipway_sha256", Journal.hash(value));
            LOG.warn("{} is too large to be kept whole: {} bytes", from, value.length);
            try {
                deliver(shortened, from);
            } catch (TooLarge _) {
                throw new KafkaException(from + " could not become a dead letter: its key is too large");
            }
        }
    }

    /// The letter has everything that there is to tell: what cannot be told of stops nobody.
    private void tell(ConsumerRecord<byte[], byte[]> record, String from, String reason) {
        try {
            unread.unread(RawRecord.of(record), reason);
        } catch (RuntimeException e) {
            if (Inbox.passes(e)) {
                throw e;
            }
            LOG.error("nobody can be told that {} cannot be read", from, e);
        }
    }

    private ProducerRecord<byte[], byte[]> letter(
            ConsumerRecord<byte[], byte[]> record, byte @Nullable [] value, Headers headers, String from, String reason) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(topic, null, record.key(), value, headers);
        add(letter.headers(), "slipway_from", from);
        add(letter.headers(), "slipway_reason", reason);
        return letter;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static final class TooLarge extends Exception {}

    private void deliver(ProducerRecord<byte[], byte[]> letter, String from) throws TooLarge {
        try {
            kafka.send(letter).get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted before " + from + " was a dead letter", e);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            if (NestedExceptionUtils.getMostSpecificCause(e) instanceof RecordTooLargeException) {
                throw new TooLarge();
            }
            throw new KafkaException(from + " could not become a dead letter", e);
        }
    }
}
