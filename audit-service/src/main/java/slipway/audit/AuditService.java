package slipway.audit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.messaging.Reactions;
import slipway.messaging.ServiceProperties;
import slipway.wire.AvroDeserializer;

/// Keeps every fact, tells the story of a change, and proves by replay that nothing is missing or touched. It decides
/// nothing, so far, and so writes no facts.
@SpringBootApplication
public class AuditService {

    public static void main(String[] args) {
        application().run(args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(AuditService.class).properties("spring.config.name=audit-service");
    }

    /// With a deserializer of its own: the one of messaging reads by this program's schemas (see [Entries]).
    @Bean
    Entries entries(ServiceProperties service) {
        Map<String, Object> configs = new HashMap<>();
        configs.put("schema.registry.url", service.registry().url());
        configs.put("specific.avro.reader", false);
        if (!service.registry().userInfo().isEmpty()) {
            configs.put("basic.auth.credentials.source", "USER_INFO");
            configs.put("basic.auth.user.info", service.registry().userInfo());
        }
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(configs, false);
        return new Entries(deserializer);
    }

    @Bean
    Ledger ledger(JdbcClient jdbc, TransactionTemplate transaction, Entries entries) {
        return new Ledger(jdbc, transaction, entries);
    }

    @Bean
    Reactions reactions(Ledger ledger) {
        return Reactions.table().watch(ledger).build();
    }

    @Bean
    Summaries summaries() {
        return new Summaries();
    }

    /// @param patience `slipway.replay.patience`: see [Replay]
    @Bean
    Replay replay(
            KafkaProperties kafka,
            Ledger ledger,
            Entries entries,
            ServiceProperties service,
            @Value("${slipway.replay.patience}") Duration patience) {
        Map<String, Object> configs = new HashMap<>(kafka.buildConsumerProperties());
        configs.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        configs.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        configs.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        configs.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A partition whose beginning moves while it is read has lost facts: an error, not a place to go on from.
        configs.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        configs.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return new Replay(() -> new KafkaConsumer<>(configs), ledger, entries, service.listens(), patience);
    }
}
