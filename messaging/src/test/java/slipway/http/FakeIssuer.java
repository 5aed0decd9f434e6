package slipway.http;

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
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// An OpenID Connect issuer outside: its discovery document, its key, tokens as it signs them, and people who sign in there.
public final class FakeIssuer implements AutoCloseable {

    /// As which service the issuer knows whoever lets people sign in.
    public static final String CLIENT = "slipway-page";
    public static final String CLIENT_SECRET = "the secret of the page & more";

    private final HttpServer server;
    private final RSAKey key;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private volatile UnaryOperator<JWTClaimsSet.Builder> signedIn = claims -> claims;

    public FakeIssuer() {
        try {
            key = new RSAKeyGenerator(2048).keyID("k1").generate();
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (JOSEException | IOException e) {
            throw new IllegalStateException(e);
        }
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> send(
                        exchange,
                        """
                        {"issuer": "%s", "jwks_uri": "%s/jwks", "subject_types_supported": ["public"],
                         "authorization_endpoint": "%s/authorize", "token_endpoint": "%s/token",
                         "response_types_supported": ["code"], "id_token_signing_alg_values_supported": ["RS256"]}
                        """
                                .formatted(url(), url(), url(), url())));
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::tokens);
        server.createContext("/jwks", exchange -> send(exchange, new JWKSet(key.toPublicJWK()).toString()));
        server.start();
    }

    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /// A good token of that person, in those groups.
    public String token(String person, String... groups) {
        return token(person, List.of(groups), claims -> claims);
    }

    /// The same, but for what is changed.
    public String token(String person, List<String> groups, UnaryOperator<JWTClaimsSet.Builder> changed) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(url())
                .audience("slipway")
                .subject(person)
                .claim("groups", groups)
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(300)));
        return sign(changed.apply(claims).build(), key);
    }

    /// A token that looks good, signed with the key of somebody else.
    public String forged(String person, String... groups) {
        try {
            return sign(
                    SignedJWT.parse(token(person, groups)).getJWTClaimsSet(),
                    new RSAKeyGenerator(2048).keyID("k1").generate());
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Who sits at the browsers that come to sign in, from now on.
    public void signsIn(String person, String... groups) {
        signsIn(claims -> claims.subject(person).claim("groups", List.of(groups)));
    }

    /// What is said of them otherwise than an issuer should.
    public void signsIn(UnaryOperator<JWTClaimsSet.Builder> claims) {
        signedIn = claims;
    }

    /// Asks nobody anything, and sends the browser back with a code.
    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> asked = form(exchange.getRequestURI().getRawQuery());
        String code = UUID.randomUUID().toString();
        codes.put(code, asked);
        exchange.getResponseHeaders()
                .add("Location", asked.get("redirect_uri") + "?code=" + code + "&state="
                        + URLEncoder.encode(asked.get("state"), StandardCharsets.UTF_8));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private void tokens(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Map<String, String> asked = codes.remove(form.get("code"));
        // RFC 6749 §2.3.1: both are encoded as in a form first.
        String login = URLEncoder.encode(CLIENT, StandardCharsets.UTF_8) + ":" + URLEncoder.encode(CLIENT_SECRET, StandardCharsets.UTF_8);
        boolean good = asked != null
                && ("Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                        .equals(exchange.getRequestHeaders().getFirst("Authorization"))
                && asked.get("redirect_uri").equals(form.get("redirect_uri"))
                && "S256".equals(asked.get("code_challenge_method"))
                && asked.get("code_challenge").equals(sha256(form.get("code_verifier")));
        if (!good) {
            send(exchange, 400, "{\"error\": \"invalid_grant\"}");
            return;
        }
        String token = token("nobody", List.of(), claims -> signedIn.apply(claims.audience(CLIENT).claim("nonce", asked.get("nonce"))));
        send(exchange, "{\"access_token\": \"opaque\", \"token_type\": \"Bearer\", \"expires_in\": 300, \"id_token\": \"" + token + "\"}");
    }

    private static Map<String, String> form(String text) {
        return Arrays.stream(text.split("&"))
                .map(each -> each.split("=", 2))
                .collect(Collectors.toMap(
                        each -> URLDecoder.decode(each[0], StandardCharsets.UTF_8),
                        each -> URLDecoder.decode(each[1], StandardCharsets.UTF_8)));
    }

    private static String sha256(String text) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sign(JWTClaimsSet claims, RSAKey key) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(HttpExchange exchange, String json) throws IOException {
        send(exchange, 200, json);
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
