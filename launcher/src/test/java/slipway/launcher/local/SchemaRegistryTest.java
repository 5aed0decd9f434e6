package slipway.launcher.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.events.change.ChangeClosed;
import slipway.wire.RegistryClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The Confluent REST contract, over HTTP.
class SchemaRegistryTest {

    private static final Schema FIRST =
            SchemaBuilder.record("Order").namespace("shop").fields().requiredString("id").endRecord();
    private static final Schema WITH_DEFAULT = SchemaBuilder.record("Order")
            .namespace("shop")
            .fields()
            .requiredString("id")
            .optionalString("note")
            .endRecord();
    private static final Schema BREAKING = SchemaBuilder.record("Order")
            .namespace("shop")
            .fields()
            .requiredString("id")
            .requiredLong("amount")
            .endRecord();

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private SchemaRegistry registry;

    @BeforeEach
    void start() {
        registry = new SchemaRegistry(directory.resolve("schemas.jsonl"), 0);
        registry.start();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private record Answer(int status, JsonNode body) {
        int code() {
            return body.path("error_code").asInt();
        }
    }

    private Answer ask(String method, String path, Object body) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(registry.url() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), json.readTree(answer.body()));
    }

    private static Map<String, String> request(Schema schema) {
        return Map.of("schema", schema.toString());
    }

    @Test
    void our_own_client_registers_looks_up_and_resolves() {
        RegistryClient writer = new RegistryClient(registry.url(), null);
        int id = writer.register("change.events-slipway.events.change.ChangeClosed", ChangeClosed.getClassSchema());
        RegistryClient reader = new RegistryClient(registry.url(), null);
        assertThat(reader.lookUp("change.events-slipway.events.change.ChangeClosed", ChangeClosed.getClassSchema()))
                .isEqualTo(id);
        assertThat(reader.schema(id).getFullName()).isEqualTo("slipway.events.change.ChangeClosed");
        assertThat(reader.schema(id).toString()).doesNotContain("avro.java.string");
        assertThatThrownBy(() -> reader.schema(99)).isInstanceOf(RegistryClient.Rejected.class);
    }

    @Test
    void the_same_schema_has_the_same_id_under_every_subject() throws Exception {
        int id = ask("POST", "/subjects/a/versions", request(FIRST)).body().get("id").asInt();
        assertThat(ask("POST", "/subjects/a/versions", request(FIRST)).body().get("id").asInt()).isEqualTo(id);
        assertThat(ask("POST", "/subjects/b/versions", request(FIRST)).body().get("id").asInt()).isEqualTo(id);
        assertThat(ask("GET", "/subjects", "").body().toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(ask("GET", "/subjects/a/versions", "").body().toString()).isEqualTo("[1]");
    }

    @Test
    void an_incompatible_schema_is_refused_with_what_breaks_and_nothing_is_kept() throws Exception {
        ask("POST", "/subjects/a/versions", request(FIRST));
        assertThat(ask("POST", "/subjects/a/versions", request(WITH_DEFAULT)).status()).isEqualTo(200);
        Answer refused = ask("POST", "/subjects/a/versions", request(BREAKING));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.body().get("message").asString()).contains("amount");
        assertThat(ask("GET", "/subjects/a/versions", "").body().toString()).isEqualTo("[1,2]");
        Answer verdict = ask("POST", "/compatibility/subjects/a/versions/latest", request(BREAKING));
        assertThat(verdict.body().get("is_compatible").asBoolean()).isFalse();
    }

    @Test
    void the_rule_is_fully_transitive_until_a_subject_says_otherwise() throws Exception {
        assertThat(ask("GET", "/config", "").body().get("compatibilityLevel").asString())
                .isEqualTo("FULL_TRANSITIVE");
        assertThat(ask("GET", "/config/a", "").code()).isEqualTo(40408);
        ask("POST", "/subjects/a/versions", request(FIRST));
        assertThat(ask("PUT", "/config/a", Map.of("compatibility", "FORWARD")).status()).isEqualTo(200);
        assertThat(ask("POST", "/subjects/a/versions", request(BREAKING)).status()).isEqualTo(200);
        assertThat(ask("PUT", "/config/a", Map.of("compatibility", "SOMETIMES")).code()).isEqualTo(42203);
    }

    @Test
    void what_is_missing_or_malformed_has_confluents_codes() throws Exception {
        ask("POST", "/subjects/a/versions", request(FIRST));
        assertThat(ask("GET", "/subjects/none/versions", "").code()).isEqualTo(40401);
        assertThat(ask("POST", "/subjects/none", request(FIRST)).code()).isEqualTo(40401);
        assertThat(ask("GET", "/subjects/a/versions/7", "").code()).isEqualTo(40402);
        assertThat(ask("GET", "/subjects/a/versions/zero", "").code()).isEqualTo(42202);
        assertThat(ask("GET", "/schemas/ids/7", "").code()).isEqualTo(40403);
        assertThat(ask("POST", "/subjects/a", request(BREAKING)).code()).isEqualTo(40403);
        assertThat(ask("POST", "/subjects/a/versions", Map.of("schema", "{nonsense")).code()).isEqualTo(42201);
        assertThat(ask("DELETE", "/subjects/a", "").status()).isEqualTo(404);
    }

    @Test
    void a_subject_may_be_called_like_a_part_of_a_path() throws Exception {
        ask("POST", "/subjects/versions/versions", request(FIRST));
        assertThat(ask("GET", "/subjects/versions/versions/latest", "").body().get("subject").asString())
                .isEqualTo("versions");
    }

    @Test
    void everything_is_there_after_a_restart_and_a_half_line_is_forgotten() throws Exception {
        int id = ask("POST", "/subjects/a/versions", request(FIRST)).body().get("id").asInt();
        ask("PUT", "/config/a", Map.of("compatibility", "NONE"));
        registry.close();
        Files.writeString(directory.resolve("schemas.jsonl"), "{\"subject\":\"a\",\"ver", StandardOpenOption.APPEND);
        start();
        assertThat(ask("POST", "/subjects/a/versions", request(FIRST)).body().get("id").asInt()).isEqualTo(id);
        int second = ask("POST", "/subjects/a/versions", request(BREAKING)).body().get("id").asInt();
        registry.close();
        start();
        assertThat(ask("GET", "/subjects/a/versions/latest", "").body().get("id").asInt()).isEqualTo(second);
        assertThat(second).isNotEqualTo(id);
    }
}
