package slipway.release;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Environment;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Judging;
import slipway.release.analysis.Look;
import slipway.release.analysis.Measurement;
import slipway.release.analysis.Metric;
import slipway.release.analysis.Metric.Source;
import slipway.release.analysis.Side;
import slipway.release.analysis.StatisticalJudge;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Shape;

/// Measures a canary for as long as its judge wants more. The series is kept nowhere until it is whole: whoever crashed begins anew,
/// because nobody knows what happened in between.
@Component
class Measuring {

    /// How often it is looked whether the analysis is still wanted, while the next measurement is waited for.
    private static final Duration OFTEN = Duration.ofSeconds(2);

    private static final int LONGEST_DETAIL = 200;

    /// Of a whole series, in bytes of the fact that will hold it; Kafka takes one MiB.
    private static final int LARGEST = 700_000;

    private final Probes probes;
    private final Clock clock;

    Measuring(Probes probes, Clock clock) {
        this.probes = probes;
        this.clock = clock;
    }

    /// What is compared.
    ///
    /// @param baseline null: nothing runs the old release any more
    record Subject(Environment environment, Shape.Part canary, Shape.@Nullable Part baseline) {

        Optional<Shape.Part> part(Side side) {
            return side == Side.CANARY ? Optional.of(canary) : Optional.ofNullable(baseline);
        }
    }

    /// @param wanted whether nobody ended the step meanwhile
    /// @return empty: somebody ended it
    /// @throws IOException when there is nothing to measure
    Optional<List<Measurement>> series(
            ReleaseState.Rolling running, Environment environment, BooleanSupplier wanted)
            throws IOException, InterruptedException {
        Analysis analysis = running.journey()
                .plan()
                .stage(running.environment())
                .analysis(running.current())
                .orElseThrow(() -> new IOException("the plan has no analysis '" + running.current().analysis() + "'"));
        Subject subject = subject(running, environment);
        Judging judge = Judging.of(analysis);
        Instant began = clock.instant();
        List<Measurement> measured = new ArrayList<>();
        int size = 0;
        for (Optional<Look> next = judge.next(began, measured); next.isPresent(); next = judge.next(began, measured)) {
            if (!await(next.get().due(), wanted)) {
                return Optional.empty();
            }
            Measurement one = measure(next.get(), subject, began);
            measured.add(one);
            size += 100 + one.detail().length() + 8 * one.values().size();
            if (size > LARGEST) {
                throw new IOException("after " + measured.size() + " measurements there is more than a fact can hold");
            }
        }
        return Optional.of(List.copyOf(measured));
    }

    /// @return false: nobody wants it any more
    private boolean await(Instant due, BooleanSupplier wanted) throws InterruptedException {
        do {
            if (!wanted.getAsBoolean()) {
                return false;
            }
            Duration left = Duration.between(clock.instant(), due);
            TimeUnit.MILLISECONDS.sleep(Math.clamp(left.toMillis(), 0, OFTEN.toMillis()));
        } while (clock.instant().isBefore(due));
        return true;
    }

    /// The part that the step names, or whichever has the new release; beside it the old one with the most traffic.
    private static Subject subject(ReleaseState.Rolling running, Environment environment) throws IOException {
        String digest = Objects.requireNonNull(running.journey().digest(), "no step without a tested package");
        Shape shape = running.to();
        Shape.Part canary = shape.part(running.current().name())
                .or(() -> shape.parts().stream()
                        .filter(each -> digest.equals(each.digest()))
                        .findFirst())
                .orElseThrow(() -> new IOException("nothing has the new release: " + shape));
        Shape.Part baseline = shape.parts().stream()
                .filter(each -> each.digest() != null && !digest.equals(each.digest()))
                .max(Comparator.comparing(Shape.Part::weight))
                .orElse(null);
        return new Subject(environment, canary, baseline);
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
                return probes.measure(name, subject.environment().url(name), metric);
            }
            return ask(look, subject.environment(), part.get(), began, at, start);
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
            Look look, Environment environment, Shape.Part part, Instant began, Instant at, long start)
            throws IOException, InterruptedException {
        Metric metric = look.metric();
        Prometheus prometheus = environment.prometheus();
        if (prometheus == null) {
            throw new IOException("the delivery catalogue names no prometheus for " + environment.name());
        }
        Map<String, String> values = Map.of(
                "part", part.name(), "digest", String.valueOf(part.digest()), "environment", environment.name());
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
