package slipway.release;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.messaging.Decisions;
import slipway.release.domain.ReleaseEvent;
import slipway.wire.AvroSerializer;
import slipway.wire.FakeRegistry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The whole service with a real broker and a real database; only the registry and the issuer of tokens are stand-ins.
final class RunningService implements AutoCloseable {

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final EmbeddedKafkaKraftBroker broker;
    private final EmbeddedPostgres postgres;
    private final FakeRegistry registry;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerializer serializer;
    private final ConfigurableApplicationContext context;

    RunningService(EmbeddedPostgres postgres, Path delivery, Path packages) throws IOException {
        this.postgres = postgres;
        broker = new EmbeddedKafkaKraftBroker(1, 2, Topics.all().toArray(String[]::new));
        broker.afterPropertiesSet();
        registry = new FakeRegistry();
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers", broker.getBrokersAsString(),
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class));
        serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        context = ReleaseService.application()
                .initializers(each ->
                        ((GenericApplicationContext) each).registerBean(JwtDecoder.class, () -> RunningService::token))
                .run(
                        "--server.port=0",
                        "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                        "--slipway.registry.url=" + registry.url(),
                        "--slipway.delivery=" + delivery,
                        "--slipway.packages=" + packages,
                        "--slipway.patience=3s",
                        "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                        "--spring.datasource.username=postgres");
    }

    /// @param status HTTP status
    /// @param body the JSON answer
    record Answer(int status, JsonNode body) {
        List<String> reasons() {
            return body.get("reasons").valueStream().map(JsonNode::stringValue).toList();
        }
    }

    /// `who` is `person:group,group`.
    private Answer ask(String who, String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path))
                .header("Authorization", "Bearer " + who.replace(':', '~').replace(',', '+'))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), json.readTree(answer.body()));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path) {
        return ask("olu:auditors", "GET", path, "");
    }

    Answer post(String who, String path, String body) {
        return ask(who, "POST", path, body);
    }

    /// What another service decided.
    void publish(String topic, SpecificRecord fact, String key) {
        producer.send(new ProducerRecord<>(
                topic, key.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, fact)));
        producer.flush();
    }

    static Meta meta(String aggregateId, long sequence, String changeId) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new Meta(
                UUID.randomUUID().toString(),
                aggregateId,
                sequence,
                now,
                now,
                new Actor("other-service", ActorKind.SERVICE, "dana"),
                changeId,
                null,
                null,
                null);
    }

    @SuppressWarnings("unchecked")
    List<ReleaseEvent> facts(String id) {
        return context.getBean("releases", Decisions.class).facts(id);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    JdbcClient jdbc() {
        return JdbcClient.create(postgres.getPostgresDatabase());
    }

    private static Jwt token(String text) {
        String[] parts = text.split("~", 2);
        return Jwt.withTokenValue(text)
                .header("alg", "none")
                .subject(parts[0])
                .claim("groups", List.of(parts.length == 1 ? new String[0] : parts[1].split("\\+")))
                .build();
    }

    @Override
    public void close() {
        context.close();
        producer.close();
        registry.close();
        broker.destroy();
    }
}
