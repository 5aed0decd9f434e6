package slipway.release;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Probe;
import slipway.release.analysis.Measurement;
import slipway.release.analysis.Metric;
import slipway.release.analysis.Side;

/// Looks at instances over HTTP, from outside, as their users do.
@Component
class Probes {

    private static final int LONGEST_DETAIL = 200;
    private static final long LONGEST_ANSWER = 8L << 20;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Clock clock;
    private final Duration patience;

    /// @param patience how long an instance may take to answer after a switch: a supervisor may have to restart its server
    Probes(Clock clock, @Value("${slipway.patience:30s}") Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /// One look at the environment's own probe.
    Measurement look(String instance, URI url, Probe probe) throws InterruptedException {
        return measure(instance, url, probe.metric());
    }

    /// Good is 2xx with the text that it has to contain.
    Measurement measure(String instance, URI url, Metric metric) throws InterruptedException {
        Instant at = clock.instant();
        long start = System.nanoTime();
        List<Double> status = List.of();
        String detail;
        boolean ok = false;
        try {
            HttpResponse<String> answer = get(url, metric.query(), Duration.ofMillis(metric.timeoutMillis()));
            boolean contains = answer.body().contains(metric.contains());
            ok = answer.statusCode() / 100 == 2 && contains;
            status = List.of((double) answer.statusCode());
            detail = answer.statusCode() + " " + metric.query()
                    + (contains ? "" : ", without '" + metric.contains() + "'");
        } catch (IOException e) {
            detail = Fault.inWords(e);
        }
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        String brief = detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
        return new Measurement(
                instance, at, micros, ok, brief, metric.name(), Side.CANARY, false, status, null);
    }

    /// Waits until the instance answers as this digest; without an identity in the catalogue, until it answers at all.
    ///
    /// @throws IOException when it does not in time
    void await(String instance, URI url, Probe probe, String digest) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        String seen = "nothing";
        while (System.nanoTime() < end) {
            try {
                String path = probe.identity() == null ? "/" : probe.identity();
                HttpResponse<String> answer = get(url, path, probe.timeout());
                seen = answer.statusCode() + " " + answer.body().strip().lines().findFirst().orElse("");
                if (answer.statusCode() / 100 == 2
                        && (probe.identity() == null || answer.body().strip().equals(digest))) {
                    return;
                }
            } catch (IOException e) {
                seen = Fault.inWords(e);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IOException(instance + " does not answer as " + digest + " within " + patience.toSeconds()
                + " s; the last answer: " + seen);
    }

    /// The time is for the whole answer; a request's own timeout ends with its head, and one that never ends its body would
    /// hold up the release for ever.
    private HttpResponse<String> get(URI url, String path, Duration timeout) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(below(url, path)).build();
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), LONGEST_ANSWER));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no whole answer to " + path + " within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException fault ? fault : new IOException(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private static URI below(URI url, String path) {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + (path.startsWith("/") ? path.substring(1) : path));
    }
}
