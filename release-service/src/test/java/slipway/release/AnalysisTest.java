package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.messaging.RunningService;
import slipway.release.analysis.Judge;
import slipway.release.analysis.Side;
import slipway.release.analysis.Verdict;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.packages.Folders;
import slipway.release.packages.Packages;
import slipway.release.packages.Trees;
import tools.jackson.databind.JsonNode;

/// The service judges canaries by what a real Prometheus has seen of them: dev by limits, prod beside its baseline. What runs where is
/// in the metrics, as labels, so that nothing that ran before is taken for the canary.
class AnalysisTest {

    private static final List<String> INSTANCES = List.of("dev-1", "dev-2", "prod-1", "prod-2");

    @TempDir
    static Path folder;

    private static final Map<String, Site> SITES = new LinkedHashMap<>();
    private static final AtomicInteger LOOKS = new AtomicInteger();
    private static Site metrics;
    private static PrometheusServer prometheus;
    private static RunningService service;
    private static String old;

    @BeforeAll
    static void start() throws Exception {
        metrics = new Site(exchange -> Site.say(exchange, 200, metrics()));
        prometheus = PrometheusServer.start(folder, metrics.url());
        for (String instance : INSTANCES) {
            SITES.put(instance, Site.of(folder.resolve(instance).resolve("current")));
        }
        old = new Packages(folder.resolve("elsewhere"))
                .build(Folders.write(folder.resolve("2.0.0"), Map.of("index.html", "2.0.0")))
                .digest();
        for (String version : List.of("2.1.0", "2.1.0-bad", "2.1.0-slow", "2.1.0-idle")) {
            Folders.write(folder.resolve("web").resolve(version), Map.of("index.html", version));
        }
        service = new RunningService(
                ReleaseService.application(),
                "slipway.delivery=" + delivery(),
                "slipway.packages=" + folder.resolve("store"),
                "slipway.patience=3s");
    }

    @AfterAll
    static void stop() throws IOException {
        if (service != null) {
            service.close();
        }
        if (prometheus != null) {
            prometheus.close();
        }
        metrics.close();
        SITES.values().forEach(Site::close);
    }

    /// A bad version has errors, a slow one takes twice as long, and to an idle one nobody comes.
    private static String metrics() throws IOException {
        double jitter = LOOKS.incrementAndGet() * 7 % 10 / 100.0;
        StringBuilder text = new StringBuilder();
        for (String instance : INSTANCES) {
            Path current = folder.resolve(instance).resolve("current");
            if (Files.exists(current.resolve("index.html"))) {
                String version = Files.readString(current.resolve("index.html"));
                String labels = "{slot=\"%s\",digest=\"sha256:%s\"} "
                        .formatted(instance, current.toRealPath().getFileName());
                boolean idle = version.contains("idle");
                text.append("requests").append(labels).append(idle ? 0 : 20).append('\n');
                text.append("errors").append(labels).append(idle ? "NaN" : version.contains("bad") ? 0.5 : 0.01).append('\n');
                text.append("p99").append(labels).append((1 + jitter) * (version.contains("slow") ? 2 : 1)).append('\n');
            }
        }
        return text.toString();
    }

    private static Path delivery() throws IOException {
        String environment =
                """
                      - name: %1$s
                        strategy: CANARY
                        backupPlan: web-%1$s
                        rpoSeconds: 600
                        minLevel: V2
                        directory: {instances: {%1$s-1: %1$s-1, %1$s-2: %1$s-2}}
                        urls: {%1$s-1: "%2$s", %1$s-2: "%3$s"}
                        probe: {path: /, samples: 1, intervalMillis: 10, timeoutMillis: 1000, failureLimit: 0}
                        prometheus: {url: "%4$s"}
                        analysis: %5$s
                        analyses:
                          errors:
                            judge: THRESHOLD
                            metrics:
                              rate:
                                query: 'errors{slot="{part}",digest="{digest}"}'
                                traffic: {query: 'requests{slot="{part}",digest="{digest}"}', minimum: 1}
                                successCondition: result[0] < 0.05
                                count: 3
                                intervalMillis: 200
                                consecutiveErrorLimit: 20
                          feel:
                            judge: STATISTICAL
                            metrics:
                              p99:
                                query: 'p99{slot="{part}",digest="{digest}"}'
                                direction: INCREASE
                                effect: {allowedIncrease: 1.2}
                                count: 12
                                intervalMillis: 300
                                initialDelayMillis: 2000
                """;
        return Files.writeString(
                folder.resolve("delivery.yaml"),
                """
                services:
                  web:
                    artifacts: web
                    environments:
                """
                        + environment.formatted("dev", SITES.get("dev-1").url(), SITES.get("dev-2").url(), prometheus.url(), "errors")
                        + environment.formatted("prod", SITES.get("prod-1").url(), SITES.get("prod-2").url(), prometheus.url(), "feel"));
    }

    @BeforeEach
    void estate() throws IOException {
        for (String instance : INSTANCES) {
            Path home = folder.resolve(instance);
            if (Files.exists(home)) {
                Trees.delete(home);
            }
            Folders.write(home.resolve("releases").resolve(Packages.hex(old)), Map.of("index.html", "2.0.0"));
            Files.createSymbolicLink(home.resolve("current"), Path.of("releases", Packages.hex(old)));
        }
    }

    private static List<JsonNode> verdicts(Neighbours thread) {
        return service.get("/releases/" + thread.release() + "/verdicts").body().valueStream().toList();
    }

    @Test
    void a_release_that_is_as_good_as_the_old_one_passes_both_judges_and_its_verdicts_can_be_had_again() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
        List<CanaryAnalysisCompleted> analyses = thread.all(CanaryAnalysisCompleted.class);
        assertThat(analyses)
                .extracting(analysis -> analysis.judge() + " " + analysis.verdict())
                .containsExactly(Judge.THRESHOLD + " PASS", Judge.STATISTICAL + " PASS");
        assertThat(analyses.getFirst().samples())
                .filteredOn(sample -> !sample.values().isEmpty())
                .hasSize(3)
                .allMatch(sample -> sample.values().equals(List.of(0.01)) && sample.traffic() == 20);
        assertThat(analyses.getLast().samples())
                .extracting(sample -> sample.instance() + " " + sample.side())
                .containsExactly("prod-1 " + Side.CANARY, "prod-2 " + Side.BASELINE);
        assertThat(analyses.getLast().samples()).allMatch(sample -> sample.values().size() >= 6);
        assertThat(verdicts(thread)).hasSize(2).allSatisfy(verdict -> {
            assertThat(verdict.get("identical").booleanValue()).isTrue();
            assertThat(verdict.get("again").stringValue())
                    .isEqualTo(verdict.get("stored").stringValue())
                    .contains("\"verdict\":\"PASS\"");
        });
        assertThat(service.get("/releases/REL-nowhere/verdicts").status()).isEqualTo(404);
    }

    @Test
    void errors_beyond_the_limit_take_it_back() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0-bad").until(RollbackCompleted.class, 1);
        CanaryAnalysisCompleted analysis = thread.all(CanaryAnalysisCompleted.class).getFirst();
        assertThat(analysis.environment()).isEqualTo("dev");
        assertThat(analysis.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(thread.all(RollbackTriggered.class).getFirst().reason()).contains("rate: 1 bad").contains("[0.5]");
        assertThat(verdicts(thread)).singleElement().satisfies(verdict ->
                assertThat(verdict.get("identical").booleanValue()).isTrue());
    }

    @Test
    void a_release_that_is_slower_than_its_baseline_is_taken_back() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0-slow").until(RollbackCompleted.class, 1);
        CanaryAnalysisCompleted analysis = thread.all(CanaryAnalysisCompleted.class).getLast();
        assertThat(analysis.environment()).isEqualTo("prod");
        assertThat(analysis.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(analysis.reason()).contains("p99 is HIGH");
        assertThat(analysis.score()).isZero();
    }

    @Test
    void a_release_that_nobody_uses_does_not_pass() {
        Neighbours thread = Neighbours.of(service).schedule("2.1.0-idle").until(RollbackCompleted.class, 1);
        CanaryAnalysisCompleted analysis = thread.all(CanaryAnalysisCompleted.class).getFirst();
        assertThat(analysis.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(analysis.reason()).contains("traffic is 0.0");
    }
}
