package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import slipway.http.Form;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Look;
import slipway.release.analysis.Measurement;
import slipway.release.analysis.Metric;
import slipway.release.analysis.Metric.Comparison;
import slipway.release.analysis.Metric.Direction;
import slipway.release.analysis.Metric.Effect;
import slipway.release.analysis.Metric.Source;
import slipway.release.analysis.Metric.Threshold;
import slipway.release.analysis.Metric.Traffic;
import slipway.release.analysis.Side;
import slipway.release.deployer.Deployer;
import slipway.release.deployer.Move;
import slipway.release.deployer.Target;
import slipway.release.domain.Shape;
import slipway.release.domain.StepKind;

@Timeout(20)
class MeasuringTest {

    private static final Instant BEGAN = Instant.parse("2026-03-02T10:00:00Z");
    private static final Shape.Part CANARY = new Shape.Part("green", "sha256:new", 10);
    private static final Shape.Part BASELINE = new Shape.Part("blue", "sha256:old", 90);

    private final Measuring measuring = new Measuring(new Probes(Clock.systemUTC(), Duration.ofSeconds(1)), Clock.systemUTC());
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /// It answers whatever is asked with 7, and a range with 1 and 2.
    private Site prometheus() throws Exception {
        return new Site(exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestURI().getPath() + " " + URLDecoder.decode(body, StandardCharsets.UTF_8));
            Site.say(
                    exchange,
                    200,
                    exchange.getRequestURI().getPath().endsWith("_range")
                            ? "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":[[1,\"1\"],[2,\"2\"]]}]}}"
                            : "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1,\"7\"]}]}}");
        });
    }

    /// Nobody asks it anything here.
    private static final Deployer SOME = new Deployer() {
        @Override
        public String name() {
            return "any";
        }

        @Override
        public Set<StepKind> skills() {
            return Set.of();
        }

        @Override
        public Target target(Form settings, Path folder) {
            throw new IllegalStateException("its target is there already");
        }
    };

    private static Catalogue.Place place(@Nullable Prometheus prometheus, Map<String, URI> urls) {
        return new Catalogue.Place(
                SOME,
                new Target() {
                    @Override
                    public Shape probe() {
                        return Shape.of(CANARY, BASELINE);
                    }

                    @Override
                    public void apply(Move move) {}

                    @Override
                    public void undo(Move move) {}
                },
                urls,
                new Catalogue.Probe("/", "", 1, Duration.ofMillis(1), Duration.ofSeconds(1), 0, null),
                null,
                prometheus);
    }

    private static Metric metric(Source source, String query, @Nullable Traffic traffic, @Nullable Comparison comparison) {
        return new Metric(
                "m",
                source,
                query,
                "",
                15_000,
                10,
                500,
                2000,
                4,
                traffic,
                comparison == null ? new Threshold("true", "", 0, 0, 0) : null,
                comparison);
    }

    private Measurement measure(Metric metric, Side side, Shape.@Nullable Part baseline, Catalogue.Place place)
            throws InterruptedException {
        return measuring.measure(
                new Look(metric, side, BEGAN), new Measuring.Subject("prod", place, CANARY, baseline), BEGAN);
    }

    @Test
    void a_query_is_about_the_canary_and_so_is_its_traffic() throws Exception {
        try (Site site = prometheus()) {
            Prometheus prometheus = PrometheusServer.read("url: " + site.url(), Path.of(""));
            Metric metric = metric(
                    Source.PROMETHEUS,
                    "e{slot=\"{part}\",image='{digest}',env=\"{environment}\"}",
                    new Traffic("r{slot=\"{part}\"}", 1),
                    null);
            Measurement measured = measure(metric, Side.CANARY, BASELINE, place(prometheus, Map.of()));
            assertThat(asked)
                    .containsExactly(
                            "/api/v1/query query=e{slot=\"green\",image='sha256:new',env=\"prod\"}",
                            "/api/v1/query query=r{slot=\"green\"}");
            assertThat(measured.values()).containsExactly(7.0);
            assertThat(measured.traffic()).isEqualTo(7.0);
            assertThat(measured).returns(true, Measurement::ok).returns("green", Measurement::instance);
        }
    }

    @Test
    void a_comparison_asks_about_both_sides_for_the_same_time() throws Exception {
        try (Site site = prometheus()) {
            Catalogue.Place place = place(PrometheusServer.read("url: " + site.url(), Path.of("")), Map.of());
            Comparison same = new Comparison("", Direction.EITHER, Effect.MEAN_RATIO, 1, 1, 1, 1, false, "all");
            Comparison other = new Comparison("b{x=\"{part}\"}", Direction.EITHER, Effect.MEAN_RATIO, 1, 1, 1, 1, false, "all");
            measure(metric(Source.PROMETHEUS, "p{x=\"{part}\"}", null, same), Side.CANARY, BASELINE, place);
            measure(metric(Source.PROMETHEUS, "p{x=\"{part}\"}", null, same), Side.BASELINE, BASELINE, place);
            Measurement measured =
                    measure(metric(Source.PROMETHEUS, "p{x=\"{part}\"}", null, other), Side.BASELINE, BASELINE, place);
            // Ten samples half a second apart, after two seconds of delay.
            String time = "&start=2026-03-02T10:00:02Z&end=2026-03-02T10:00:06.500Z&step=0.5";
            assertThat(asked)
                    .containsExactly(
                            "/api/v1/query_range query=p{x=\"green\"}" + time,
                            "/api/v1/query_range query=p{x=\"blue\"}" + time,
                            "/api/v1/query_range query=b{x=\"blue\"}" + time);
            assertThat(measured.values()).containsExactly(1.0, 2.0);
            assertThat(measured).returns("blue", Measurement::instance).returns(Side.BASELINE, Measurement::side);
        }
    }

    @Test
    void whatever_cannot_be_measured_is_said_and_never_a_number() throws Exception {
        Comparison terms = new Comparison("", Direction.EITHER, Effect.MEAN_RATIO, 1, 1, 1, 1, false, "all");
        Catalogue.Place bare = place(null, Map.of());
        assertThat(List.of(
                        measure(metric(Source.PROMETHEUS, "up", null, null), Side.CANARY, BASELINE, bare),
                        measure(metric(Source.PROMETHEUS, "up", null, terms), Side.BASELINE, null, bare),
                        measure(metric(Source.HTTP, "/", null, null), Side.CANARY, BASELINE, bare)))
                .allMatch(measured -> !measured.ok() && measured.values().isEmpty())
                .extracting(Measurement::detail)
                .containsExactly(
                        "the delivery catalogue names no prometheus for prod",
                        "nothing runs the old release beside it",
                        "the delivery catalogue has no url for green");
    }

    @Test
    void a_probe_asks_the_part_itself() throws Exception {
        try (Site site = new Site(exchange -> Site.say(exchange, 404, "gone"))) {
            Measurement measured = measure(
                    metric(Source.HTTP, "/health", null, null),
                    Side.CANARY,
                    BASELINE,
                    place(null, Map.of("green", site.url())));
            assertThat(site.asked).containsExactly("/health");
            assertThat(measured.values()).containsExactly(404.0);
            assertThat(measured).returns(false, Measurement::ok).returns("green", Measurement::instance);
        }
    }

    private static Analysis probes(int count) {
        return Analysis.threshold(
                "probes",
                List.of(new Metric(
                        "m", Source.HTTP, "/", "", 15_000, count, 1, 0, 4, null, new Threshold("ok", "", 0, 0, 0), null)));
    }

    @Test
    void it_is_measured_until_the_judge_has_decided_and_no_longer_than_somebody_wants_it() throws Exception {
        try (Site site = new Site(exchange -> Site.say(exchange, 200, "well"))) {
            Analysing analysing = new Analysing(measuring, Clock.systemUTC());
            var subject = new Measuring.Subject("prod", place(null, Map.of("green", site.url())), CANARY, BASELINE);
            assertThat(analysing.series(probes(3), subject, () -> true).orElseThrow()).hasSize(3);
            assertThat(analysing.series(probes(3), subject, () -> true).orElseThrow())
                    .as("begun again it is a series of its own")
                    .hasSize(3);
            site.asked.clear();
            assertThat(analysing.series(probes(1000), subject, () -> site.asked.size() < 2)).isEmpty();
            assertThat(site.asked).hasSize(2);
        }
    }
}
