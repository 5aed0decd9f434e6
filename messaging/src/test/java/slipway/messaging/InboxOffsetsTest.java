package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/// Where reading goes on.
class InboxOffsetsTest {

    private final TopicPartition partition = new TopicPartition("release.events." + UUID.randomUUID(), 0);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    private void assigned() {
        new InboxOffsets(TheToy.jdbc()).onPartitionsAssigned("facts-in-0", consumer, List.of(partition), true);
    }

    @Test
    void a_broker_that_does_not_answer_is_asked_again_or_reading_would_go_on_where_the_group_is() {
        TheToy.jdbc()
                .sql("insert into inbox_place (topic, partition, next_offset) values (?, ?, 4)")
                .params(partition.topic(), partition.partition())
                .update();
        consumer.assign(List.of(partition));
        consumer.updateEndOffsets(Map.of(partition, 10L));
        consumer.commitSync(Map.of(partition, new OffsetAndMetadata(9)));
        consumer.setOffsetsException(new TimeoutException("no broker says so in time"));

        assigned();

        assertThat(consumer.position(partition)).isEqualTo(4);
        assertThat(consumer.committed(java.util.Set.of(partition)).get(partition).offset()).isEqualTo(4);
    }
}
