package slipway.messaging;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.support.converter.BatchMessagingMessageConverter;
import org.springframework.messaging.Message;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.backoff.ExponentialBackOff;
import slipway.wire.AvroDeserializer;
import slipway.wire.AvroSerializer;

/// The core, put together once for every service.
@AutoConfiguration(
        after = {
            JdbcClientAutoConfiguration.class,
            TransactionAutoConfiguration.class,
            FlywayAutoConfiguration.class,
            KafkaAutoConfiguration.class
        })
@EnableConfigurationProperties(ServiceProperties.class)
public class MessagingAutoConfiguration {

    @Bean
    AvroSerializer avroSerializer(ServiceProperties service) {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(wire(service.registry()), false);
        return serializer;
    }

    @Bean
    AvroDeserializer avroDeserializer(ServiceProperties service) {
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(wire(service.registry()), false);
        return deserializer;
    }

    private static Map<String, Object> wire(ServiceProperties.Registry registry) {
        Map<String, Object> configs = new HashMap<>();
        configs.put("schema.registry.url", registry.url());
        configs.put("auto.register.schemas", registry.register());
        configs.put("specific.avro.reader", true);
        if (!registry.userInfo().isEmpty()) {
            configs.put("basic.auth.credentials.source", "USER_INFO");
            configs.put("basic.auth.user.info", registry.userInfo());
        }
        return configs;
    }

    @Bean
    KafkaTemplate<byte[], byte[]> bytesTemplate(ProducerFactory<?, ?> producers) {
        return new KafkaTemplate<>(bytes(producers));
    }

    @SuppressWarnings("unchecked")
    private static ProducerFactory<byte[], byte[]> bytes(ProducerFactory<?, ?> producers) {
        return (ProducerFactory<byte[], byte[]>) producers;
    }

    @Bean
    Jobs jobs(
            DataSource dataSource,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            ObjectProvider<Reactions> reactions,
            AvroDeserializer deserializer,
            ServiceProperties service) {
        return new Jobs(dataSource, jdbc, transaction, reactions, deserializer, service);
    }

    @Bean
    DecidedBefore decidedBefore(JdbcClient jdbc) {
        return new DecidedBefore(jdbc);
    }

    @Bean
    Reactor reactor(ObjectProvider<Reactions> reactions, Jobs jobs, DecidedBefore before, ServiceProperties service) {
        return new Reactor(reactions, jobs, before, service.service());
    }

    @Bean
    Outlet outlet(ProducerFactory<?, ?> producers) {
        return new Outlet(bytes(producers), Duration.ofSeconds(20));
    }

    @Bean
    Relay relay(DataSource dataSource, KafkaTemplate<byte[], byte[]> bytesTemplate, ServiceProperties service) {
        return new Relay(dataSource, bytesTemplate, service);
    }

    @Bean
    Journal journal(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            AvroSerializer serializer,
            AvroDeserializer deserializer,
            ServiceProperties service,
            Reactor reactor,
            Relay relay) {
        return new Journal(jdbc, transaction, serializer, deserializer, service, reactor, relay);
    }

    @Bean
    Watermark watermark(JdbcClient jdbc, Reactor reactor) {
        return new Watermark(jdbc, reactor);
    }

    @Bean
    Parked parked(
            JdbcClient jdbc, TransactionTemplate transaction, AvroDeserializer deserializer, Watermark watermark) {
        return new Parked(jdbc, transaction, deserializer, watermark);
    }

    @Bean
    Records records(AvroDeserializer deserializer, Watermark watermark) {
        return new Records(deserializer, watermark);
    }

    @Bean
    InboxOffsets inboxOffsets(JdbcClient jdbc) {
        return new InboxOffsets(jdbc);
    }

    @Bean
    LostFacts lostFacts(JdbcClient jdbc, TransactionTemplate transaction, Journal journal, Reactor reactor) {
        return new LostFacts(jdbc, transaction, journal, reactor);
    }

    @Bean
    Reconciliation reconciliation(
            KafkaProperties kafka,
            Records records,
            LostFacts lost,
            InboxOffsets offsets,
            JdbcClient jdbc,
            DataSource dataSource,
            ServiceProperties service,
            ObjectProvider<Beginning> beginnings) {
        Map<String, Object> configs = new HashMap<>(kafka.buildConsumerProperties());
        configs.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        configs.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        configs.remove(ConsumerConfig.GROUP_ID_CONFIG);
        configs.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        configs.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A partition whose beginning moves while it is read has lost facts: an error, not a place to go on from.
        configs.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        Map<String, Object> admin = kafka.buildAdminProperties();
        return new Reconciliation(
                () -> Admin.create(admin), () -> new KafkaConsumer<>(configs), records, lost, offsets, jdbc, dataSource, service, beginnings);
    }

    @Bean
    Inbox inbox(
            Records records,
            Watermark watermark,
            Parked parked,
            TransactionTemplate transaction,
            InboxOffsets offsets,
            KafkaTemplate<byte[], byte[]> bytesTemplate,
            ServiceProperties service,
            ObjectProvider<Unread> unread) {
        DeadLetters letters =
                new DeadLetters(bytesTemplate, service.service(), unread.getIfAvailable(() -> (_, _) -> {}));
        return new Inbox(records, watermark, parked, transaction, offsets, letters);
    }

    /// The function that the binding is named after.
    @Bean
    Consumer<Message<List<byte[]>>> facts(Inbox inbox) {
        return inbox;
    }

    /// Headers stay as they came: nothing of the framework's is read from or written into them.
    @Bean
    BatchMessagingMessageConverter rawBatch() {
        BatchMessagingMessageConverter converter = new BatchMessagingMessageConverter(null);
        converter.setHeaderMapper(null);
        converter.setRawRecordHeader(true);
        return converter;
    }

    /// A batch that cannot be handled for now is tried again for ever, with pauses of up to 10 s; nothing is skipped.
    @Bean
    CommonErrorHandler untilItWorks() {
        ExponentialBackOff pauses = new ExponentialBackOff(200, 2);
        pauses.setMaxInterval(10_000);
        return new DefaultErrorHandler(pauses);
    }

    @Bean
    Vitals vitals(
            JdbcClient jdbc, Parked parked, Inbox inbox, ObjectProvider<Reactions> reactions, ServiceProperties service) {
        return new Vitals(jdbc, parked, inbox, reactions, service.relay().maxLag());
    }

    @Bean
    HealthIndicator inboxHealthIndicator(Vitals vitals) {
        return vitals::inbox;
    }

    @Bean
    HealthIndicator relayHealthIndicator(Vitals vitals) {
        return vitals::relay;
    }

    @Bean
    HealthIndicator parkedHealthIndicator(Vitals vitals) {
        return vitals::parkedFacts;
    }

    @Bean
    HealthIndicator jobsHealthIndicator(Vitals vitals) {
        return vitals::jobs;
    }

    @Bean
    ParkedEndpoint parkedEndpoint(Parked parked) {
        return new ParkedEndpoint(parked);
    }

    @Bean
    ChoreographyEndpoint choreographyEndpoint(ServiceProperties service, Reactions reactions) {
        return new ChoreographyEndpoint(service, reactions);
    }
}
