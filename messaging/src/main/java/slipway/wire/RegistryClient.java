package slipway.wire;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import slipway.events.Compatibility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A schema registry that speaks the Confluent REST API, as far as producers and consumers need it. What was answered once is
/// kept: an id never changes its schema. Several URLs are tried in order.
public final class RegistryClient {

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<URI> urls;
    private final @Nullable String authorization;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final JsonMapper json = new JsonMapper();
    private final Map<Integer, Schema> byId = new ConcurrentHashMap<>();
    private final Map<Registration, Integer> ids = new ConcurrentHashMap<>();

    private record Registration(String subject, Schema schema) {}

    /// The registry does not answer, or not now: worth another try.
    public static final class Unavailable extends SerializationException {
        Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// The registry says no (unknown id, incompatible schema): another try gives the same answer.
    public static final class Rejected extends SerializationException {
        Rejected(String message) {
            super(message);
        }
    }

    /// @param urls one or more base URLs, separated by commas
    /// @param userInfo `user:password` for basic authentication, or null
    public RegistryClient(String urls, @Nullable String userInfo) {
        this.urls = Arrays.stream(urls.split(","))
                .map(String::strip)
                .map(url -> URI.create(url.endsWith("/") ? url : url + "/"))
                .toList();
        this.authorization = userInfo == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }

    /// The schema of an id, in plain form.
    ///
    /// @throws Rejected when the registry does not know the id
    /// @throws Unavailable when it cannot be asked
    public Schema schema(int id) {
        Schema known = byId.get(id);
        if (known != null) {
            return known;
        }
        JsonNode answer = ask("GET", "schemas/ids/" + id, null);
        Schema schema = avro(id, answer);
        byId.put(id, schema);
        return schema;
    }

    /// Others may have put there what is no Avro at all, or refers to what we do not have.
    private static Schema avro(int id, JsonNode answer) {
        String type = answer.path("schemaType").asString("AVRO");
        if (!type.equals("AVRO") || !answer.path("schema").isString()) {
            throw new Rejected("schema " + id + " is no Avro schema but " + type);
        }
        try {
            return new Schema.Parser().parse(answer.path("schema").asString());
        } catch (AvroRuntimeException e) {
            throw new Rejected("schema " + id + " cannot be used: " + e.getMessage());
        }
    }

    /// Registers the schema under the subject, or finds it there; gives its id.
    ///
    /// @throws Rejected when it is not compatible with what the subject holds
    public int register(String subject, Schema schema) {
        return id(subject, schema, "subjects/" + encode(subject) + "/versions");
    }

    /// Finds the schema under the subject; gives its id.
    ///
    /// @throws Rejected when the subject does not hold it
    public int lookUp(String subject, Schema schema) {
        return id(subject, schema, "subjects/" + encode(subject));
    }

    /// Holds a subject, which need not be there yet, to FULL_TRANSITIVE: each version reads what every other one wrote.
    public void holdToFullTransitive(String subject) {
        ask("PUT", "config/" + encode(subject), json.writeValueAsString(Map.of("compatibility", "FULL_TRANSITIVE")));
    }

    private int id(String subject, Schema schema, String path) {
        Registration registration = new Registration(subject, schema);
        Integer known = ids.get(registration);
        if (known != null) {
            return known;
        }
        Schema plain = Compatibility.plain(schema);
        String body = json.writeValueAsString(Map.of("schema", plain.toString()));
        int id = ask("POST", path, body).get("id").asInt();
        byId.putIfAbsent(id, plain);
        ids.put(registration, id);
        return id;
    }

    private JsonNode ask(String method, String path, @Nullable String body) {
        IOException last = null;
        for (URI url : urls) {
            HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path))
                    .timeout(TIMEOUT)
                    .header("Accept", CONTENT_TYPE + ", application/json")
                    .header("Content-Type", CONTENT_TYPE)
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body));
            if (authorization != null) {
                request.header("Authorization", authorization);
            }
            try {
                HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                int status = answer.statusCode();
                if (status == 200) {
                    return json.readTree(answer.body());
                }
                if (status == 404 || status == 409 || status == 422) {
                    throw new Rejected("the schema registry answers " + status + " to " + path + ": " + answer.body());
                }
                last = new IOException(url + " answers " + status);
            } catch (IOException e) {
                last = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Unavailable("interrupted while asking the schema registry", e);
            }
        }
        throw new Unavailable("the schema registry cannot be asked: " + urls + " (" + last + ")", last);
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8);
    }
}
