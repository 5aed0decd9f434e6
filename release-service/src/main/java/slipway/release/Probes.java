package slipway.release;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Probe;
import slipway.release.domain.ReleaseEvent.ProbeSample;

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

    /// One look after the other, with the probe's interval between them.
    List<ProbeSample> sample(String instance, URI url, Probe probe) throws InterruptedException {
        List<ProbeSample> samples = new ArrayList<>();
        for (int i = 0; i < probe.samples(); i++) {
            if (i > 0) {
                TimeUnit.MILLISECONDS.sleep(probe.interval().toMillis());
            }
            samples.add(look(instance, url, probe));
        }
        return samples;
    }

    ProbeSample look(String instance, URI url, Probe probe) throws InterruptedException {
        Instant at = clock.instant();
        long start = System.nanoTime();
        String detail;
        boolean ok = false;
        try {
            HttpResponse<String> answer = get(url, probe.path(), probe.timeout());
            boolean contains = answer.body().contains(probe.contains());
            ok = answer.statusCode() / 100 == 2 && contains;
            detail = answer.statusCode() + " " + probe.path()
                    + (contains ? "" : ", without '" + probe.contains() + "'");
        } catch (IOException e) {
            detail = Fault.inWords(e);
        }
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        String brief = detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
        return new ProbeSample(instance, at, micros, ok, brief);
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
