package slipway.release;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.release.Catalogue.Course;
import slipway.release.Catalogue.Probe;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Judge;
import slipway.release.analysis.Metric;
import slipway.release.analysis.Metric.Comparison;
import slipway.release.analysis.Metric.Direction;
import slipway.release.analysis.Metric.Effect;
import slipway.release.analysis.Metric.Source;
import slipway.release.analysis.Metric.Threshold;
import slipway.release.analysis.Metric.Traffic;

/// Reads the analyses of an environment. What could not be judged later is a fault now.
final class AnalysesFile {

    /// Where nothing is said, in milliseconds.
    private static final long TIMEOUT = 10_000;

    private static final long INTERVAL = 10_000;

    private static final double PASS = 95;
    private static final double MARGINAL = 75;
    private static final String GROUP = "all";

    private AnalysesFile() {}

    /// Its own probe first, and those that it names.
    ///
    /// @param usual which has analyses, too, that may be named; null: none
    /// @param asked whether there is a server for queries
    static List<Analysis> read(Form environment, Probe probe, @Nullable Course usual, boolean asked) {
        List<Analysis> analyses = new ArrayList<>();
        analyses.add(Analysis.threshold(Analysis.PROBE, List.of(probe.metric())));
        environment.named("analyses").forEach((name, form) -> {
            if (name.equals(Analysis.PROBE)) {
                environment.fault("analyses." + name, "is the environment's own probe; another name is needed");
            } else if (usual != null && usual.analyses().stream().anyMatch(each -> each.name().equals(name))) {
                environment.fault("analyses." + name, "the catalogue has one of that name, which stays; another name is needed");
            }
            analyses.add(analysis(name, form));
        });
        String chosen = environment.text("analysis");
        List<Analysis> known = new ArrayList<>(analyses);
        known.addAll(usual == null ? List.of() : usual.analyses());
        if (!chosen.isEmpty() && known.stream().noneMatch(each -> each.name().equals(chosen))) {
            environment.fault("analysis", "there is no '" + chosen + "' in analyses");
        }
        boolean asks = analyses.stream()
                .flatMap(each -> each.metrics().stream())
                .anyMatch(metric -> metric.source() == Source.PROMETHEUS);
        if (asks && !asked) {
            environment.fault("prometheus", "is missing; queries need a server to be asked");
        }
        return List.copyOf(analyses);
    }

    private static Analysis analysis(String name, Form form) {
        Judge judge = form.word("judge", Judge.class, Judge.UNKNOWN);
        if (!form.has("judge")) {
            form.fault("judge", "is missing");
        }
        List<Metric> metrics = new ArrayList<>();
        form.named("metrics").forEach((metric, each) -> metrics.add(metric(metric, each, judge)));
        if (metrics.isEmpty()) {
            form.fault("metrics", "none; nothing could be judged");
        }
        return judge == Judge.STATISTICAL
                ? statistical(name, form, metrics)
                : Analysis.threshold(name, metrics);
    }

    private static Analysis statistical(String name, Form form, List<Metric> metrics) {
        double pass = form.decimal("pass", PASS);
        double marginal = form.decimal("marginal", Math.min(MARGINAL, pass));
        if (!(pass > 0 && pass <= 100)) {
            form.fault("pass", "a score above 0 and up to 100 is needed");
        } else if (!(marginal >= 0 && marginal <= pass)) {
            form.fault("marginal", "a score from 0 to " + pass + " is needed");
        }
        Set<String> groups = new LinkedHashSet<>();
        metrics.forEach(metric -> groups.add(metric.comparison() == null ? GROUP : metric.comparison().group()));
        List<Analysis.Weight> weights = new ArrayList<>();
        Form written = form.part("weights");
        double sum = 0;
        for (String group : groups) {
            if (written.has(group)) {
                double percent = written.decimal(group, 0);
                weights.add(new Analysis.Weight(group, percent));
                sum += percent;
                if (percent < 0) {
                    written.fault(group, "must not be below 0");
                }
            }
        }
        boolean all = weights.size() == groups.size();
        if (all && !weights.isEmpty() && sum != 100 || sum > 100) {
            form.fault("weights", "together they are " + sum + " and not 100");
        }
        return Analysis.statistical(name, metrics, weights, pass, marginal);
    }

    private static Metric metric(String name, Form form, Judge judge) {
        boolean http = form.has("path");
        if (http == form.has("query")) {
            form.fault("query", "PromQL, or path, what is asked for over HTTP: one of the two is needed");
        }
        Metric metric = new Metric(
                name,
                http ? Source.HTTP : Source.PROMETHEUS,
                http ? form.text("path") : form.text("query"),
                http ? form.text("contains") : "",
                number(form, "timeoutMillis", TIMEOUT),
                (int) number(form, "count", 1),
                number(form, "intervalMillis", INTERVAL),
                number(form, "initialDelayMillis", 0),
                (int) number(form, "consecutiveErrorLimit", Metric.ERRORS_IN_A_ROW),
                form.has("traffic") ? traffic(form.part("traffic"), http) : null,
                judge == Judge.THRESHOLD ? threshold(form, http) : null,
                judge == Judge.STATISTICAL ? comparison(form) : null);
        if (metric.count() > 1 && !form.has("intervalMillis")) {
            form.fault("intervalMillis", "is missing; there is more than one measurement");
        }
        if (form.has("query")) {
            checkQuery(form, "query", metric.query());
            boolean same = metric.comparison() != null && metric.comparison().baselineQuery().isEmpty();
            Query query = new Query(metric.query());
            if (same && !query.hasGap("part") && !query.hasGap("digest")) {
                form.fault("query", "without {part} or {digest} canary and baseline would be the same; or write a baseline");
            }
        }
        metric.faults().forEach(fault -> form.fault(fault.field(), fault.what()));
        return metric;
    }

    private static @Nullable Traffic traffic(Form form, boolean http) {
        if (http) {
            form.fault("query", "whether a probe is answered needs no traffic");
        }
        checkQuery(form, "query", form.text("query"));
        return new Traffic(form.text("query"), form.decimal("minimum", 0));
    }

    private static Threshold threshold(Form form, boolean http) {
        boolean none = !form.has("successCondition") && !form.has("failureCondition");
        return new Threshold(
                http && none ? "ok" : form.text("successCondition"),
                form.text("failureCondition"),
                (int) number(form, "failureLimit", 0),
                (int) number(form, "inconclusiveLimit", 0),
                (int) number(form, "consecutiveSuccessLimit", 0));
    }

    private static Comparison comparison(Form form) {
        if (form.has("baseline")) {
            checkQuery(form, "baseline", form.text("baseline"));
        }
        if (!form.has("direction")) {
            form.fault("direction", "is missing: which change is for the worse");
        }
        Form size = form.part("effect");
        Effect effect = size.has("measure") ? size.word("measure", Effect.class, Effect.UNKNOWN) : Effect.MEAN_RATIO;
        double same = effect == Effect.CLES ? 0.5 : 1;
        double increase = size.decimal("allowedIncrease", same);
        double decrease = size.decimal("allowedDecrease", same);
        return new Comparison(
                form.text("baseline"),
                form.word("direction", Direction.class, Direction.UNKNOWN),
                effect,
                increase,
                decrease,
                size.decimal("criticalIncrease", increase),
                size.decimal("criticalDecrease", decrease),
                form.flag("critical"),
                form.has("group") ? form.text("group") : GROUP);
    }

    private static void checkQuery(Form form, String field, String query) {
        new Query(query).faults().forEach(fault -> form.fault(field, fault));
    }

    private static long number(Form form, String field, long absent) {
        return form.has(field) ? Math.clamp(form.number(field), Integer.MIN_VALUE, Integer.MAX_VALUE) : absent;
    }
}
