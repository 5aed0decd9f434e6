package slipway.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.launcher.deploy.Chart.YAML;
import static slipway.launcher.deploy.Chart.one;
import static slipway.launcher.deploy.Chart.rendered;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.program.Installed;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The alerts and the dashboard, read and tried by Prometheus' own tool. That the metrics exist, the services are asked for in
/// LifecycleTest.
class AlertsTest {

    private static final Path TRIED = Chart.FOLDER.resolve("tests/alerts.test.yaml");
    private static final Path TRIED_WITH_TWO = Chart.FOLDER.resolve("tests/instances.test.yaml");

    @TempDir
    private Path folder;

    @Test
    void prometheus_reads_the_rules_and_each_does_in_its_tests_what_it_is_for() throws Exception {
        assertThat(promtool("check", "rules", Expressions.ALERTS.toString())).contains("SUCCESS");
        assertThat(promtool("test", "rules", TRIED.toString())).contains("SUCCESS");
    }

    @Test
    void prometheus_misses_an_instance_by_the_rules_that_the_chart_renders() throws Exception {
        Files.writeString(
                folder.resolve("rules.yaml"),
                YAML.writeValueAsString(one(rendered("prometheusRule.enabled=true"), "PrometheusRule", "slipway").at("/spec")));
        Path tried = Files.copy(TRIED_WITH_TWO, folder.resolve("instances.test.yaml"));
        assertThat(promtool("test", "rules", tried.toString())).contains("SUCCESS");
    }

    @Test
    void each_alert_is_tried_where_it_fires_and_where_it_is_quiet() throws Exception {
        Set<String> fires = new TreeSet<>();
        Set<String> quiet = new TreeSet<>();
        for (Path tried : List.of(TRIED, TRIED_WITH_TWO)) {
            for (JsonNode test : YAML.readTree(Files.readString(tried)).path("tests")) {
                for (JsonNode asked : test.path("promql_expr_test")) {
                    Set<String> names = Pattern.compile("alertname=\"(\\w+)\"").matcher(asked.path("expr").asString()).results()
                            .map(found -> found.group(1)).collect(Collectors.toSet());
                    (asked.path("exp_samples").isEmpty() ? quiet : fires).addAll(names);
                }
            }
        }
        assertThat(fires).containsExactlyInAnyOrderElementsOf(names());
        assertThat(quiet).containsExactlyInAnyOrderElementsOf(names());
    }

    @Test
    void each_alert_says_how_bad_it_is_what_it_means_and_where_it_stands_what_to_do() throws Exception {
        String manual = Files.readString(Path.of("..", "docs", "operations.md"));
        String alerts = manual.substring(manual.indexOf("\n## Alerts"));
        alerts = alerts.substring(0, alerts.indexOf("\n## ", 1));
        List<String> headings = new ArrayList<>();
        for (String section : alerts.split("\n### ")) {
            int end = section.indexOf('\n');
            if (section.startsWith("Slipway")) {
                headings.add(section.substring(0, end));
                assertThat(section.substring(end)).as(section.substring(0, end)).contains("What to do: ");
            }
        }
        assertThat(headings).containsExactlyElementsOf(names());
        for (JsonNode alert : Expressions.alerts()) {
            String name = alert.path("alert").asString();
            assertThat(alert.at("/labels/severity").asString()).as(name).isIn("critical", "warning");
            assertThat(alert.at("/annotations/summary").asString("")).as(name).isNotBlank();
            assertThat(alert.at("/annotations/description").asString("")).as(name).isNotBlank();
            assertThat(alert.at("/annotations/runbook").asString(""))
                    .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
        }
    }

    private static List<String> names() {
        return Expressions.alerts().stream().map(alert -> alert.path("alert").asString()).toList();
    }

    @Test
    void the_chart_hands_the_same_rules_to_the_operator() {
        assertThat(handed("alert")).isEqualTo(Expressions.alerts());
    }

    @Test
    void an_alert_links_to_what_to_do_where_the_chart_knows_where_people_read_it() {
        assertThat(handed("alert", "prometheusRule.runbooks=https://git.example.com/slipway/")).allSatisfy(alert -> {
            assertThat(alert.at("/annotations/runbook_url").asString())
                    .isEqualTo("https://git.example.com/slipway/docs/operations.md#" + alert.path("alert").asString().toLowerCase(Locale.ROOT));
            assertThat(alert.path("annotations").has("runbook")).isFalse();
        });
        assertThat(handed("alert")).noneMatch(alert -> alert.path("annotations").has("runbook_url"));
        assertThat(Chart.notes("prometheusRule.enabled=true")).contains("prometheusRule.runbooks");
        assertThat(Chart.refusal("prometheusRule.runbooks=docs")).contains("/prometheusRule/runbooks");
    }

    @Test
    void as_many_instances_are_missed_as_the_values_ask_for() {
        Map<String, String> wanted = handed("record", "release.replicas=4").stream()
                .peek(rule -> assertThat(rule.path("record").asString()).isEqualTo("slipway:instances:wanted"))
                .collect(Collectors.toMap(rule -> rule.at("/labels/service").asString(), rule -> rule.path("expr").asString()));
        assertThat(wanted).containsOnly(
                Map.entry("change-service", "vector(2)"),
                Map.entry("release-service", "vector(4)"),
                Map.entry("backup-service", "vector(2)"),
                Map.entry("notification-service", "vector(2)"),
                Map.entry("audit-service", "vector(2)"));
    }

    /// Rules of the chart's PrometheusRule.
    private static List<JsonNode> handed(String kind, String... values) {
        String[] all = Stream.concat(Stream.of("prometheusRule.enabled=true"), Arrays.stream(values)).toArray(String[]::new);
        return one(rendered(all), "PrometheusRule", "slipway").at("/spec/groups/0/rules").valueStream().filter(rule -> rule.has(kind)).toList();
    }

    @Test
    void what_the_dashboard_asks_prometheus_understands() throws Exception {
        ObjectNode file = YAML.createObjectNode();
        ArrayNode rules = file.putArray("groups").addObject().put("name", "dashboard").putArray("rules");
        List<String> all = Expressions.ofDashboard();
        for (int i = 0; i < all.size(); i++) {
            rules.addObject().put("record", "panel" + i).put("expr", all.get(i));
        }
        Path written = folder.resolve("dashboard.yaml");
        Files.writeString(written, YAML.writeValueAsString(file));
        assertThat(promtool("check", "rules", written.toString())).contains("SUCCESS: " + all.size() + " rules found");
    }

    @Test
    void grafana_is_told_which_data_source_by_whoever_looks_and_no_panel_hides_another() throws Exception {
        JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(Expressions.DASHBOARD));
        assertThat(dashboard.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(38);
        assertThat(dashboard.at("/templating/list/0/type").asString()).isEqualTo("datasource");
        Set<Integer> ids = new TreeSet<>();
        Set<String> places = new TreeSet<>();
        for (JsonNode panel : Expressions.panels()) {
            assertThat(ids.add(panel.path("id").asInt())).as(panel.path("title").asString()).isTrue();
            JsonNode at = panel.path("gridPos");
            for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
                for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
                    assertThat(x).isLessThan(24);
                    assertThat(places.add(x + "," + y)).as(panel.path("title").asString()).isTrue();
                }
            }
            for (JsonNode target : panel.path("targets")) {
                assertThat(target.at("/datasource/uid").asString()).isEqualTo("${datasource}");
            }
        }
        assertThat(dashboard.toString()).doesNotContain("${DS_");
    }

    @Test
    void metrics_are_found_in_expressions() {
        assertThat(Expressions.metrics("sum by (service) (rate(a_total{uri!~\"/b.*\"}[5m])) / max(c) > 0.05 or absent(up{job=\"d\"}) or 0 * e offset 15m"))
                .containsExactly("a_total", "c", "e", "up");
        assertThat(Expressions.metrics()).contains("slipway_journal_lag_seconds", "slipway_signing_ended", "jvm_memory_used_bytes")
                .doesNotContain("up", "rate", "service");
    }

    private static String promtool(String... words) throws Exception {
        List<String> argv = new ArrayList<>(List.of(Installed.program("promtool")));
        argv.addAll(List.of(words));
        Process promtool = new ProcessBuilder(argv).redirectErrorStream(true).start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
        return said;
    }
}
