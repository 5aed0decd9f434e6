package slipway.release;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;
import slipway.release.Catalogue.Environment;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Judging;
import slipway.release.analysis.Look;
import slipway.release.analysis.Measurement;
import slipway.release.domain.ReleaseState;

/// Measures a canary for as long as its judge wants more. The series is kept nowhere until it is whole: whoever crashed begins anew,
/// because nobody knows what happened in between.
@Component
class Analysing {

    /// How often it is looked whether anybody still wants to know, while the next look is waited for.
    private static final Duration OFTEN = Duration.ofSeconds(2);

    /// Of a whole series, in bytes of the fact that will hold it; Kafka takes one MiB.
    private static final int LARGEST = 700_000;

    private final Measuring measuring;
    private final Clock clock;

    Analysing(Measuring measuring, Clock clock) {
        this.measuring = measuring;
        this.clock = clock;
    }

    /// @return the whole series, in order; empty when nobody wants it any more
    /// @throws IOException when there is nothing to measure
    Optional<List<Measurement>> series(
            ReleaseState.Rolling running, Environment environment, BooleanSupplier wanted)
            throws IOException, InterruptedException {
        Analysis analysis = running.journey()
                .plan()
                .stage(running.environment())
                .analysis(running.current())
                .orElseThrow(() -> new IOException("the plan has no analysis '" + running.current().analysis() + "'"));
        return series(analysis, Measuring.subject(running, environment), wanted);
    }

    Optional<List<Measurement>> series(Analysis analysis, Measuring.Subject subject, BooleanSupplier wanted)
            throws IOException, InterruptedException {
        Judging judge = Judging.of(analysis);
        Instant began = clock.instant();
        List<Measurement> measured = new ArrayList<>();
        int size = 0;
        for (Optional<Look> next = judge.next(began, measured); next.isPresent(); next = judge.next(began, measured)) {
            if (!await(clock, next.get().due(), wanted)) {
                return Optional.empty();
            }
            Measurement one = measuring.measure(next.get(), subject, began);
            measured.add(one);
            size += 100 + one.detail().length() + 8 * one.values().size();
            if (size > LARGEST) {
                throw new IOException("after " + measured.size() + " measurements there is more than a fact can hold");
            }
        }
        return Optional.of(List.copyOf(measured));
    }

    /// Whether it is still wanted when it is due.
    static boolean await(Clock clock, Instant due, BooleanSupplier wanted) throws InterruptedException {
        do {
            if (!wanted.getAsBoolean()) {
                return false;
            }
            Duration left = Duration.between(clock.instant(), due);
            TimeUnit.MILLISECONDS.sleep(Math.clamp(left.toMillis(), 0, OFTEN.toMillis()));
        } while (clock.instant().isBefore(due));
        return true;
    }
}
