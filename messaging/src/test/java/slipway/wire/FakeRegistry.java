package slipway.wire;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.json.JsonMapper;

/// A schema registry outside: ids, look-ups and errors as Confluent's answers them. It knows no compatibility; the launcher's
/// registry does, and is tested there.
public final class FakeRegistry implements AutoCloseable {

    private static final int FIRST_ID = 258;

    private final JsonMapper json = new JsonMapper();
    private final HttpServer server;

    /// The schemas, in the order of their ids.
    final List<String> schemas = new CopyOnWriteArrayList<>();

    /// Which of them are under which subject.
    private final Set<String> registered = ConcurrentHashMap.newKeySet();

    /// Every request so far: method and path.
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /// Answers with this status, unless it is 0.
    public volatile int failWith;

    public FakeRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /// Somebody else put this there.
    ///
    /// @return its id
    public int hold(String text) {
        return id(text);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(exchange.getRequestMethod() + " " + path);
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (failWith != 0) {
            send(exchange, failWith, Map.of("error_code", failWith, "message", "as told"));
        } else if (path.startsWith("/schemas/ids/")) {
            int place = Integer.parseInt(path.substring("/schemas/ids/".length())) - FIRST_ID;
            if (place < 0 || place >= schemas.size()) {
                send(exchange, 404, Map.of("error_code", 40403, "message", "Schema not found"));
            } else {
                send(exchange, 200, Map.of("schema", schemas.get(place)));
            }
        } else {
            String schema = json.readTree(body).get("schema").asString();
            if (path.endsWith("/versions")) {
                registered.add(path.replace("/versions", "") + " " + schema);
            }
            if (registered.contains(path.replace("/versions", "") + " " + schema)) {
                send(exchange, 200, Map.of("id", id(schema)));
            } else {
                send(exchange, 404, Map.of("error_code", 40403, "message", "Schema not found"));
            }
        }
    }

    private synchronized int id(String schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        return FIRST_ID + schemas.indexOf(schema);
    }

    private void send(HttpExchange exchange, int status, Map<String, Object> answer) throws IOException {
        byte[] bytes = json.writeValueAsBytes(answer);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
