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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// An issuer of tokens **for trying things on one machine only**: whoever reaches its port may be anybody of the
/// inventory file, without a password. A real installation names its own OpenID Connect issuer instead.
public final class Issuer implements AutoCloseable {

    /// The file of the home that holds the client's secret.
    static final String CLIENT_SECRET = "sign-in.secret";

    private static final String AUDIENCE = "slipway";
    private static final Duration LIFETIME = Duration.ofHours(8);

    /// As which change-service lets people sign in with a browser.
    public static final String CLIENT = "slipway-change";

    private final Path inventory;
    private final Codes codes;
    private final String secret;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final JsonMapper json = new JsonMapper();
    private final String url;
    private final RSAKey key;

    /// Where it is.
    ///
    /// @param listens on which it answers
    /// @param url by which programs reach it, and which its tokens name
    /// @param browserUrl by which browsers do
    public record Place(InetSocketAddress listens, String url, String browserUrl) {

        /// On the loopback, the same for everybody.
        public static Place local(int port) {
            String url = "http://localhost:" + port;
            return new Place(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), url, url);
        }
    }

    /// @param inventory YAML with `people: [{id, name, email, groups}]`, read anew for every token
    public Issuer(Home home, Path inventory, int port) {
        this(home, inventory, Place.local(port), home.password(CLIENT_SECRET), InstantSource.system());
    }

    /// @param home keeps its key
    /// @param secret of the client [#CLIENT]
    public Issuer(Home home, Path inventory, Place place, String secret, InstantSource clock) {
        this.inventory = inventory;
        this.codes = new Codes(clock);
        this.secret = secret;
        this.url = place.url();
        this.key = key(home);
        try {
            server = HttpServer.create(place.listens(), 0);
        } catch (IOException e) {
            throw new Trouble("the local issuer cannot use port " + place.listens().getPort() + ": " + e.getMessage(), e);
        }
        server.setExecutor(threads);
        server.createContext("/", answer(404, Map.of("error", "not_found")));
        server.createContext("/.well-known/openid-configuration", answer(200, configuration(place)));
        server.createContext("/jwks", answer(200, new JWKSet(key.toPublicJWK()).toJSONObject()));
        server.createContext("/token", this::token);
        server.createContext("/authorize", this::authorize);
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
                .map(known -> sign(known, AUDIENCE, null))
                .orElseThrow(() -> new Trouble("nobody is called " + person + "; there are "
                        + String.join(", ", people.people().stream().map(People.Person::id).toList())));
    }

    private String sign(People.Person person, String audience, @Nullable String nonce) {
        Instant now = Instant.now();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(url)
                .subject(person.id())
                .audience(audience)
                .claim("nonce", nonce)
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

    /// A page that lets whoever sees it choose who they are: by GET it asks, by POST it sends back with a code.
    private void authorize(HttpExchange exchange) throws IOException {
        boolean chosen = exchange.getRequestMethod().equals("POST");
        Map<String, String> form = form(chosen ? body(exchange) : String.valueOf(exchange.getRequestURI().getRawQuery()));
        List<String> faults = Codes.faults(form);
        if (!faults.isEmpty()) {
            // Nobody is sent anywhere that cannot be trusted.
            page(exchange, 400, SignInPage.faults(faults));
            return;
        }
        Optional<People.Person> person = People.of(inventory).find(form.getOrDefault("person", ""));
        if (!chosen || person.isEmpty()) {
            page(exchange, 200, SignInPage.choice(People.of(inventory).people(), form));
            return;
        }
        exchange.getResponseHeaders()
                .set("Location", form.get("redirect_uri") + "?code=" + codes.give(person.get().id(), form) + "&state="
                        + URLEncoder.encode(form.getOrDefault("state", ""), StandardCharsets.UTF_8));
        exchange.sendResponseHeaders(303, -1);
        exchange.close();
    }

    /// `person=ID` as a form, or the code that [#authorize] gave; answers like an OAuth 2 token endpoint.
    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = exchange.getRequestMethod().equals("POST") ? form(body(exchange)) : Map.of();
        try {
            if ("authorization_code".equals(form.get("grant_type"))) {
                signIn(exchange, form);
            } else if (form.containsKey("person")) {
                send(
                        exchange,
                        200,
                        Map.of(
                                "access_token", tokenFor(form.get("person")),
                                "token_type", "Bearer",
                                "expires_in", LIFETIME.toSeconds()));
            } else {
                send(exchange, 400, Map.of("error", "invalid_request", "error_description", "POST person=ID"));
            }
        } catch (Trouble e) {
            send(exchange, 400, Map.of("error", "invalid_grant", "error_description", String.valueOf(e.getMessage())));
        }
    }

    private void signIn(HttpExchange exchange, Map<String, String> form) throws IOException {
        if (!isClient(exchange)) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic");
            send(exchange, 401, Map.of("error", "invalid_client"));
            return;
        }
        Codes.Given given = codes.take(form);
        if (given == null) {
            throw new Trouble("the code is not known, was used, is older than a minute, or was given for something else");
        }
        People.Person person = People.of(inventory)
                .find(given.person())
                .orElseThrow(() -> new Trouble(given.person() + " is not there any more"));
        send(
                exchange,
                200,
                Map.of(
                        "access_token", sign(person, AUDIENCE, null),
                        "token_type", "Bearer",
                        "expires_in", LIFETIME.toSeconds(),
                        "id_token", sign(person, CLIENT, given.nonce())));
    }

    private boolean isClient(HttpExchange exchange) {
        String login = Base64.getEncoder().encodeToString((CLIENT + ":" + secret).getBytes(StandardCharsets.UTF_8));
        String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        return MessageDigest.isEqual(
                ("Basic " + login).getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readNBytes(10_000), StandardCharsets.UTF_8);
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new TreeMap<>();
        for (String each : text.split("&")) {
            int middle = each.indexOf('=');
            if (middle > 0) {
                try {
                    form.put(each.substring(0, middle), URLDecoder.decode(each.substring(middle + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    // As if it were not there: what is needed and missing is told.
                }
            }
        }
        return form;
    }

    private static Map<String, Object> configuration(Place place) {
        String url = place.url();
        return Map.of(
                "issuer", url,
                "jwks_uri", url + "/jwks",
                "token_endpoint", url + "/token",
                "authorization_endpoint", place.browserUrl() + "/authorize",
                "response_types_supported", List.of("code"),
                "code_challenge_methods_supported", List.of("S256"),
                "subject_types_supported", List.of("public"),
                "id_token_signing_alg_values_supported", List.of("RS256"));
    }

    private HttpHandler answer(int status, Map<String, Object> content) {
        return exchange -> send(exchange, status, content);
    }

    private static void page(HttpExchange exchange, int status, String html) throws IOException {
        exchange.getResponseHeaders().set("Content-Security-Policy", SignInPage.POLICY);
        send(exchange, status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    private void send(HttpExchange exchange, int status, Map<String, Object> content) throws IOException {
        send(exchange, status, "application/json", json.writeValueAsBytes(content));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
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
