package slipway.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/// What is written for others, on a broker that has their topic or not.
class OutletTest {

    private static final NewTopic TOPIC = new NewTopic("outlet", 1, (short) 1);

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);

    @BeforeEach
    void start() {
        broker.brokerProperty("auto.create.topics.enable", "false");
        broker.afterPropertiesSet();
    }

    @AfterEach
    void stop() {
        broker.destroy();
    }

    @Test
    @SuppressWarnings("unchecked")
    void what_could_not_be_written_in_time_is_not_written_later_beside_its_repeat() throws Exception {
        Map<String, Object> there = Map.of("bootstrap.servers", broker.getBrokersAsString());
        // The journal's never gives up.
        ProducerFactory<byte[], byte[]> producers = TheToy.bean(ProducerFactory.class).copyWithConfigurationOverride(there);
        try (Admin admin = Admin.create(there);
                Outlet outlet = new Outlet(producers, Duration.ofSeconds(2))) {
            admin.createTopics(List.of(TOPIC)).all().get();
            assertThat(outlet.write("outlet", "REL-1", Map.of("ce_id", "0"), "while it is there")).isEqualTo("outlet-0@0");

            admin.deleteTopics(List.of("outlet")).all().get();
            await().atMost(TheToy.PATIENCE).until(() -> !admin.listTopics().names().get().contains("outlet"));
            assertThatThrownBy(() -> outlet.write("outlet", "REL-1", Map.of("ce_id", "1"), "in vain"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Kafka does not take it");

            admin.createTopics(List.of(TOPIC)).all().get();
            await().atMost(TheToy.PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> outlet.write("outlet", "REL-1", Map.of("ce_id", "1"), "again"), each -> true);
            assertThat(RawLog.records(broker.getBrokersAsString(), List.of("outlet")))
                    .extracting(each -> new String(each.value(), StandardCharsets.UTF_8))
                    .containsExactly("again");
        }
    }
}
