package slipway.launcher.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// What our alerts and our dashboard ask of Prometheus.
public final class Expressions {

    static final Path ALERTS = Chart.FOLDER.resolve("files/alerts.yaml");
    static final Path DASHBOARD = Chart.FOLDER.resolve("files/dashboard.json");

    private static final Pattern NOT_A_METRIC =
            Pattern.compile("\"[^\"]*\"|\\{[^{}]*}|\\[[^\\[\\]]*]|\\b(by|without|on|ignoring)\\s*\\([^()]*\\)|\\boffset\\s+\\w+");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(?!\\w*\\s*\\()\\b");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool");

    private Expressions() {}

    static List<JsonNode> alerts() {
        return read(ALERTS, Chart.YAML).path("groups").valueStream()
                .flatMap(group -> group.path("rules").valueStream())
                .filter(rule -> rule.has("alert"))
                .toList();
    }

    static List<JsonNode> panels() {
        return read(DASHBOARD, JsonMapper.shared()).path("panels").valueStream().toList();
    }

    /// As Grafana sends them, whoever looks.
    static List<String> ofDashboard() {
        List<String> all = new ArrayList<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.path("targets")) {
                all.add(target.path("expr").asString().replace("$__rate_interval", "5m").replace("$service", ".*"));
            }
        }
        return all;
    }

    /// The metrics that services have to expose for all of them.
    public static Set<String> metrics() {
        Set<String> all = new TreeSet<>();
        Stream.concat(alerts().stream().map(alert -> alert.path("expr").asString()), ofDashboard().stream())
                .forEach(expression -> all.addAll(metrics(expression)));
        // Of Prometheus itself: whether a target answered.
        all.remove("up");
        // Of the rules: how many the values ask for.
        all.remove("slipway:instances:wanted");
        return all;
    }

    static Set<String> metrics(String expression) {
        Set<String> all = new TreeSet<>();
        // Selectors stand in brackets of their own kind, and those of functions are none.
        Matcher names = NAME.matcher(NOT_A_METRIC.matcher(expression).replaceAll(" "));
        while (names.find()) {
            if (!WORDS.contains(names.group())) {
                all.add(names.group());
            }
        }
        return all;
    }

    private static JsonNode read(Path file, ObjectMapper mapper) {
        try {
            return mapper.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
