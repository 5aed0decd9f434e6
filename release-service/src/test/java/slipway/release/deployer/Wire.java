package slipway.release.deployer;

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
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The line between a deployer and the server behind it. It can go dead at any moment, and with it dies whoever was talking:
/// before a request gets through, or after it did and before its answer comes back.
final class Wire implements AutoCloseable {

    private static final Set<String> OF_THE_LINE = Set.of("connection", "content-length", "host", "http2-settings", "upgrade");

    interface Work {
        void run() throws Exception;
    }

    private final HttpServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI behind;
    private final AtomicInteger writes = new AtomicInteger();

    /// How many looks after a write get no better answer than that the server is busy.
    final AtomicInteger busy = new AtomicInteger();

    private int left = Integer.MAX_VALUE;
    private @Nullable Thread victim;

    Wire(URI behind) throws IOException {
        this.behind = behind;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::pass);
        server.start();
    }

    URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /// How many requests got through that were no mere looks.
    int writes() {
        return writes.get();
    }

    /// @return whether it came to that; the line works again afterwards
    boolean diesAt(int act, Work work) throws InterruptedException {
        Thread worker = Thread.ofVirtual().unstarted(() -> {
            try {
                work.run();
            } catch (Exception e) {
                // That is how one dies.
            }
        });
        synchronized (this) {
            left = act;
            victim = worker;
        }
        worker.start();
        worker.join();
        synchronized (this) {
            boolean died = left < 0;
            left = Integer.MAX_VALUE;
            victim = null;
            return died;
        }
    }

    private synchronized boolean alive() {
        if (left != Integer.MAX_VALUE) {
            left--;
        }
        if (left < 0 && victim != null) {
            victim.interrupt();
        }
        return left >= 0;
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (!alive()) {
                return;
            }
            if (!exchange.getRequestMethod().equals("GET")) {
                writes.incrementAndGet();
            }
            if (writes.get() > 0 && exchange.getRequestMethod().equals("GET") && busy.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(behind + exchange.getRequestURI().toString()))
                    .method(
                            exchange.getRequestMethod(),
                            body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!OF_THE_LINE.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
            if (!alive()) {
                return;
            }
            answer.headers().map().forEach((name, values) -> {
                if (!name.startsWith(":") && !OF_THE_LINE.contains(name.toLowerCase(java.util.Locale.ROOT))
                        && !name.equalsIgnoreCase("transfer-encoding")) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        http.close();
    }
}
