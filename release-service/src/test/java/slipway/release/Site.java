package slipway.release;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A web server in front of an instance's `current`, or of whatever a test lets it answer.
public final class Site implements AutoCloseable {

    private final HttpServer server;

    /// Paths, in the order in which they were asked for.
    final List<String> asked = new CopyOnWriteArrayList<>();

    public interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    public Site(Answer answer) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestURI().getPath());
                answer.to(exchange);
            }
        });
        server.start();
    }

    /// Serves a folder as it is at the moment of each request.
    public static Site of(Path folder) throws IOException {
        return new Site(exchange -> {
            String path = exchange.getRequestURI().getPath().substring(1);
            Path file = folder.resolve(path.isEmpty() ? "index.html" : path);
            if (Files.isRegularFile(file)) {
                say(exchange, 200, Files.readString(file));
            } else {
                say(exchange, 404, "no " + path);
            }
        });
    }

    public static void say(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    public URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
