package slipway.launcher.local;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/// An issuer of tokens **for development on one machine only**: whoever reaches its loopback port may be anybody of the
/// inventory file, without a password. A real installation names its own OpenID Connect issuer instead.
public final class Issuer implements AutoCloseable {

    private static final String AUDIENCE = "slipway";
    private static final Duration LIFETIME = Duration.ofHours(8);

    private final Path inventory;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final JsonMapper json = new JsonMapper();
    private final String url;
    private final RSAKey key;

    /// @param inventory YAML with `people: [{id, name, email, groups}]`, read anew for every token
    public Issuer(Home home, Path inventory, int port) {
        this.inventory = inventory;
        this.url = "http://localhost:" + port;
        this.key = key(home);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new Trouble("the local issuer cannot use port " + port + ": " + e.getMessage(), e);
        }
        server.setExecutor(threads);
        server.createContext("/", answer(404, Map.of("error", "not_found")));
        server.createContext("/.well-known/openid-configuration", answer(200, configuration()));
        server.createContext("/jwks", answer(200, new JWKSet(key.toPublicJWK()).toJSONObject()));
        server.createContext("/token", this::token);
    }

    public void start() {
        server.start();
    }

    public String url() {
        return url;
    }

    /// @throws Trouble when the inventory has no such person
    public String tokenFor(String person) {
        People people = People.of(inventory);
        return people.find(person)
                .map(this::sign)
                .orElseThrow(() -> new Trouble("nobody is called " + person + "; there are "
                        + String.join(", ", people.people().stream().map(People.Person::id).toList())));
    }

    private String sign(People.Person person) {
        Instant now = Instant.now();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(url)
                .subject(person.id())
                .audience(AUDIENCE)
                .claim("name", person.name())
                .claim("email", person.email())
                .claim("groups", person.groups())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .jwtID(UUID.randomUUID().toString())
                .build();
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    /// `person=ID` as a form; answers like an OAuth 2 token endpoint.
    private void token(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readNBytes(10_000), StandardCharsets.UTF_8);
        Optional<String> person = Arrays.stream(body.split("&"))
                .filter(each -> each.startsWith("person="))
                .map(each -> URLDecoder.decode(each.substring("person=".length()), StandardCharsets.UTF_8))
                .findFirst();
        if (!exchange.getRequestMethod().equals("POST") || person.isEmpty()) {
            send(exchange, 400, Map.of("error", "invalid_request", "error_description", "POST person=ID"));
            return;
        }
        try {
            String token = tokenFor(person.get());
            send(
                    exchange,
                    200,
                    Map.of("access_token", token, "token_type", "Bearer", "expires_in", LIFETIME.toSeconds()));
        } catch (Trouble e) {
            send(exchange, 400, Map.of("error", "invalid_grant", "error_description", String.valueOf(e.getMessage())));
        }
    }

    private Map<String, Object> configuration() {
        return Map.of(
                "issuer", url,
                "jwks_uri", url + "/jwks",
                "token_endpoint", url + "/token",
                "response_types_supported", List.of("token"),
                "subject_types_supported", List.of("public"),
                "id_token_signing_alg_values_supported", List.of("RS256"));
    }

    private HttpHandler answer(int status, Map<String, Object> content) {
        return exchange -> send(exchange, status, content);
    }

    private void send(HttpExchange exchange, int status, Map<String, Object> content) throws IOException {
        byte[] bytes = json.writeValueAsBytes(content);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static RSAKey key(Home home) {
        Path file = home.secrets().resolve("issuer.jwk");
        try {
            if (!Files.exists(file)) {
                RSAKey fresh = new RSAKeyGenerator(2048).keyIDFromThumbprint(true).generate();
                home.writeSecret("issuer.jwk", fresh.toJSONString());
            }
            return RSAKey.parse(Files.readString(file));
        } catch (IOException | JOSEException | ParseException e) {
            throw new Trouble("cannot read the issuer's key " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
