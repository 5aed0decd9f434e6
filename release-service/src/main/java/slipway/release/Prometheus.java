package slipway.release;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import slipway.http.Form;
import slipway.release.deployer.Gaps;
import slipway.release.deployer.HttpCall;
import slipway.release.deployer.Secrets;
import tools.jackson.databind.JsonNode;

/// A server with [Prometheus' HTTP API](https://prometheus.io/docs/prometheus/latest/querying/api/), or one like it.
///
/// @param base its address and headers; secrets stay in their files
record Prometheus(HttpCall base) {

    /// A vector of more is no answer that anybody could judge.
    static final int LONGEST_VECTOR = 50;

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /// @param scalar one number, and not a list of them
    record Answer(boolean scalar, List<Double> values) {}

    static Prometheus read(Form form, Path folder) {
        for (String field : List.of("method", "body")) {
            if (form.has(field)) {
                form.fault(field, "is not for anybody to set here");
            }
        }
        if (form.text("url").contains("?")) {
            form.fault("url", "the address of the server is needed, without a query");
        }
        return new Prometheus(HttpCall.read(form, "POST", Set.of(), Secrets.read(form, folder)));
    }

    /// As it is now.
    ///
    /// @throws IOException when there is no answer in time, or none that consists of numbers
    Answer ask(String query, Duration patience) throws IOException, InterruptedException {
        JsonNode data = send("query", "query=" + encoded(query), patience);
        JsonNode result = data.path("result");
        return switch (data.path("resultType").asString("")) {
            case "scalar" -> new Answer(true, List.of(number(result)));
            case "vector" -> {
                if (result.size() > LONGEST_VECTOR) {
                    throw new IOException("the query gives " + result.size() + " values, more than " + LONGEST_VECTOR);
                }
                List<Double> values = new ArrayList<>();
                for (JsonNode each : result) {
                    values.add(number(each.path("value")));
                }
                yield new Answer(false, List.copyOf(values));
            }
            default -> throw new IOException("the query gives neither a vector nor a scalar");
        };
    }

    /// As it was over a time, both ends included; points that are not there are left out.
    ///
    /// @throws IOException also when there is more than one series: nobody could say which one is meant
    Answer range(String query, Instant start, Instant end, Duration step, Duration patience)
            throws IOException, InterruptedException {
        JsonNode data = send(
                "query_range",
                "query=" + encoded(query) + "&start=" + encoded(start.toString()) + "&end=" + encoded(end.toString())
                        + "&step=" + step.toMillis() / 1000.0,
                patience);
        JsonNode series = data.path("result");
        if (series.size() > 1) {
            throw new IOException("the query gives " + series.size() + " series; make it one, by sum() or avg()");
        }
        List<Double> values = new ArrayList<>();
        for (JsonNode each : series.path(0).path("values")) {
            values.add(number(each));
        }
        return new Answer(false, List.copyOf(values));
    }

    private JsonNode send(String what, String body, Duration patience) throws IOException, InterruptedException {
        Map<String, Gaps> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(base.headers());
        headers.put("Content-Type", new Gaps("application/x-www-form-urlencoded"));
        String url = base.url().text();
        HttpCall call = new HttpCall(
                "POST",
                new Gaps(url + (url.endsWith("/") ? "" : "/") + "api/v1/" + what),
                headers,
                new Gaps(body),
                base.secrets());
        JsonNode answer = call.send(CLIENT, Map.of(), patience, null).json(call);
        if (!answer.path("status").asString("").equals("success")) {
            throw new IOException("Prometheus says " + answer.path("error").asString("nothing"));
        }
        return answer.path("data");
    }

    /// A pair of time and value; the value is written as text, because JSON has no NaN.
    private static double number(JsonNode pair) throws IOException {
        String text = pair.path(1).asString("");
        try {
            return switch (text) {
                case "NaN" -> Double.NaN;
                case "+Inf" -> Double.POSITIVE_INFINITY;
                case "-Inf" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(text);
            };
        } catch (NumberFormatException e) {
            throw new IOException("'" + text + "' is no number");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
