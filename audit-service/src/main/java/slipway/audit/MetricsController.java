package slipway.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import slipway.http.Refusal;

/// What the facts say of how changes go, under `/metrics`; for every signed-in person. Each is of the time from `since` (90 days ago unless told)
/// until `until` (now unless told), of all services or of one. 400 names each parameter that is wrong.
@RestController
class MetricsController {

    private static final Duration USUAL = Duration.ofDays(90);

    private final Metrics metrics;

    MetricsController(Metrics metrics) {
        this.metrics = metrics;
    }

    record Wanted(@Nullable String since, @Nullable String until, @Nullable String service) {

        Metrics.Period period() {
            Parameters parameters = new Parameters();
            Instant end = Optional.ofNullable(parameters.time("until", until)).orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.MILLIS));
            Instant begin = Optional.ofNullable(parameters.time("since", since)).orElse(end.minus(USUAL));
            if (!begin.isBefore(end)) {
                parameters.fault("until: is not after since");
            }
            parameters.text("service", service);
            parameters.check();
            return new Metrics.Period(begin, end, service);
        }
    }

    @GetMapping("/metrics/delivery")
    Metrics.Delivery delivery(Wanted wanted) {
        return metrics.delivery(wanted.period());
    }

    /// The changes of which a metric speaks: `deployed`, `brought`, `failed`, `rework`, `asked`, `emergency`, `unauthorised`, `closed`, `backed-out`.
    @GetMapping("/metrics/delivery/{which}")
    List<String> changes(@PathVariable String which, Wanted wanted) {
        Metrics.Which set = Arrays.stream(Metrics.Which.values())
                .filter(each -> name(each).equals(which))
                .findFirst()
                .orElseThrow(() -> Refusal.unknown("there is no '" + which + "': "
                        + String.join(", ", Arrays.stream(Metrics.Which.values()).map(MetricsController::name).toList())));
        return metrics.changes(set, wanted.period());
    }

    private static String name(Metrics.Which which) {
        return which.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// @param gates policy rules, release gates, holds and canaries
    record Gates(Metrics.Period period, List<Metrics.Gate> gates) {}

    @GetMapping("/metrics/gates")
    Gates gates(Wanted wanted) {
        Metrics.Period period = wanted.period();
        return new Gates(period, metrics.gates(period));
    }

    @GetMapping("/metrics/risk")
    Metrics.Calibration risk(Wanted wanted) {
        return metrics.calibration(wanted.period());
    }
}
