package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Analysis.Weight;
import slipway.release.analysis.Metric;
import slipway.release.analysis.Metric.Comparison;
import slipway.release.analysis.Metric.Direction;
import slipway.release.analysis.Metric.Effect;
import slipway.release.analysis.Metric.Source;
import slipway.release.analysis.Metric.Threshold;
import slipway.release.analysis.Metric.Traffic;
import slipway.release.deployer.Deployers;
import slipway.release.domain.Stage;
import slipway.release.domain.Step;
import slipway.release.domain.StepKind;
import slipway.release.packages.Packages;

class AnalysesFileTest {

    private static final String SERVICE =
            """
            services:
              web:
                artifacts: web
                environments:
                  - name: prod
                    strategy: CANARY
                    backupPlan: web
                    rpoSeconds: 60
                    minLevel: V2
                    directory: {instances: {prod-1: one, prod-2: two}}
                    urls: {prod-1: "http://localhost:1/", prod-2: "http://localhost:2/"}
                    probe: {path: /, samples: 3, intervalMillis: 200, timeoutMillis: 2000, failureLimit: 1}
            """;

    @TempDir
    Path folder;

    private Stage read(String yaml) throws IOException {
        return CatalogueFile.read(
                        Files.writeString(folder.resolve("delivery.yaml"), SERVICE + yaml.indent(8)),
                        Deployers.all(new Packages(folder.resolve("store"))))
                .environment("web", "prod")
                .orElseThrow()
                .stage();
    }

    @Test
    void without_more_words_a_canary_is_judged_by_the_environment_s_own_probe() throws IOException {
        Stage stage = read("");
        assertThat(stage.analyses()).singleElement().satisfies(probe -> {
            assertThat(probe.name()).isEqualTo("probe");
            assertThat(probe.metrics().getFirst().threshold()).isEqualTo(new Threshold("ok", "", 1, 0, 0));
            assertThat(stage.analysis(analyse(stage))).contains(probe);
        });
    }

    private static Step analyse(Stage stage) {
        return stage.steps().stream()
                .filter(step -> step.kind() == StepKind.ANALYSE)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void an_environment_names_its_analyses_and_chooses_one() throws IOException {
        Stage stage = read(
                """
                analysis: feel
                prometheus: {url: "http://localhost:9090"}
                analyses:
                  errors:
                    judge: THRESHOLD
                    metrics:
                      rate:
                        query: 'sum(rate(errors{slot="{part}"}[1m]))'
                        traffic: {query: 'sum(rate(requests{slot="{part}"}[1m]))', minimum: 0.5}
                        successCondition: result[0] < 0.05
                        failureCondition: result[0] >= 0.1
                        failureLimit: 1
                        inconclusiveLimit: 2
                        consecutiveErrorLimit: 3
                        consecutiveSuccessLimit: 4
                        count: 6
                        intervalMillis: 1000
                        initialDelayMillis: 500
                        timeoutMillis: 700
                      health: {path: /health, contains: well}
                  feel:
                    judge: STATISTICAL
                    pass: 90
                    marginal: 50.5
                    weights: {slow: 70}
                    metrics:
                      p99:
                        query: 'p99{slot="{part}"}'
                        direction: INCREASE
                        effect: {allowedIncrease: 1.1, criticalIncrease: 2}
                        critical: true
                        group: slow
                        count: 30
                        intervalMillis: 10000
                      load: {query: load, baseline: other, direction: EITHER, effect: {measure: CLES, allowedDecrease: 0.3}, count: 5, intervalMillis: 1}
                """);
        Metric rate = new Metric(
                "rate",
                Source.PROMETHEUS,
                "sum(rate(errors{slot=\"{part}\"}[1m]))",
                "",
                700,
                6,
                1000,
                500,
                3,
                new Traffic("sum(rate(requests{slot=\"{part}\"}[1m]))", 0.5),
                new Threshold("result[0] < 0.05", "result[0] >= 0.1", 1, 2, 4),
                null);
        Metric health = new Metric(
                "health", Source.HTTP, "/health", "well", 10_000, 1, 10_000, 0, 4, null, new Threshold("ok", "", 0, 0, 0), null);
        assertThat(stage.analyses().get(1)).isEqualTo(Analysis.threshold("errors", List.of(rate, health)));
        Analysis feel = stage.analyses().get(2);
        assertThat(feel.pass()).isEqualTo(90);
        assertThat(feel.marginal()).isEqualTo(50.5);
        assertThat(feel.weights()).containsExactly(new Weight("slow", 70));
        assertThat(feel.metrics())
                .extracting(Metric::comparison)
                .containsExactly(
                        new Comparison("", Direction.INCREASE, Effect.MEAN_RATIO, 1.1, 1, 2, 1, true, "slow"),
                        new Comparison("other", Direction.EITHER, Effect.CLES, 0.5, 0.3, 0.5, 0.3, false, "all"));
        assertThat(stage.analysis(analyse(stage))).contains(feel);
    }

    @Test
    void what_could_not_be_judged_later_is_a_fault_now_and_every_one_is_named() {
        assertThatThrownBy(() -> read(
                        """
                        analysis: nowhere
                        analyses:
                          probe: {judge: THRESHOLD, metrics: {a: {path: /}}}
                          empty: {judge: THRESHOLD}
                          nobody: {metrics: {a: {path: /}}}
                          errors:
                            judge: THRESHOLD
                            metrics:
                              none: {successCondition: "true"}
                              both: {path: /, query: up, successCondition: ok}
                              blind: {query: 'up{slot={part}}'}
                              odd: {query: up, successCondition: "result[0] +", failureCondition: "result[0]"}
                              limits: {query: up, successCondition: "result[0] > 0", count: 3, failureLimit: 3, traffic: {query: '', minimum: 0}}
                          feel:
                            judge: STATISTICAL
                            pass: 0
                            weights: {all: 90, ghosts: 10}
                            metrics:
                              same: {query: up, direction: SIDEWAYS, count: 4, intervalMillis: 1, effect: {allowedIncrease: 0.5}}
                              http: {path: /, count: 5, intervalMillis: 1}
                        """))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(
                        ".analysis: there is no 'nowhere' in analyses",
                        ".prometheus: is missing; queries need a server",
                        ".analyses.probe: is the environment's own probe",
                        ".analyses.empty.metrics: none",
                        ".analyses.nobody.judge: is missing",
                        ".analyses.errors.metrics.none.query: PromQL, or path",
                        ".analyses.errors.metrics.both.query: PromQL, or path",
                        ".analyses.errors.metrics.blind.query: {part} has to stand within quotes",
                        ".analyses.errors.metrics.blind.successCondition: without a condition nothing can pass",
                        ".analyses.errors.metrics.odd.successCondition: 1:12",
                        ".analyses.errors.metrics.odd.failureCondition: 1:7 expected type 'bool'",
                        ".analyses.errors.metrics.limits.intervalMillis: is missing; there is more than one",
                        ".analyses.errors.metrics.limits.failureLimit: of 3 measurements not one",
                        ".analyses.errors.metrics.limits.traffic.query: is missing",
                        ".analyses.errors.metrics.limits.traffic.minimum: has to be above 0",
                        ".analyses.feel.pass: a score above 0",
                        ".analyses.feel.weights: together they are 90.0 and not 100",
                        ".analyses.feel.weights.ghosts: there is no such field",
                        ".analyses.feel.metrics.same.query: without {part} or {digest} canary and baseline would be the same",
                        ".analyses.feel.metrics.same.direction: must be one of",
                        ".analyses.feel.metrics.same.count: at least 5 samples",
                        ".analyses.feel.metrics.same.effect: an increase of 0.5 is none",
                        ".analyses.feel.metrics.http.query: only what Prometheus keeps",
                        ".analyses.feel.metrics.http.direction: is missing");
    }
}
