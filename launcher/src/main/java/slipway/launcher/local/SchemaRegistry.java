package slipway.launcher.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.events.Compatibility;
import slipway.launcher.local.SchemaLog.Level;
import slipway.launcher.local.SchemaLog.Version;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A schema registry for development, with the REST endpoints of Confluent's that producers, consumers and build tools use,
/// for Avro. No authentication: loopback only. FULL_TRANSITIVE unless configured otherwise.
///
/// Source: Confluent Schema Registry API reference (paths, error codes).
public final class SchemaRegistry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaRegistry.class);
    private static final int LARGEST_BODY = 4 << 20;

    private final SchemaLog log;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final JsonMapper json = new JsonMapper();

    private static final class Refused extends RuntimeException {
        private final int status;
        private final int code;

        Refused(int status, int code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    public SchemaRegistry(Path file, int port) {
        this.log = new SchemaLog(file);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new Trouble("the schema registry cannot use port " + port + ": " + e.getMessage(), e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    public void start() {
        server.start();
    }

    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        int status = 200;
        Object answer;
        try {
            byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY);
            List<String> path = Arrays.stream(exchange.getRequestURI().getRawPath().split("/"))
                    .filter(each -> !each.isEmpty())
                    .map(each -> URLDecoder.decode(each, StandardCharsets.UTF_8))
                    .toList();
            synchronized (log) {
                answer = answer(exchange.getRequestMethod(), path, body);
            }
        } catch (Refused e) {
            status = e.status;
            answer = Map.of("error_code", e.code, "message", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("the registry cannot answer {}", exchange.getRequestURI(), e);
            status = 500;
            answer = Map.of("error_code", 50001, "message", String.valueOf(e.getMessage()));
        }
        byte[] bytes = json.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private Object answer(String method, List<String> path, byte[] body) {
        String route = method + " " + route(path);
        return switch (route) {
            case "GET " -> Map.of();
            case "GET subjects" -> log.subjects();
            case "GET subjects/*/versions" ->
                versions(path.get(1)).stream().map(Version::version).toList();
            case "POST subjects/*/versions" -> register(path.get(1), body);
            case "POST subjects/*" -> lookUp(path.get(1), body);
            case "GET subjects/*/versions/*" -> full(version(path.get(1), path.get(3)));
            case "GET subjects/*/versions/*/schema" -> schemaOnly(version(path.get(1), path.get(3)));
            case "GET schemas/ids/*" -> Map.of("schema", schema(path.get(2)).toString());
            case "GET schemas/types" -> List.of("AVRO");
            case "GET config" -> Map.of("compatibilityLevel", log.level());
            case "GET config/*" -> Map.of("compatibilityLevel", level(path.get(1)));
            case "PUT config" -> configure(null, body);
            case "PUT config/*" -> configure(path.get(1), body);
            case "POST compatibility/subjects/*/versions/*" -> compatible(path.get(2), path.get(4), body);
            case "POST compatibility/subjects/*/versions" -> compatible(path.get(2), null, body);
            default -> throw new Refused(404, 404, "HTTP 404 Not Found");
        };
    }

    /// The path with its variable parts as `*`.
    private static String route(List<String> path) {
        StringBuilder route = new StringBuilder();
        List<String> words = List.of("subjects", "versions", "schemas", "ids", "types", "config", "compatibility", "schema");
        for (int i = 0; i < path.size(); i++) {
            boolean afterWord = i > 0 && List.of("subjects", "versions", "ids", "config").contains(last(route));
            String segment = path.get(i);
            route.append(i == 0 ? "" : "/").append(!afterWord && words.contains(segment) ? segment : "*");
        }
        return route.toString();
    }

    private static String last(StringBuilder route) {
        return route.substring(route.lastIndexOf("/") + 1);
    }

    private Map<String, Object> register(String subject, byte[] body) {
        Schema schema = schema(body);
        Version known = log.find(subject, schema);
        if (known == null) {
            List<String> violations = log.violations(subject, schema, null);
            if (!violations.isEmpty()) {
                throw new Refused(
                        409,
                        409,
                        "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                                + "\": " + String.join("; ", violations));
            }
            known = log.add(subject, schema);
        }
        return Map.of("id", known.id());
    }

    private Map<String, Object> lookUp(String subject, byte[] body) {
        versions(subject);
        Version known = log.find(subject, schema(body));
        if (known == null) {
            throw new Refused(404, 40403, "Schema not found");
        }
        return full(known);
    }

    private Map<String, Object> compatible(String subject, @Nullable String version, byte[] body) {
        Schema schema = schema(body);
        Integer against = version == null ? null : version(subject, version).version();
        List<String> violations = log.violations(subject, schema, against);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("is_compatible", violations.isEmpty());
        answer.put("messages", violations);
        return answer;
    }

    private Map<String, Object> configure(@Nullable String subject, byte[] body) {
        JsonNode wanted = tree(body).path("compatibility");
        try {
            Level level = Level.valueOf(wanted.asString(""));
            log.level(subject, level);
            return Map.of("compatibility", level);
        } catch (IllegalArgumentException e) {
            throw new Refused(422, 42203, "Invalid compatibility level: " + wanted);
        }
    }

    private Level level(String subject) {
        Level own = log.ownLevel(subject);
        if (own == null) {
            throw new Refused(404, 40408, "Subject '" + subject + "' does not have subject-level compatibility configured");
        }
        return own;
    }

    private List<Version> versions(String subject) {
        List<Version> versions = log.versions(subject);
        if (versions.isEmpty()) {
            throw new Refused(404, 40401, "Subject '" + subject + "' not found.");
        }
        return versions;
    }

    private Version version(String subject, String text) {
        List<Version> versions = versions(subject);
        if (text.equals("latest") || text.equals("-1")) {
            return versions.getLast();
        }
        int wanted;
        try {
            wanted = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            wanted = 0;
        }
        if (wanted < 1) {
            throw new Refused(422, 42202, "The specified version '" + text + "' is not a valid version id.");
        }
        if (wanted > versions.size()) {
            throw new Refused(404, 40402, "Version " + wanted + " not found.");
        }
        return versions.get(wanted - 1);
    }

    private Schema schema(String id) {
        try {
            Schema schema = log.schema(Integer.parseInt(id));
            if (schema != null) {
                return schema;
            }
        } catch (NumberFormatException e) {
            // not an id, so not a schema's either
        }
        throw new Refused(404, 40403, "Schema " + id + " not found");
    }

    private Schema schema(byte[] body) {
        JsonNode request = tree(body);
        String type = request.path("schemaType").asString("AVRO");
        if (!type.equals("AVRO")) {
            throw new Refused(422, 42201, "Invalid schema type " + type + ": only AVRO is kept here");
        }
        try {
            return Compatibility.plain(new Schema.Parser().parse(request.path("schema").asString("")));
        } catch (AvroRuntimeException e) {
            throw new Refused(422, 42201, "Invalid schema: " + e.getMessage());
        }
    }

    private JsonNode tree(byte[] body) {
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            throw new Refused(422, 42201, "Invalid request: " + e.getOriginalMessage());
        }
    }

    private static Map<String, Object> full(Version version) {
        return Map.of(
                "subject", version.subject(),
                "version", version.version(),
                "id", version.id(),
                "schema", version.schema().toString());
    }

    private Object schemaOnly(Version version) {
        return json.readTree(version.schema().toString());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        synchronized (log) {
            log.close();
        }
    }
}
