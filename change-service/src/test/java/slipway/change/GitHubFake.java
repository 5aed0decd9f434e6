package slipway.change;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What of GitHub's API an app needs that reviews deployments: a token of an installation is for an hour and for who signs as the app, and of each
/// review there is one (https://docs.github.com/rest/apps/apps, https://docs.github.com/rest/actions/workflow-runs).
final class GitHubFake {

    static final String APP = "1234567";
    static final long INSTALLATION = 42;

    private static final JsonMapper JSON = new JsonMapper();

    private final KeyPair keys;
    private final HttpServer server;
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Set<String> reviewed = new HashSet<>();
    private final Map<String, List<JsonNode>> reviews = new ConcurrentHashMap<>();
    private final Map<String, Integer> busy = new ConcurrentHashMap<>();
    private final Set<String> closed = ConcurrentHashMap.newKeySet();
    private final Map<String, CountDownLatch> slow = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> asked = new ConcurrentHashMap<>();

    GitHubFake() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    String api() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    String privateKey() {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    String callback(int run) {
        return api() + "/repos/Codertocat/Hello-World/actions/runs/" + run + "/deployment_protection_rule";
    }

    /// The next requests about that run are answered 503, and when to come again.
    void busy(int run, int times) {
        busy.put(callback(run), times);
    }

    /// The app may not review that run, until it may.
    void forbid(int run, boolean forbidden) {
        if (forbidden) {
            closed.add(callback(run));
        } else {
            closed.remove(callback(run));
        }
    }

    /// Whoever reviews that run waits for the latch.
    CountDownLatch slow(int run) {
        CountDownLatch latch = new CountDownLatch(1);
        slow.put(callback(run), latch);
        asked.put(callback(run), new CountDownLatch(1));
        return latch;
    }

    /// Whether somebody waits there by now.
    boolean isAsked(int run, Duration patience) throws InterruptedException {
        return asked.get(callback(run)).await(patience.toSeconds(), TimeUnit.SECONDS);
    }

    List<JsonNode> reviews(int run) {
        return reviewsAt(callback(run));
    }

    List<JsonNode> reviewsAt(String callback) {
        return reviews.getOrDefault(callback, List.of());
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String path = exchange.getRequestURI().getPath();
        String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")).replaceFirst("^Bearer ", "");
        if (path.equals("/app/installations/" + INSTALLATION + "/access_tokens")) {
            if (!isApp(token)) {
                say(exchange, 401, "{\"message\": \"A JSON web token could not be decoded\"}");
                return;
            }
            String fresh = "ghs_" + UUID.randomUUID();
            tokens.add(fresh);
            say(exchange, 201, "{\"token\": \"" + fresh + "\", \"expires_at\": \"" + Instant.now().plusSeconds(3600) + "\"}");
        } else if (!path.endsWith("/deployment_protection_rule")) {
            say(exchange, 404, "{\"message\": \"Not Found\"}");
        } else if (!tokens.contains(token)) {
            say(exchange, 401, "{\"message\": \"Bad credentials\"}");
        } else {
            review(exchange, api() + path, body);
        }
    }

    private void await(String run) throws IOException {
        CountDownLatch latch = slow.remove(run);
        if (latch != null) {
            asked.get(run).countDown();
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private synchronized void review(HttpExchange exchange, String run, JsonNode body) throws IOException {
        await(run);
        if (busy.merge(run, -1, Integer::sum) >= 0) {
            exchange.getResponseHeaders().set("Retry-After", "0");
            say(exchange, 503, "{\"message\": \"Service unavailable\"}");
        } else if (closed.contains(run)) {
            say(exchange, 403, "{\"message\": \"Resource not accessible by integration\"}");
        } else if (!List.of("approved", "rejected").contains(body.path("state").asString(""))
                || !reviewed.add(run + body.path("environment_name").asString())) {
            say(exchange, 422, "{\"message\": \"Validation Failed\"}");
        } else {
            reviews.computeIfAbsent(run, _ -> new ArrayList<>()).add(body);
            say(exchange, 204, "");
        }
    }

    private boolean isApp(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            Instant until = jwt.getJWTClaimsSet().getExpirationTime().toInstant();
            return jwt.verify(new RSASSAVerifier((RSAPublicKey) keys.getPublic()))
                    && jwt.getJWTClaimsSet().getIssuer().equals(APP)
                    && until.isAfter(Instant.now())
                    && until.isBefore(Instant.now().plusSeconds(600));
        } catch (ParseException | JOSEException e) {
            return false;
        }
    }

    private static void say(HttpExchange exchange, int status, String body) throws IOException {
        exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.length());
        if (!body.isEmpty()) {
            exchange.getResponseBody().write(body.getBytes(UTF_8));
        }
        exchange.close();
    }
}
