package slipway.backup.vault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Between a client and a server: passes on what it hears, as long as it is up, unless it was told to do something else.
final class Between implements AutoCloseable {

    /// What the JDK's client sets itself, or must not be told.
    private static final Set<String> OWN =
            Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "upgrade");

    private final URI server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final HttpServer here;
    private volatile Lie lie = (request, to) -> null;
    private volatile boolean up = true;
    private volatile boolean cut;

    Between(URI server) throws IOException {
        this.server = server;
        this.here = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        here.setExecutor(workers);
        here.createContext("/", this::pass);
        here.start();
    }

    /// Something else than passing on.
    @FunctionalInterface
    interface Lie {

        /// @param to what would be sent; may be added to
        /// @return what is answered instead, or null to send it
        @Nullable Instead instead(HttpExchange request, HttpRequest.Builder to) throws IOException;
    }

    /// @param status of HTTP
    record Instead(int status, String body) {

        static Instead status(int status) {
            return new Instead(status, "");
        }

        /// As S3 says that somebody may not do something.
        static Instead denied(String message) {
            return new Instead(403, "<Error><Code>AccessDenied</Code><Message>" + message + "</Message></Error>");
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + here.getAddress().getPort());
    }

    void lie(Lie lies) {
        lie = lies;
    }

    /// Who is down ends the conversation.
    void up(boolean isUp) {
        up = isUp;
    }

    /// Answers with something in them break off in the middle.
    void cut(boolean isCut) {
        cut = isCut;
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (!up) {
                return;
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(server + exchange.getRequestURI().toString()))
                    .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            Instead instead = lie.instead(exchange, request);
            if (instead != null) {
                byte[] said = instead.body().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(instead.status(), said.length == 0 ? -1 : said.length);
                exchange.getResponseBody().write(said);
                return;
            }
            answer(exchange, client.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, HttpResponse<byte[]> said) throws IOException {
        said.headers().map().forEach((name, values) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, List.copyOf(values));
            }
        });
        byte[] body = said.body();
        exchange.sendResponseHeaders(said.statusCode(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body, 0, cut ? body.length / 2 : body.length);
        }
    }

    @Override
    public void close() {
        here.stop(0);
        workers.shutdownNow();
        client.close();
    }
}
