package slipway.backup.recipe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.backup.recipe.KubernetesKinds.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// As much of a Kubernetes API as a real `kubectl` needs for namespaced objects: it finds the kinds, lists, gets, makes, patches, replaces and
/// deletes them, and is refused as by the real one. A dry run changes nothing. Patches are merged without looking into lists.
final class KubernetesStub implements AutoCloseable {

    /// `kubectl` has it, and does not send it without TLS.
    static final String TOKEN = "planted-token-of-the-cluster";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern PATH =
            Pattern.compile("(?<base>/api/v1|/apis/[^/]+/[^/]+)/namespaces/(?<space>[^/]+)/(?<plural>[^/]+)(/(?<name>[^/]+))?");

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final Map<String, ObjectNode> objects = new ConcurrentSkipListMap<>();
    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();
    private long version = 100;

    KubernetesStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(workers);
        server.start();
    }

    String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: it
                contexts: [{name: it, context: {cluster: it, user: it}}]
                clusters: [{name: it, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: it, user: {token: %s}}]
                """.formatted(server.getAddress().getPort(), TOKEN);
    }

    /// From now on nobody may see these.
    void forbid(String plural) {
        forbidden.add(plural);
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }

    private static final class Refused extends Exception {

        private final int code;
        private final String reason;

        Refused(int code, String reason, String message) {
            super(message);
            this.code = code;
            this.reason = reason;
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] request = exchange.getRequestBody().readAllBytes();
            int code = 200;
            byte[] body;
            String type = "application/json";
            try {
                if (exchange.getRequestURI().getPath().equals("/openapi/v2")) {
                    type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
                    body = KubernetesKinds.openApi();
                } else {
                    code = exchange.getRequestMethod().equals("POST") ? 201 : 200;
                    body = JSON.writeValueAsBytes(done(exchange, request));
                }
            } catch (Refused refused) {
                code = refused.code;
                body = JSON.writeValueAsBytes(Map.of(
                        "kind", "Status", "apiVersion", "v1", "metadata", Map.of(), "status", "Failure",
                        "message", refused.getMessage(), "reason", refused.reason, "code", code));
            }
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized Object done(HttpExchange exchange, byte[] request) throws Refused {
        String path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/version":
                return Map.of("major", "1", "minor", "32", "gitVersion", "v1.32.4");
            case "/api":
                return KubernetesKinds.versions();
            case "/apis":
                return KubernetesKinds.groups();
            default:
                break;
        }
        if (KubernetesKinds.ALL.stream().anyMatch(each -> each.base().equals(path))) {
            return KubernetesKinds.resources(path);
        }
        Matcher object = PATH.matcher(path);
        Optional<Kind> kind = !object.matches()
                ? Optional.empty()
                : KubernetesKinds.ALL.stream()
                        .filter(each -> each.base().equals(object.group("base")) && each.plural().equals(object.group("plural")))
                        .findFirst();
        if (kind.isEmpty()) {
            throw new Refused(404, "NotFound", "the server could not find the requested resource");
        }
        if (forbidden.contains(kind.get().plural())) {
            throw new Refused(403, "Forbidden", "%s is forbidden: User \"it\" cannot list resource \"%s\" in API group \"%s\" in the namespace \"%s\""
                    .formatted(kind.get().plural(), kind.get().plural(), kind.get().group(), object.group("space")));
        }
        String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
        return done(exchange.getRequestMethod(), kind.get(), path, object, request, query.contains("dryRun=All"));
    }

    private Object done(String method, Kind kind, String path, Matcher asked, byte[] request, boolean dry) throws Refused {
        String name = asked.group("name");
        if (name == null) {
            return method.equals("POST") ? made(kind, path, asked.group("space"), request, dry) : list(kind, path);
        }
        ObjectNode live = objects.get(path);
        if (live == null) {
            throw new Refused(404, "NotFound", "%s \"%s\" not found".formatted(qualified(kind), name));
        }
        return switch (method) {
            case "GET" -> live;
            case "PATCH" -> changed(kind, path, live, merged(live, JSON.readTree(request)), JSON.readTree(request), dry);
            case "PUT" -> changed(kind, path, live, (ObjectNode) JSON.readTree(request), JSON.readTree(request), dry);
            case "DELETE" -> {
                if (!dry) {
                    objects.remove(path);
                }
                yield Map.of("kind", "Status", "apiVersion", "v1", "metadata", Map.of(), "status", "Success");
            }
            default -> throw new Refused(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
        };
    }

    private static String qualified(Kind kind) {
        return kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.group();
    }

    /// As the real one, it does not say of each object in a list which kind it is of.
    private Object list(Kind kind, String path) {
        var items = objects.entrySet().stream()
                .filter(each -> each.getKey().startsWith(path + "/"))
                .map(each -> each.getValue().deepCopy().without("kind").without("apiVersion"))
                .toList();
        return Map.of(
                "kind", kind.kind() + "List",
                "apiVersion", kind.apiVersion(),
                "metadata", Map.of("resourceVersion", String.valueOf(version)),
                "items", items);
    }

    private Object made(Kind kind, String path, String space, byte[] request, boolean dry) throws Refused {
        ObjectNode object = (ObjectNode) JSON.readTree(request);
        ObjectNode metadata = object.withObject("/metadata");
        String name = metadata.path("name").asString();
        if (objects.containsKey(path + "/" + name)) {
            throw new Refused(409, "AlreadyExists", "%s \"%s\" already exists".formatted(qualified(kind), name));
        }
        if (metadata.has("resourceVersion")) {
            throw new Refused(400, "BadRequest", "resourceVersion should not be set on objects to be created");
        }
        metadata.put("namespace", space);
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", "2026-01-01T00:00:00Z");
        return kept(kind, path + "/" + name, object, null, dry);
    }

    private Object changed(Kind kind, String path, ObjectNode live, ObjectNode after, JsonNode request, boolean dry) throws Refused {
        for (String field : List.of("resourceVersion", "uid")) {
            JsonNode asked = request.path("metadata").path(field);
            if (asked.isString() && !asked.equals(live.path("metadata").path(field))) {
                throw new Refused(409, "Conflict", ("Operation cannot be fulfilled on %s \"%s\": the object has been modified; please apply your"
                        + " changes to the latest version and try again").formatted(qualified(kind), live.at("/metadata/name").asString()));
            }
        }
        for (String field : List.of("uid", "creationTimestamp", "namespace")) {
            after.withObject("/metadata").set(field, live.at("/metadata/" + field));
        }
        return kept(kind, path, after, live, dry);
    }

    private Object kept(Kind kind, String path, ObjectNode object, @Nullable ObjectNode before, boolean dry) throws Refused {
        for (Map.Entry<String, JsonNode> each : object.path("data").properties()) {
            if (!each.getValue().isString()) {
                throw new Refused(400, "BadRequest", "%s in version \"%s\" cannot be handled as a %s: json: cannot unmarshal %s into Go struct field .data of type string"
                        .formatted(kind.kind(), kind.version(), kind.kind(), each.getValue()));
            }
        }
        ObjectNode metadata = object.withObject("/metadata");
        object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        if (before != null && before.equals(object)) {
            return object;
        }
        metadata.put("resourceVersion", String.valueOf(dry ? version : ++version));
        metadata.put("generation", before == null ? 1 : before.at("/metadata/generation").asInt() + 1);
        metadata.putArray("managedFields").addObject().put("manager", "it").put("operation", "Update");
        if (!dry) {
            objects.put(path, object);
        }
        return object;
    }

    /// RFC 7396.
    private static ObjectNode merged(JsonNode live, JsonNode patch) {
        ObjectNode merged = live.isObject() ? (ObjectNode) live.deepCopy() : JSON.createObjectNode();
        patch.properties().forEach(each -> {
            if (each.getValue().isNull()) {
                merged.remove(each.getKey());
            } else if (each.getValue().isObject()) {
                merged.set(each.getKey(), merged(merged.path(each.getKey()), each.getValue()));
            } else {
                merged.set(each.getKey(), each.getValue());
            }
        });
        return merged;
    }
}
