package slipway.change.intake;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.springframework.security.converter.RsaKeyConverters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A GitHub App that approves and rejects deployments
/// ([reviewing custom deployment protection rules](https://docs.github.com/rest/actions/workflow-runs#review-custom-deployment-protection-rules-for-a-workflow-run)):
/// as itself it asks for a token of its installation, and answers with that.
///
/// @param id of the app
/// @param privateKeyFile PKCS#8 in PEM
/// @param api `https://api.github.com`, or `https://HOST/api/v3` of a GitHub Enterprise Server
record GitHubApp(String id, Path privateKeyFile, URI api) {

    static final URI PUBLIC_API = URI.create("https://api.github.com");

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /// Clocks differ.
    private static final Duration EARLIER = Duration.ofSeconds(60);
    private static final Duration VALID = Duration.ofMinutes(5);
    private static final int LARGEST = 64 * 1024;
    private static final Pattern REPOSITORY = Pattern.compile("[A-Za-z0-9-]{1,100}/(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}");
    private static final Pattern RULE = Pattern.compile("\\d{1,20}/deployment_protection_rule");
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /// What is said to an answer.
    ///
    /// @param retryAfter of one that may be given again; empty: it does not say
    record Said(int status, String words, Optional<Duration> retryAfter) {

        boolean taken() {
            return status / 100 == 2;
        }

        /// Whether it was reviewed already.
        boolean already() {
            return status == 422;
        }

        /// Whether it will not be taken later either: it was reviewed already, or is gone.
        boolean forGood() {
            return status / 100 == 4 && status != 401 && status != 403 && status != 408 && status != 429;
        }
    }

    String runs(String repository) {
        return api + "/repos/" + repository + "/actions/runs/";
    }

    /// @param repository whose deployment waits, `owner/name`: nobody is answered in the name of another
    boolean mayCall(String url, String repository) {
        String runs = runs(repository);
        return REPOSITORY.matcher(repository).matches()
                && url.startsWith(runs)
                && RULE.matcher(url.substring(runs.length())).matches();
    }

    /// Asks for leave to speak for an installation, which is in the words of what is taken.
    ///
    /// @throws IOException when the key cannot be read, or nobody answers
    Said token(long installation) throws IOException, InterruptedException {
        Said token = post(URI.create(api + "/app/installations/" + installation + "/access_tokens"), proof(), "{}");
        return token.taken()
                ? token
                : new Said(token.status(), "no token of installation " + installation + ": " + token.words(), token.retryAfter());
    }

    /// @throws IOException when nobody answers: it may have got there
    Said review(Said token, String url, String environment, boolean approved, String comment)
            throws IOException, InterruptedException {
        Map<String, String> review = Map.of(
                "environment_name", environment, "state", approved ? "approved" : "rejected", "comment", comment);
        return post(URI.create(url), tokenIn(token.words()), JSON.writeValueAsString(review));
    }

    private static String tokenIn(String answer) throws IOException {
        try {
            return JSON.readTree(answer).path("token").asString();
        } catch (JacksonException e) {
            throw new IOException("the token of the installation cannot be read", e);
        }
    }

    private String proof() throws IOException {
        Instant now = Instant.now();
        SignedJWT jwt = new SignedJWT(
                new JWSHeader(JWSAlgorithm.RS256),
                new JWTClaimsSet.Builder()
                        .issuer(id)
                        .issueTime(Date.from(now.minus(EARLIER)))
                        .expirationTime(Date.from(now.plus(VALID)))
                        .build());
        try {
            jwt.sign(new RSASSASigner(key()));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IOException(privateKeyFile + " cannot sign: " + e.getMessage(), e);
        }
    }

    /// @throws IOException saying what is wrong with it
    RSAPrivateKey key() throws IOException {
        try (InputStream pem = Files.newInputStream(privateKeyFile)) {
            return RsaKeyConverters.pkcs8().convert(pem);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException(
                    privateKeyFile + " is no key in PKCS#8; GitHub's becomes one with openssl pkcs8 -topk8 -nocrypt", e);
        }
    }

    private static Said post(URI uri, String token, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/vnd.github+json")
                .header("X-GitHub-Api-Version", "2022-11-28")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        // The request's own timeout ends with the headers.
        CompletableFuture<HttpResponse<String>> coming =
                HTTP.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), LARGEST));
        try {
            HttpResponse<String> answer = coming.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return new Said(
                    answer.statusCode(),
                    answer.body(),
                    answer.headers()
                            .firstValue("Retry-After")
                            .filter(seconds -> seconds.matches("\\d{1,5}"))
                            .map(Long::parseLong)
                            .map(Duration::ofSeconds));
        } catch (TimeoutException _) {
            coming.cancel(true);
            throw new IOException(uri.getHost() + " does not answer within " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IOException(uri.getHost() + " does not answer: " + e.getCause(), e.getCause());
        }
    }
}
