package slipway.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import slipway.http.Refusal;

/// How things stood at a moment, under `/as-of`; for every signed-in person. 400 names each parameter that is wrong.
///
/// Each takes `at`, now unless told, and `by`: `known` (unless told) by what was written down then, or `happened`.
@RestController
class AsOfController {

    private static final Duration AHEAD = Duration.ofDays(14);

    private final AsOf asOf;

    AsOfController(AsOf asOf) {
        this.asOf = asOf;
    }

    /// A change, a release, or whatever else has facts. 404: there was none then.
    @GetMapping("/as-of/{id}")
    AsOf.Then of(@PathVariable String id, @RequestParam(required = false) @Nullable String at, @RequestParam(defaultValue = "known") String by) {
        Moment moment = moment(at, by);
        return asOf.of(id, moment).orElseThrow(() -> Refusal.unknown("there was no " + id + " at " + moment.at()));
    }

    /// What waited for approval.
    @GetMapping("/as-of/queue")
    AsOf.Queue queue(@RequestParam(required = false) @Nullable String at, @RequestParam(defaultValue = "known") String by) {
        return asOf.queue(moment(at, by));
    }

    /// What was planned for the time from `from` (unless told, the moment) to `to` (unless told, 14 days later), and what was frozen.
    @GetMapping("/as-of/calendar")
    AsOf.Calendar calendar(
            @RequestParam(required = false) @Nullable String at,
            @RequestParam(defaultValue = "known") String by,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to) {
        Parameters parameters = new Parameters();
        Moment moment = moment(at, by, parameters);
        Instant begin = parameters.time("from", from);
        Instant end = parameters.time("to", to);
        Instant since = begin == null ? moment.at() : begin;
        Instant until = end == null ? since.plus(AHEAD) : end;
        if (!since.isBefore(until)) {
            parameters.fault("to: is not after from");
        }
        parameters.check();
        return asOf.calendar(moment, since, until);
    }

    private static Moment moment(@Nullable String at, String by, Parameters parameters) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Instant time = parameters.time("at", at);
        if (time != null && time.isAfter(now)) {
            parameters.fault("at: " + time + " has not come yet, and nobody knows how things will stand");
        }
        Moment.By which = switch (by.toLowerCase(Locale.ROOT)) {
            case "known" -> Moment.By.KNOWN;
            case "happened" -> Moment.By.HAPPENED;
            default -> {
                parameters.fault("by: '" + by + "' is neither known nor happened");
                yield Moment.By.KNOWN;
            }
        };
        return new Moment(time == null ? now : time, which);
    }

    private static Moment moment(@Nullable String at, String by) {
        Parameters parameters = new Parameters();
        Moment moment = moment(at, by, parameters);
        parameters.check();
        return moment;
    }
}
