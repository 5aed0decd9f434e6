package slipway.change;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import slipway.change.domain.CriterionResult;
import slipway.change.domain.Inventory;

/// Asks the telemetry of configuration items whether they are well. No telemetry, no answer, or any other answer than 2xx is
/// not met: what nobody can see is not known to be well.
@Component
class Telemetry implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    List<CriterionResult> measure(List<String> items, Inventory inventory) throws InterruptedException {
        List<CriterionResult> results = new ArrayList<>();
        for (String ci : items) {
            List<String> urls = inventory.item(ci).map(Inventory.Item::telemetry).orElse(List.of());
            if (urls.isEmpty()) {
                results.add(new CriterionResult("telemetry of " + ci, false, "there is no telemetry"));
            }
            for (String url : urls) {
                results.add(ask(ci, url));
            }
        }
        return results;
    }

    private CriterionResult ask(String ci, String url) throws InterruptedException {
        String name = ci + " answers at " + url;
        long began = System.nanoTime();
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
            int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            return new CriterionResult(name, status >= 200 && status < 300, "HTTP " + status + " in " + millis + " ms");
        } catch (IOException | IllegalArgumentException e) {
            return new CriterionResult(name, false, "no answer: " + e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
