package slipway.change;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.core.env.Environment;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.json.JsonMapper;

/// Other systems that send, with secrets of their own.
final class Sending {

    static final String GITHUB_SECRET = "It's a Secret to Everybody";
    static final String NEXT_GITHUB_SECRET = "the next secret of github";
    static final String SHOP_TOKEN = "the token of the shop";
    static final String BOT = "ci:integrations";

    private static final Path RESOURCES = Path.of("src/test/resources/intake");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Sending() {}

    /// Settings of the service under test.
    static List<String> properties() {
        try {
            Path folder = Files.createTempDirectory("intake");
            Path github = Files.writeString(folder.resolve("github.secret"), GITHUB_SECRET + "\n");
            Path next = Files.writeString(folder.resolve("github-next.secret"), NEXT_GITHUB_SECRET);
            Path shop = Files.writeString(folder.resolve("shop.secret"), SHOP_TOKEN);
            Path file = Files.writeString(folder.resolve("intake.yaml"), """
                    sources:
                      github:
                        secretFiles: [%s, %s]
                        people: {Codertocat: dana, octocat: sam}
                        settings:
                          services:
                            Codertocat/Hello-World:
                              service: inventory-web
                              configurationItems: [ci-1]
                              environments: [dev, qa, staging, prod]
                              implementer: dana
                      shop:
                        secretFiles: [%s]
                        people: {shop-bot: dana}
                    """.formatted(github, next, shop));
            return List.of(
                    "slipway.intake.file=" + file,
                    "slipway.intake.sources=" + RESOURCES.resolve("sources"),
                    "slipway.intake.sweep-every=200ms");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String example(String name) {
        try {
            return Files.readString(RESOURCES.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// As GitHub sends it.
    static Answer github(String event, String delivery, String body) {
        return github(event, delivery, body, GITHUB_SECRET);
    }

    static Answer github(String event, String delivery, String body, String secret) {
        return send("github", body, Map.of(
                "Content-Type", "application/json",
                "User-Agent", "GitHub-Hookshot/044aadd",
                "X-GitHub-Hook-ID", "292430182",
                "X-GitHub-Event", event,
                "X-GitHub-Delivery", delivery,
                "X-Hub-Signature-256", "sha256=" + hmac(secret, body)));
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }

    static Answer send(String source, String body, Map<String, String> headers) {
        String port = TheService.service().bean(Environment.class).getProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/ingest/" + source))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), new JsonMapper().readTree(answer.body()));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hmac(String secret, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
