package slipway.release;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Environment;
import slipway.release.Catalogue.Place;
import slipway.release.analysis.Look;
import slipway.release.analysis.Measurement;
import slipway.release.analysis.Metric;
import slipway.release.analysis.Metric.Source;
import slipway.release.analysis.Side;
import slipway.release.analysis.StatisticalJudge;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;

/// Measures one thing once, over HTTP or by asking Prometheus.
@Component
class Measuring {

    private static final int LONGEST_DETAIL = 200;

    private final Probes probes;
    private final Clock clock;

    Measuring(Probes probes, Clock clock) {
        this.probes = probes;
        this.clock = clock;
    }

    /// What is compared.
    ///
    /// @param environment its name
    /// @param place where the component is that is measured; parts have the names that they have there
    /// @param baseline null: nothing runs the old release any more
    record Subject(String environment, Place place, Shape.Part canary, Shape.@Nullable Part baseline) {

        Optional<Shape.Part> part(Side side) {
            return side == Side.CANARY ? Optional.of(canary) : Optional.ofNullable(baseline);
        }
    }

    /// The part that the step names, or whichever has the new release; beside it the old one with the most traffic.
    static Subject subject(ReleaseState.Rolling running, Environment environment) throws IOException {
        String component = running.current().component();
        String digest = running.journey().component(component).digest();
        Shape shape = running.to().of(component);
        Shape.Part canary = shape.part(running.current().name())
                .or(() -> shape.parts().stream()
                        .filter(each -> digest.equals(each.digest()))
                        .findFirst())
                .orElseThrow(() -> new IOException("nothing has the new release: " + shape));
        Shape.Part baseline = shape.parts().stream()
                .filter(each -> each.digest() != null && !digest.equals(each.digest()))
                .max(Comparator.comparing(Shape.Part::weight))
                .orElse(null);
        return new Subject(environment.name(), environment.site(component).place(), canary, baseline);
    }

    /// Whatever goes wrong is in what comes back, and never thrown: it is for the judge to say what that means.
    Measurement measure(Look look, Subject subject, Instant began) throws InterruptedException {
        Metric metric = look.metric();
        Optional<Shape.Part> part = subject.part(look.side());
        Instant at = clock.instant();
        long start = System.nanoTime();
        String detail = "";
        try {
            if (part.isEmpty()) {
                throw new IOException("nothing runs the old release beside it");
            }
            if (metric.source() == Source.HTTP) {
                String name = part.get().name();
                return probes.measure(name, subject.place().url(name), metric);
            }
            return ask(look, subject, part.get(), began, at, start);
        } catch (IOException | RuntimeException e) {
            Fault.unlessStopping();
            detail = Fault.inWords(e);
        }
        return new Measurement(
                part.map(Shape.Part::name).orElse(""),
                at,
                micros(start),
                false,
                detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail,
                metric.name(),
                look.side(),
                false,
                List.of(),
                null);
    }

    private Measurement ask(
            Look look, Subject subject, Shape.Part part, Instant began, Instant at, long start)
            throws IOException, InterruptedException {
        Metric metric = look.metric();
        Prometheus prometheus = subject.place().prometheus();
        if (prometheus == null) {
            throw new IOException("the delivery catalogue names no prometheus for " + subject.environment());
        }
        Map<String, String> values = Map.of(
                "part", part.name(), "digest", String.valueOf(part.digest()), "environment", subject.environment());
        Duration patience = Duration.ofMillis(metric.timeoutMillis());
        Prometheus.Answer answer = metric.comparison() == null
                ? prometheus.ask(new Query(metric.query()).fill(values), patience)
                : prometheus.range(
                        query(metric, metric.comparison(), look.side()).fill(values),
                        StatisticalJudge.first(began, metric),
                        StatisticalJudge.last(began, metric),
                        Duration.ofMillis(metric.intervalMillis()),
                        patience);
        Double traffic = metric.traffic() == null
                ? null
                : sum(prometheus.ask(new Query(metric.traffic().query()).fill(values), patience));
        return new Measurement(
                part.name(),
                at,
                micros(start),
                true,
                "",
                metric.name(),
                look.side(),
                answer.scalar(),
                answer.values(),
                traffic);
    }

    private static Query query(Metric metric, Metric.Comparison terms, Side side) {
        boolean same = side == Side.CANARY || terms.baselineQuery().isEmpty();
        return new Query(same ? metric.query() : terms.baselineQuery());
    }

    private static @Nullable Double sum(Prometheus.Answer answer) {
        return answer.values().isEmpty() ? null : answer.values().stream().reduce(0.0, Double::sum);
    }

    private static long micros(long start) {
        return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
    }
}
