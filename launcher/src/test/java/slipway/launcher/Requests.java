package slipway.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import slipway.launcher.local.Addresses;
import slipway.launcher.local.Ports.For;
import tools.jackson.databind.json.JsonMapper;

/// Somebody who asks for one change after the other, and asks again under the same `Idempotency-Key`, of the next instance, whenever the answer is no
/// or none comes: as every client that means it does.
final class Requests implements AutoCloseable {

    private static final Duration PACE = Duration.ofSeconds(2);

    private final Addresses addresses;
    private final String template;
    private final String token;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean asking = true;
    private volatile @Nullable RuntimeException refused;

    private Requests(Addresses addresses, Path rfc) throws IOException, InterruptedException {
        this.addresses = addresses;
        this.template = Files.readString(rfc);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(addresses.url(For.ISSUER) + "/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("person=dana"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        this.token = new JsonMapper().readTree(answer.body()).path("access_token").asString();
        this.thread = Thread.ofPlatform().name("requests").unstarted(this::ask);
    }

    /// @param rfc of which each one is a copy with a title of its own
    static Requests keepComing(Addresses addresses, Path rfc) throws IOException, InterruptedException {
        Requests requests = new Requests(addresses, rfc);
        requests.thread.start();
        return requests;
    }

    /// What was answered with yes: the id of the change by its title.
    ///
    /// @throws IllegalStateException when the answer was once no
    Map<String, String> accepted() {
        RuntimeException fault = refused;
        if (fault != null) {
            throw fault;
        }
        return Map.copyOf(accepted);
    }

    private void ask() {
        try {
            while (asking) {
                String title = "Request " + UUID.randomUUID();
                accepted.put(title, id(title));
                Thread.sleep(PACE);
            }
        } catch (InterruptedException e) {
            // enough
        } catch (RuntimeException e) {
            refused = e;
        }
    }

    private String id(String title) throws InterruptedException {
        List<String> urls = addresses.urls(For.CHANGE);
        for (int attempt = 0; ; attempt++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(urls.get(attempt % urls.size()) + "/changes"))
                    .timeout(Duration.ofSeconds(20))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/yaml")
                    .header("Idempotency-Key", title)
                    .POST(HttpRequest.BodyPublishers.ofString(template.replaceFirst("(?m)^title: .*$", "title: " + title)))
                    .build();
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() / 100 == 2) {
                    return new JsonMapper().readTree(answer.body()).path("id").asString();
                }
                if (answer.statusCode() / 100 == 4 && answer.statusCode() != 409) {
                    throw new IllegalStateException(answer.body());
                }
            } catch (IOException e) {
                // nobody there, or nobody there any more: again
            }
            Thread.sleep(100);
        }
    }

    /// The one that is on its way is asked to its end.
    @Override
    public void close() throws InterruptedException {
        asking = false;
        thread.join();
        http.close();
    }
}
