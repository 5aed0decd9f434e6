package slipway.messaging;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.Outcome;
import slipway.events.Topics;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseClosed;
import slipway.http.FakeIssuer;
import slipway.wire.AvroSerializer;
import slipway.wire.FakeRegistry;

/// One running core for all tests of this module, with a real broker and a real database around the smallest service there is:
/// starting it costs more than any of them. It ends with the JVM.
final class TheToy {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    static final FakeRegistry REGISTRY;
    static final FakeIssuer ISSUER;

    private static final EmbeddedKafkaKraftBroker BROKER =
            new EmbeddedKafkaKraftBroker(1, 2, Topics.all().toArray(String[]::new));
    private static final EmbeddedPostgres POSTGRES;
    private static final KafkaProducer<byte[], byte[]> PRODUCER;
    private static final AvroSerializer SERIALIZER = new AvroSerializer();
    private static ConfigurableApplicationContext toy;

    static {
        try {
            REGISTRY = new FakeRegistry();
            ISSUER = new FakeIssuer();
            POSTGRES = EmbeddedPostgres.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        BROKER.afterPropertiesSet();
        PRODUCER = new KafkaProducer<>(Map.of(
                "bootstrap.servers", brokers(),
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class));
        SERIALIZER.configure(Map.of("schema.registry.url", REGISTRY.url()), false);
        toy = run();
        Runtime.getRuntime().addShutdownHook(new Thread(TheToy::stop));
    }

    private TheToy() {}

    private static void stop() {
        toy.close();
        PRODUCER.close();
        REGISTRY.close();
        ISSUER.close();
        try {
            POSTGRES.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        BROKER.destroy();
    }

    private static ConfigurableApplicationContext run() {
        return run(BROKER, POSTGRES.getJdbcUrl("postgres", "postgres"));
    }

    /// Another one, with the same registry and issuer.
    ///
    /// @param properties further ones, as `name=value`
    static ConfigurableApplicationContext run(EmbeddedKafkaKraftBroker broker, String database, String... properties) {
        List<String> arguments = new ArrayList<>(List.of(
                // As arguments, because every broker that is started says so for the whole JVM.
                "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                "--spring.cloud.stream.kafka.binder.brokers=" + broker.getBrokersAsString(),
                "--SLIPWAY_REGISTRY=" + REGISTRY.url(),
                "--SLIPWAY_ISSUER=" + ISSUER.url(),
                "--spring.datasource.url=" + database));
        List.of(properties).forEach(property -> arguments.add("--" + property));
        return new SpringApplicationBuilder(Toy.class)
                .properties("spring.config.name=toy")
                .run(arguments.toArray(String[]::new));
    }

    static String brokers() {
        return BROKER.getBrokersAsString();
    }

    static void send(ProducerRecord<byte[], byte[]> record) {
        PRODUCER.send(record);
        PRODUCER.flush();
    }

    static void restart() {
        toy.close();
        toy = run();
    }

    static <T> T bean(Class<T> type) {
        return toy.getBean(type);
    }

    static slipway.messaging.Outcome<?> decide(String id, String reason) {
        return decisions().decide(id, new Toy.Command.Cancel("dana", reason), Cause.person("dana", null));
    }

    @SuppressWarnings("unchecked")
    static Decisions<Toy.Command, Toy.State, Toy.Event> decisions() {
        return toy.getBean(Decisions.class);
    }

    static JdbcClient jdbc() {
        return toy.getBean(JdbcClient.class);
    }

    static List<String> reasons(String change) {
        return jdbc().sql("select reason from toy where change = ?")
                .param(change)
                .query(String.class)
                .list();
    }

    static List<Parked.Entry> parkedOf(String aggregate) {
        return toy.getBean(Parked.class).open().stream()
                .filter(entry -> entry.aggregateId().equals(aggregate))
                .toList();
    }

    static long sequence(String aggregate) {
        return jdbc().sql("select coalesce(max(sequence), 0) from inbox where aggregate_id = ?")
                .param(aggregate)
                .query(Long.class)
                .single();
    }

    static String health() {
        return send(HttpRequest.newBuilder(uri("/actuator/health"))
                        .header("Authorization", "Bearer " + ISSUER.token("kim", "operators")))
                .body();
    }

    static HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    static URI uri(String path) {
        return URI.create("http://localhost:" + toy.getEnvironment().getProperty("local.server.port") + path);
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void send(String topic, String key, byte[] wire) {
        send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), wire));
    }

    static byte[] wire(SpecificRecord record) {
        return SERIALIZER.serialize(Topics.RELEASE, record);
    }

    static ReleaseAborted aborted(String release, long sequence, String reason) {
        return new ReleaseAborted(meta(release, sequence), reason, List.of(), List.of());
    }

    static ReleaseClosed closed(String release, long sequence) {
        return new ReleaseClosed(meta(release, sequence), Outcome.SUCCESSFUL);
    }

    static Meta meta(String aggregate, long sequence) {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        return new Meta(
                UUID.randomUUID().toString(),
                aggregate,
                sequence,
                now,
                now,
                new Actor("release-service", ActorKind.SERVICE, "dana"),
                "CHG-of-" + aggregate,
                null,
                null,
                null);
    }

    static String fresh(String prefix) {
        return prefix + "-" + UUID.randomUUID();
    }

    /// Everything in the topic with this key.
    static List<ConsumerRecord<byte[], byte[]>> records(String topic, String key) {
        byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
        return RawLog.records(BROKER.getBrokersAsString(), List.of(topic)).stream()
                .filter(record -> Arrays.equals(record.key(), wanted))
                .toList();
    }
}
