package slipway.audit.transparency;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A witness as C2SP tlog-witness describes it, with its errors: 403 for what the log did not sign, 404 for other logs, 409 with the size
/// that it knows, 422 for what does not follow from it.
public final class FakeWitness implements AutoCloseable {

    private final HttpServer server;
    private final SigningKey signing;
    private final VerifyingKey log;
    private @Nullable Checkpoint seen;

    public FakeWitness(String name, VerifyingKey log) throws IOException {
        this.signing = SigningKey.parse(SigningKey.generate(name, VerifyingKey.Use.COSIGNATURE));
        this.log = log;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/add-checkpoint", this::answer);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public VerifyingKey key() {
        return signing.verifying();
    }

    public long size() {
        return seen == null ? 0 : seen.size();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int end = body.indexOf("\n\n");
        List<String> lines = List.of(body.substring(0, end).split("\n"));
        String note = body.substring(end + 2);
        Checkpoint claimed = Checkpoint.of(note);
        if (!claimed.origin().equals(log.name())) {
            reply(exchange, 404, "unknown log");
            return;
        }
        try {
            Note.open(note, log);
        } catch (IllegalArgumentException e) {
            reply(exchange, 403, "not signed by the log");
            return;
        }
        long old = Long.parseLong(lines.getFirst().substring("old ".length()));
        if (old != size()) {
            exchange.getResponseHeaders().add("Content-Type", "text/x.tlog.size");
            reply(exchange, 409, size() + "\n");
            return;
        }
        List<Hash> path = new ArrayList<>(lines.subList(1, lines.size()).stream().map(Hash::base64).toList());
        if (seen != null && !Proof.extendsTo(seen.root(), seen.size(), claimed.root(), claimed.size(), path)) {
            reply(exchange, 422, "the proof is none");
            return;
        }
        seen = claimed;
        long time = Instant.now().getEpochSecond();
        byte[] signature = signing.sign(("cosignature/v1\ntime " + time + "\n" + claimed.text()).getBytes(StandardCharsets.UTF_8));
        byte[] id = key().id();
        byte[] all = ByteBuffer.allocate(id.length + Long.BYTES + signature.length).put(id).putLong(time).put(signature).array();
        reply(exchange, 200, "— " + key().name() + " " + Base64.getEncoder().encodeToString(all) + "\n");
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
