package slipway.upgrade;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import slipway.events.ActorKind;
import slipway.events.Topics;
import slipway.http.FakeIssuer;
import slipway.messaging.RawLog;
import slipway.wire.AvroDeserializer;
import slipway.wire.AvroSerializer;
import slipway.wire.FakeRegistry;
import slipway.wire.RegistryClient;

/// What instances of both versions share: broker, database, registry, issuer. It also plays release-service, of either version.
final class TwoVersions implements AutoCloseable {

    private final Path folder;
    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 4, Topics.all().toArray(String[]::new));
    private final EmbeddedPostgres postgres = EmbeddedPostgres.start();
    private final FakeRegistry registry = new FakeRegistry();
    private final FakeIssuer issuer = new FakeIssuer();
    private final AvroSerializer serializer = new AvroSerializer();
    private final AvroDeserializer deserializer = new AvroDeserializer();
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Instance> started = new ArrayList<>();

    TwoVersions(Path folder) throws IOException {
        this.folder = folder;
        broker.afterPropertiesSet();
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers", broker.getBrokersAsString(),
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class));
        serializer.configure(Map.of("schema.registry.url", registry.url(), "auto.register.schemas", false), false);
        deserializer.configure(Map.of("schema.registry.url", registry.url()), false);
        NextContract.compile(Files.createDirectory(folder.resolve("sources")), Files.createDirectory(folder.resolve("classes")));
    }

    /// What a job does before an upgrade.
    void register(String topic, Schema... schemas) {
        RegistryClient client = new RegistryClient(registry.url(), null);
        for (Schema schema : schemas) {
            client.register(topic + "-" + schema.getFullName(), schema);
        }
        registry.asked.clear();
    }

    /// What anybody asked the registry since then.
    List<String> askedOfTheRegistry() {
        return registry.asked;
    }

    Instance today() {
        return start(Today.class, "today", System.getProperty("java.class.path"), "db/messaging", "db/upgrade");
    }

    Instance next() {
        String classes = folder.resolve("classes") + System.getProperty("path.separator") + System.getProperty("java.class.path");
        return start(Next.class, "next", classes, "db/messaging", "db/upgrade", "db/next");
    }

    private Instance start(Class<?> version, String name, String classes, String... migrations) {
        String run = name + "-" + started.size();
        Path port = folder.resolve(run + ".port");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                classes,
                version.getName(),
                port.toString(),
                "--spring.config.name=toy",
                "--spring.flyway.locations=classpath:" + String.join(",classpath:", migrations),
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--spring.datasource.hikari.data-source-properties.ApplicationName=" + name,
                "--SLIPWAY_KAFKA=" + broker.getBrokersAsString(),
                "--SLIPWAY_REGISTRY=" + registry.url(),
                "--SLIPWAY_REGISTRY_REGISTER=false",
                "--SLIPWAY_ISSUER=" + issuer.url());
        Instance instance = new Instance(command, port, folder.resolve(run + ".log"), issuer.token("kim", "operators"));
        started.add(instance);
        return instance;
    }

    /// What release-service tells, with whatever fields this version of its fact has.
    ///
    /// @return its event id
    String tell(Schema fact, String release, long sequence, Map<String, Object> fields) {
        GenericRecord record = new GenericData.Record(fact);
        fields.forEach((name, value) -> {
            Schema field = fact.getField(name).schema();
            record.put(name, field.getType() == Schema.Type.ENUM ? new GenericData.EnumSymbol(field, value) : value);
        });
        GenericRecord meta = meta(fact.getField("meta").schema(), release, sequence);
        record.put("meta", meta);
        producer.send(new ProducerRecord<>(
                Topics.RELEASE, release.getBytes(StandardCharsets.UTF_8), serializer.serialize(Topics.RELEASE, record)));
        producer.flush();
        return (String) meta.get("eventId");
    }

    private static GenericRecord meta(Schema schema, String release, long sequence) {
        Schema actors = schema.getField("actor").schema();
        GenericRecord actor = new GenericData.Record(actors);
        actor.put("id", "release-service");
        actor.put("kind", new GenericData.EnumSymbol(actors.getField("kind").schema(), ActorKind.SERVICE));
        GenericRecord meta = new GenericData.Record(schema);
        meta.put("eventId", UUID.randomUUID().toString());
        meta.put("aggregateId", release);
        meta.put("sequence", sequence);
        meta.put("occurredAt", System.currentTimeMillis());
        meta.put("recordedAt", System.currentTimeMillis());
        meta.put("actor", actor);
        meta.put("correlationId", "CHG-of-" + release);
        return meta;
    }

    /// A fact of the log with the exact bytes of it.
    record Told(GenericRecord fact, byte[] wire) {
        GenericRecord meta() {
            return (GenericRecord) fact.get("meta");
        }
    }

    /// All facts of a change that are out, as whoever knows no contract reads them.
    List<Told> log(String change) {
        byte[] key = change.getBytes(StandardCharsets.UTF_8);
        List<Told> told = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : RawLog.records(broker.getBrokersAsString(), List.of(Topics.CHANGE))) {
            if (Arrays.equals(record.key(), key)) {
                told.add(new Told((GenericRecord) deserializer.deserialize(Topics.CHANGE, record.value()), record.value()));
            }
        }
        return told;
    }

    long deadLetters() {
        return RawLog.records(broker.getBrokersAsString(), List.of(Topics.deadLetters("change-service"))).size();
    }

    JdbcClient jdbc() {
        return JdbcClient.create(postgres.getPostgresDatabase());
    }

    /// Which version has the relay, as the database knows it.
    String relay() {
        return jdbc().sql(
                        """
                        select coalesce(min(application_name), 'nobody') from pg_stat_activity join pg_locks using (pid)
                        where locktype = 'advisory' and granted
                        and (classid::bigint << 32 | objid::bigint) = hashtextextended('relay of change.events', 1)
                        """)
                .query(String.class)
                .single();
    }

    @Override
    public void close() throws IOException {
        started.forEach(Instance::end);
        producer.close();
        registry.close();
        issuer.close();
        postgres.close();
        broker.destroy();
    }
}
