package slipway.release.analysis;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import slipway.release.analysis.Compared.Label;
import slipway.release.analysis.Compared.Series;
import slipway.release.analysis.Metric.Comparison;

/// Each metric of the canary is compared with that of a baseline at the same time, and a score says how many of them are as good, as
/// published for Kayenta's
/// [NetflixACAJudge](https://github.com/spinnaker/kayenta/tree/master/kayenta-judge). Where Kayenta gives points for metrics without
/// data, this one gives none, and with any of those nothing passes.
public final class StatisticalJudge implements Judging {

    private static final double ALL = 100;

    /// From this share of metrics without data on, in percent, the rest is not looked at.
    private static final double MOST_WITHOUT_DATA = 50;

    private static final List<Side> SIDES = List.of(Side.CANARY, Side.BASELINE);

    private final Analysis analysis;

    StatisticalJudge(Analysis analysis) {
        this.analysis = analysis;
        analysis.metrics().forEach(StatisticalJudge::terms);
    }

    private static Comparison terms(Metric metric) {
        return Objects.requireNonNull(metric.comparison(), () -> metric.name() + " is compared with nothing");
    }

    /// All samples of a side are asked for at once, when the last of them is there.
    @Override
    public Optional<Look> next(Instant began, List<Measurement> measured) {
        return analysis.metrics().stream()
                .flatMap(metric -> SIDES.stream().map(side -> look(began, metric, side, measured)))
                .flatMap(Optional::stream)
                .min(Comparator.comparing(Look::due));
    }

    private static Optional<Look> look(Instant began, Metric metric, Side side, List<Measurement> measured) {
        List<Measurement> mine =
                measured.stream().filter(each -> each.isOf(metric, side)).toList();
        if (mine.isEmpty()) {
            return Optional.of(new Look(metric, side, last(began, metric)));
        }
        boolean over = mine.getLast().ok() || mine.size() > metric.consecutiveErrorLimit();
        return over ? Optional.empty() : Optional.of(new Look(metric, side, metric.after(mine.getLast(), true)));
    }

    /// When the first sample of a comparison is taken.
    public static Instant first(Instant began, Metric metric) {
        return began.plusMillis(metric.initialDelayMillis());
    }

    /// When the last one is.
    public static Instant last(Instant began, Metric metric) {
        return first(began, metric).plusMillis((metric.count() - 1) * metric.intervalMillis());
    }

    @Override
    public Judgement judge(List<Measurement> measured) {
        List<Compared> all = analysis.metrics().stream()
                .map(metric -> compare(metric, measured))
                .toList();
        Map<String, List<Compared>> groups = all.stream()
                .collect(Collectors.groupingBy(each -> terms(each.metric()).group(), LinkedHashMap::new, Collectors.toList()));
        List<Json> groupTexts = new ArrayList<>();
        double sum = 0;
        for (Map.Entry<String, List<Compared>> group : groups.entrySet()) {
            double weight = weight(group.getKey(), groups.keySet().stream().toList());
            double score = ALL * count(group.getValue(), Label.PASS) / group.getValue().size();
            sum += score * weight / ALL;
            groupTexts.add(new Json()
                    .text("name", group.getKey())
                    .number("weight", weight)
                    .number("score", score));
        }
        Summary summary = summary(all, hundredths(sum));
        Json json = new Json()
                .text("analysis", analysis.name())
                .text("judge", analysis.judge().name())
                .text("version", Judge.VERSION)
                .text("verdict", summary.verdict().name())
                .number("score", summary.score())
                .text("reason", summary.reason())
                .parts("groups", groupTexts)
                .parts("metrics", all.stream().map(Compared::json).toList());
        return new Judgement(summary.verdict(), summary.score(), summary.reason(), json.object() + "\n");
    }

    private record Summary(Verdict verdict, double score, String reason) {}

    private Summary summary(List<Compared> all, double score) {
        Optional<Compared> critical =
                all.stream().filter(Compared::criticalFailure).findFirst();
        if (critical.isPresent()) {
            return new Summary(Verdict.FAIL, 0, words(critical.get()) + "; it is critical");
        }
        List<Compared> without =
                all.stream().filter(each -> each.label() == Label.NODATA).toList();
        Optional<Compared> needed = without.stream()
                .filter(each -> terms(each.metric()).critical())
                .findFirst();
        if (needed.isPresent()) {
            return new Summary(Verdict.ERROR, 0, words(needed.get()) + "; it is critical");
        }
        if (without.size() * ALL >= MOST_WITHOUT_DATA * all.size()) {
            String first = without.isEmpty() ? "nothing was measured" : words(without.getFirst());
            return new Summary(
                    Verdict.ERROR, 0, without.size() + " of " + all.size() + " metrics have no data; " + first);
        }
        String reached = "score " + score + " of 100, " + analysis.pass() + " needed";
        List<String> worse = all.stream()
                .filter(each -> each.label() != Label.PASS)
                .map(StatisticalJudge::words)
                .toList();
        String reason = worse.isEmpty() ? reached : reached + "; " + String.join("; ", worse);
        if (score >= analysis.pass() && without.isEmpty()) {
            return new Summary(Verdict.PASS, score, reason);
        }
        boolean marginal = score >= Math.min(analysis.marginal(), analysis.pass());
        return new Summary(marginal ? Verdict.INCONCLUSIVE : Verdict.FAIL, score, reason);
    }

    private static String words(Compared each) {
        return each.metric().name() + " is " + each.label() + ": " + each.reason();
    }

    private static long count(List<Compared> some, Label label) {
        return some.stream().filter(each -> each.label() == label).count();
    }

    /// Groups without a weight share what is left.
    private double weight(String group, List<String> groups) {
        Map<String, Double> given = analysis.weights().stream()
                .collect(Collectors.toMap(Analysis.Weight::group, Analysis.Weight::percent));
        double left = ALL - given.values().stream().sorted().reduce(0.0, Double::sum);
        long without = groups.stream().filter(each -> !given.containsKey(each)).count();
        return given.containsKey(group) ? given.get(group) : left / without;
    }

    private static double hundredths(double score) {
        return new BigDecimal(Double.toString(score)).setScale(2, RoundingMode.HALF_UP).doubleValue();
    }

    private static Compared compare(Metric metric, List<Measurement> measured) {
        Optional<Measurement> canary = answer(metric, Side.CANARY, measured);
        Optional<Measurement> baseline = answer(metric, Side.BASELINE, measured);
        Series here = series(canary);
        Series there = series(baseline);
        Optional<String> lack = lack(metric, "the canary", canary, here)
                .or(() -> lack(metric, "the baseline", baseline, there));
        if (lack.isPresent()) {
            return Compared.nothing(metric, here, there, lack.get());
        }
        return MannWhitney.of(here.values(), there.values())
                .map(shift -> Compared.of(metric, terms(metric), here, there, shift))
                .orElseGet(() -> Compared.nothing(
                        metric, here, there, "there are too few samples for any difference with 98 % confidence"));
    }

    /// The first that could be understood, or the last that could not.
    private static Optional<Measurement> answer(Metric metric, Side side, List<Measurement> measured) {
        List<Measurement> mine =
                measured.stream().filter(each -> each.isOf(metric, side)).toList();
        return mine.stream().filter(Measurement::ok).findFirst().or(() -> mine.reversed().stream().findFirst());
    }

    private static Series series(Optional<Measurement> answer) {
        List<Double> values = answer.filter(Measurement::ok).map(Measurement::values).orElse(List.of());
        double[] numbers = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(each -> !Double.isNaN(each))
                .sorted()
                .toArray();
        return new Series(numbers, values.size() - numbers.length);
    }

    /// Why this side says nothing; half of the samples have to be numbers.
    private static Optional<String> lack(Metric metric, String side, Optional<Measurement> answer, Series series) {
        if (answer.isEmpty()) {
            return Optional.of(side + " was not measured");
        }
        if (!answer.get().ok()) {
            return Optional.of(side + ": " + answer.get().detail());
        }
        if (!answer.get().hasTraffic(metric)) {
            Double traffic = answer.get().traffic();
            return Optional.of(side + " has " + (traffic == null ? "no known traffic" : "a traffic of " + traffic));
        }
        for (double each : series.values()) {
            if (Double.isInfinite(each)) {
                return Optional.of(side + " has a sample that is " + each);
            }
        }
        return series.values().length * 2 < metric.count()
                ? Optional.of(side + " has " + series.values().length + " of " + metric.count() + " samples")
                : Optional.empty();
    }
}
