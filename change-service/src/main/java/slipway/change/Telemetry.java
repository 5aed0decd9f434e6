package slipway.change;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;
import slipway.change.domain.CriterionResult;
import slipway.change.domain.Inventory;
import slipway.change.domain.Rfc;
import slipway.change.domain.SuccessCriterion;

/// Asks the telemetry of configuration items whether they are well. No telemetry, no answer, or any other answer than 2xx is
/// not met: what nobody can see is not known to be well.
@Component
class Telemetry implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /// The success criteria of the request; when it names none, all telemetry of its items.
    List<CriterionResult> measure(Rfc rfc, Inventory inventory) throws InterruptedException {
        List<SuccessCriterion> criteria = rfc.successCriteria().isEmpty()
                ? rfc.configurationItems().stream()
                        .map(ci -> new SuccessCriterion(ci, 0))
                        .toList()
                : rfc.successCriteria();
        List<CriterionResult> results = new ArrayList<>();
        for (SuccessCriterion criterion : criteria) {
            String ci = criterion.configurationItem();
            List<String> urls = inventory.item(ci).map(Inventory.Item::telemetry).orElse(List.of());
            if (urls.isEmpty()) {
                results.add(new CriterionResult("telemetry of " + ci, false, "there is no telemetry"));
            }
            for (String url : urls) {
                results.add(ask(criterion, url));
            }
        }
        return results;
    }

    private CriterionResult ask(SuccessCriterion criterion, String url) throws InterruptedException {
        int within = criterion.withinMillis();
        String name = criterion.configurationItem() + " answers at " + url + (within == 0 ? "" : " within " + within + " ms");
        long began = System.nanoTime();
        try {
            int status = status(HttpRequest.newBuilder(URI.create(url)).build());
            long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            boolean met = status >= 200 && status < 300 && (within == 0 || millis <= within);
            return new CriterionResult(name, met, "HTTP " + status + " in " + millis + " ms");
        } catch (IOException | IllegalArgumentException e) {
            return new CriterionResult(name, false, "no answer: " + e);
        }
    }

    /// The time is for the whole answer; a request's own timeout ends with its head, and a body that never ends would hold up
    /// the look for ever.
    private int status(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<Void>> answer = http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).statusCode();
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException fault ? fault : new IOException(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
