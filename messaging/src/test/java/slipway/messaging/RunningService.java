package slipway.messaging;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.wire.AvroSerializer;
import slipway.wire.FakeRegistry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A whole service with a real broker and a real database; only the registry and the issuer of tokens are stand-ins.
public final class RunningService implements AutoCloseable {

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final EmbeddedKafkaKraftBroker broker;
    private final EmbeddedPostgres postgres;
    private final FakeRegistry registry;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerializer serializer;
    private final ConfigurableApplicationContext context;

    /// @param properties of this service, as `name=value`
    public RunningService(SpringApplicationBuilder application, String... properties) throws IOException {
        broker = new EmbeddedKafkaKraftBroker(1, 2, Topics.all().toArray(String[]::new));
        broker.afterPropertiesSet();
        postgres = EmbeddedPostgres.start();
        registry = new FakeRegistry();
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers", broker.getBrokersAsString(),
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class));
        serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                "--slipway.registry.url=" + registry.url(),
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--spring.datasource.username=postgres"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        context = application
                .initializers(each ->
                        ((GenericApplicationContext) each).registerBean(JwtDecoder.class, () -> RunningService::token))
                .run(arguments.toArray(String[]::new));
    }

    /// @param status HTTP status
    /// @param body the JSON answer
    public record Answer(int status, JsonNode body) {
        public List<String> reasons() {
            return body.get("reasons").valueStream().map(JsonNode::stringValue).toList();
        }
    }

    /// `who` is `person:group,group`.
    public Answer ask(String who, String method, String path, String contentType, String body) {
        return ask(who, method, path, contentType, body, Map.of());
    }

    /// The same with further headers.
    public Answer ask(
            String who, String method, String path, String contentType, String body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path)
                .header("Authorization", "Bearer " + who.replace(':', '~').replace(',', '+'))
                .header("Content-Type", contentType)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        HttpResponse<String> answer = send(request.build());
        return new Answer(answer.statusCode(), json.readTree(answer.body()));
    }

    /// Without a token.
    public Answer askWithout(String method, String path, String yaml) {
        HttpResponse<String> answer = send(request(path)
                .header("Content-Type", "application/yaml")
                .method(method, HttpRequest.BodyPublishers.ofString(yaml))
                .build());
        return new Answer(answer.statusCode(), json.readTree(answer.body()));
    }

    /// Without a token, with headers.
    ///
    /// @return the status
    public int send(String path, String contentType, String body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return send(request.build()).statusCode();
    }

    /// What is no JSON.
    public String text(String path) {
        return send(request(path)
                        .header("Authorization", "Bearer rosa~change-managers")
                        .build())
                .body();
    }

    /// What is no text.
    public byte[] bytes(String path) {
        return bytes(path, "rosa:change-managers");
    }

    /// The same for somebody.
    public byte[] bytes(String path, String who) {
        HttpRequest request = request(path)
                .header("Authorization", "Bearer " + who.replace(':', '~').replace(',', '+'))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public Answer get(String path) {
        return ask("rosa:change-managers", "GET", path, "application/json", "");
    }

    public Answer post(String who, String path, String body) {
        return ask(who, "POST", path, "application/json", body);
    }

    /// What another system or service wrote. On a topic of facts, sequences have to be without a gap.
    public void publish(String topic, SpecificRecord fact, String key) {
        publish(topic, fact, key, Map.of());
    }

    /// The same with headers.
    public void publish(String topic, SpecificRecord fact, String key, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, fact));
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        producer.send(record);
        producer.flush();
    }

    /// What is no fact of anybody.
    public void publishBytes(String topic, byte[] bytes) {
        publishBytes(topic, bytes, Map.of());
    }

    /// The same with headers.
    public void publishBytes(String topic, byte[] bytes, Map<String, byte[]> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, bytes);
        headers.forEach((name, value) -> record.headers().add(name, value));
        producer.send(record);
        producer.flush();
    }

    public static Meta meta(String aggregateId, long sequence, String changeId) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new Meta(
                UUID.randomUUID().toString(),
                aggregateId,
                sequence,
                now,
                now,
                new Actor("jira", ActorKind.SERVICE, null),
                changeId,
                null,
                null,
                null);
    }

    /// @param decisions name of the bean
    public <E> List<E> facts(String decisions, String id) {
        return this.<Object, Object, E>decisions(decisions).facts(id);
    }

    /// @param name of the bean
    @SuppressWarnings("unchecked")
    public <C, S, E> Decisions<C, S, E> decisions(String name) {
        return (Decisions<C, S, E>) context.getBean(name, Decisions.class);
    }

    public <T> List<T> beans(Class<T> type) {
        return List.copyOf(context.getBeansOfType(type).values());
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /// `person/actor:group,group`: an actor acts in the person's place (`act`, RFC 8693).
    private static Jwt token(String text) {
        String[] parts = text.split("~", 2);
        String[] who = parts[0].split("/", 2);
        Jwt.Builder token = Jwt.withTokenValue(text)
                .header("alg", "none")
                .subject(who[0])
                .claim("groups", List.of(parts.length == 1 ? new String[0] : parts[1].split("\\+")));
        if (who.length == 2) {
            token.claim("act", Map.of("sub", who[1]));
        }
        return token.build();
    }

    @Override
    public void close() throws IOException {
        context.close();
        producer.close();
        registry.close();
        postgres.close();
        broker.destroy();
    }
}
