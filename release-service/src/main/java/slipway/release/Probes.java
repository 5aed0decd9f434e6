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
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Probe;
import slipway.release.domain.ReleaseEvent.ProbeSample;

/// Looks at instances over HTTP, from outside, as their users do.
@Component
class Probes {

    /// A supervisor may have to restart what serves the instance.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int LONGEST_DETAIL = 200;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Clock clock;

    Probes(Clock clock) {
        this.clock = clock;
    }

    /// One look after the other, with the probe's interval between them.
    List<ProbeSample> sample(Catalogue.Instance instance, Probe probe) throws InterruptedException {
        List<ProbeSample> samples = new ArrayList<>();
        for (int i = 0; i < probe.samples(); i++) {
            if (i > 0) {
                TimeUnit.MILLISECONDS.sleep(probe.interval().toMillis());
            }
            samples.add(look(instance, probe));
        }
        return samples;
    }

    ProbeSample look(Catalogue.Instance instance, Probe probe) throws InterruptedException {
        Instant at = clock.instant();
        long start = System.nanoTime();
        String detail;
        boolean ok = false;
        try {
            HttpResponse<String> answer = get(instance.url(), probe.path(), probe.timeout());
            boolean contains = answer.body().contains(probe.contains());
            ok = answer.statusCode() / 100 == 2 && contains;
            detail = answer.statusCode() + " " + probe.path()
                    + (contains ? "" : ", without '" + probe.contains() + "'");
        } catch (IOException e) {
            detail = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        }
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        String brief = detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
        return new ProbeSample(instance.name(), at, micros, ok, brief);
    }

    /// Waits until the instance answers as this digest; without an identity in the catalogue, until it answers at all.
    ///
    /// @throws IOException when it does not within 30 s
    void await(Catalogue.Instance instance, Probe probe, String digest) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String seen = "nothing";
        while (System.nanoTime() < end) {
            try {
                String path = probe.identity() == null ? "/" : probe.identity();
                HttpResponse<String> answer = get(instance.url(), path, probe.timeout());
                seen = answer.statusCode() + " " + answer.body().strip().lines().findFirst().orElse("");
                if (answer.statusCode() / 100 == 2
                        && (probe.identity() == null || answer.body().strip().equals(digest))) {
                    return;
                }
            } catch (IOException e) {
                seen = e.toString();
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IOException(instance.name() + " does not answer as " + digest + " within " + PATIENCE.toSeconds()
                + " s; the last answer: " + seen);
    }

    private HttpResponse<String> get(URI url, String path, Duration timeout) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(url.resolve(path)).timeout(timeout).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
