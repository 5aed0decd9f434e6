package slipway.release;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import slipway.events.Topics;
import slipway.release.domain.ReleaseEvent;
import slipway.wire.AvroDeserializer;
import slipway.wire.AvroSerializer;
import slipway.wire.FakeRegistry;
import slipway.wire.Mapping;

/// release-service as a process of its own, which can be killed; the broker, the database and the registry live on.
final class ReleaseProcess implements Neighbours.Service, AutoCloseable {

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 2, Topics.all().toArray(String[]::new));
    private final EmbeddedPostgres postgres;
    private final FakeRegistry registry = new FakeRegistry();
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final Mapping<ReleaseEvent> mapping = Mapping.of(ReleaseEvent.class, ReleaseService.CONTRACT);
    private final List<String> command = new ArrayList<>();
    private final Path log;
    private @Nullable Process process;

    /// @param properties of the service, as `name=value`
    ReleaseProcess(Path log, String... properties) throws IOException {
        this.log = log;
        broker.afterPropertiesSet();
        postgres = EmbeddedPostgres.start();
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers", broker.getBrokersAsString(),
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class));
        Map<String, Object> wire = Map.of("schema.registry.url", registry.url(), "specific.avro.reader", true);
        serializer.configure(wire, false);
        deserializer.configure(wire, false);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ReleaseService.class.getName(),
                "--server.port=0",
                "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                "--slipway.registry.url=" + registry.url(),
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--spring.datasource.username=postgres"));
        for (String property : properties) {
            command.add("--" + property);
        }
    }

    void start() throws IOException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    boolean isAlive() {
        return Objects.requireNonNull(process).isAlive();
    }

    @Override
    public void publish(String topic, SpecificRecord fact, String key) {
        producer.send(new ProducerRecord<>(
                topic, key.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, fact)));
        producer.flush();
    }

    /// From the journal itself: the service may be dead.
    @Override
    public List<ReleaseEvent> facts(String id) {
        if (!query("select to_regclass('journal') is not null", Boolean.class)) {
            return List.of();
        }
        return jdbc().sql("select wire from journal where aggregate_id = ? order by sequence")
                .param(id)
                .query((row, _) -> mapping.toDomain(
                        (SpecificRecord) deserializer.deserialize(Topics.RELEASE, row.getBytes("wire"))))
                .list();
    }

    <T> T query(String sql, Class<T> type) {
        return jdbc().sql(sql).query(type).single();
    }

    private JdbcClient jdbc() {
        return JdbcClient.create(postgres.getPostgresDatabase());
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        producer.close();
        registry.close();
        postgres.close();
        broker.destroy();
    }
}
