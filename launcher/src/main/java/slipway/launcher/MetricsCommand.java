package slipway.launcher;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "metrics",
        description = {
            "What the facts say of how changes go: delivery (the five of DORA, and rates of what should be rare), gates (what each rule and gate was worth),",
            "risk (whether what was assessed is what there was)."
        },
        mixinStandardHelpOptions = true)
final class MetricsCommand implements Callable<Integer> {

    enum What {
        delivery,
        gates,
        risk
    }

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "WHAT", defaultValue = "delivery", description = "delivery, gates or risk; ${DEFAULT-VALUE} unless told")
    private What what;

    @Option(names = "--since", paramLabel = "TIME", description = "As 2026-03-01 or 2026-03-01T10:00:00Z; 90 days before --until unless told.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Now unless told.")
    private @Nullable String until;

    @Option(names = "--service", paramLabel = "NAME", description = "All unless told.")
    private @Nullable String service;

    @Option(
            names = "--changes",
            paramLabel = "WHICH",
            description = "The changes behind delivery: deployed, brought, failed, rework, asked, emergency, unauthorised, closed, backed-out.")
    private @Nullable String changes;

    @Mixin
    private Caller.OfAudit of = new Caller.OfAudit();

    @Override
    public Integer call() {
        if (changes != null && what != What.delivery) {
            throw new ParameterException(spec.commandLine(), "--changes: lists those behind delivery, and not behind " + what);
        }
        String path = "/metrics/" + what + (changes == null ? "" : "/" + Api.segment(changes)) + query();
        JsonNode answer = of.caller().get(path);
        if (changes != null) {
            return of.caller().show(answer, ids -> ids.forEach(change -> System.out.println(Visible.line(change.asString("")))));
        }
        return of.caller().show(answer, switch (what) {
            case delivery -> MetricsCommand::delivery;
            case gates -> MetricsCommand::gates;
            case risk -> MetricsCommand::risk;
        });
    }

    private String query() {
        List<String> parameters = new ArrayList<>();
        if (since != null) {
            parameters.add("since=" + Api.segment(since));
        }
        if (until != null) {
            parameters.add("until=" + Api.segment(until));
        }
        if (service != null) {
            parameters.add("service=" + Api.segment(service));
        }
        return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
    }

    private static void delivery(JsonNode answer) {
        period(answer.path("period"));
        JsonNode frequency = answer.path("deploymentFrequency");
        line("deployment frequency", "%.2f a day (%d)".formatted(frequency.path("perDay").doubleValue(), frequency.path("deployments").longValue()), frequency);
        times("lead time", answer.path("leadTime"));
        rate("change failure rate", answer.path("changeFailureRate"));
        times("recovery time", answer.path("recoveryTime"));
        rate("rework rate", answer.path("reworkRate"));
        rate("emergency rate", answer.path("emergencyRate"));
        rate("unauthorised rate", answer.path("unauthorisedRate"));
        rate("backed-out rate", answer.path("backedOutRate"));
    }

    private static void gates(JsonNode answer) {
        period(answer.path("period"));
        int width = answer.path("gates").valueStream().mapToInt(gate -> gate.path("name").asString("").length()).max().orElse(0) + 4;
        System.out.printf("%-14s %-" + width + "s %8s %8s %8s %8s %12s %10s%n", "kind", "name", "invoked", "changed", "failed", "delayed", "median", "hours");
        for (JsonNode gate : answer.path("gates")) {
            System.out.printf(
                    "%-14s %-" + width + "s %8d %8d %8s %8d %12s %10.1f%n",
                    gate.path("kind").asString(""),
                    Visible.line(gate.path("name").asString("")),
                    gate.path("invoked").longValue(),
                    gate.path("changedOutcome").longValue(),
                    gate.path("failedAnyway").isNumber() ? gate.path("failedAnyway").toString() : "-",
                    gate.path("delays").longValue(),
                    seconds(gate.path("medianDelaySeconds")),
                    gate.path("delayHours").doubleValue());
        }
    }

    private static void risk(JsonNode answer) {
        period(answer.path("period"));
        for (JsonNode level : answer.path("levels")) {
            System.out.printf(
                    "%-10s %6d brought, %6d failed  %s%n",
                    level.path("level").asString(""),
                    level.path("brought").longValue(),
                    level.path("failed").longValue(),
                    level.path("rate").isNumber()
                            ? "%s (95%% between %s and %s)".formatted(percent(level.path("rate")), percent(level.path("from")), percent(level.path("to")))
                            : "");
        }
        if (answer.path("levels").valueStream().filter(level -> level.path("brought").longValue() > 0).count() < 2) {
            System.out.println("one level alone says nothing");
            return;
        }
        System.out.println(answer.path("ordered").booleanValue() ? "a higher level fails at least as often as a lower one" : "a higher level fails LESS often than a lower one");
    }

    private static void period(JsonNode period) {
        System.out.println("from " + period.path("since").asString("") + " until " + period.path("until").asString("")
                + (period.path("service").isString() ? ", " + Visible.line(period.path("service").stringValue()) : ""));
    }

    private static void times(String name, JsonNode times) {
        line(name, "median %s, nine of ten within %s (%d)".formatted(seconds(times.path("medianSeconds")), seconds(times.path("p90Seconds")), times.path("count").longValue()), times);
    }

    private static void rate(String name, JsonNode rate) {
        line(name, "%s (%d of %d)".formatted(rate.path("rate").isNumber() ? percent(rate.path("rate")) : "-", rate.path("part").longValue(), rate.path("whole").longValue()), rate);
    }

    private static void line(String name, String value, JsonNode metric) {
        System.out.printf("%-22s %-48s %s%n", name, value, metric.path("formula").asString(""));
    }

    private static String percent(JsonNode rate) {
        return "%.1f %%".formatted(100 * rate.doubleValue());
    }

    private static String seconds(JsonNode seconds) {
        if (!seconds.isNumber()) {
            return "-";
        }
        Duration duration = Duration.ofSeconds(seconds.longValue());
        return duration.toDays() > 0
                ? "%d d %d h".formatted(duration.toDays(), duration.toHoursPart())
                : duration.toHours() > 0 ? "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart()) : "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
    }
}
