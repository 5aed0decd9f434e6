package slipway.release.deployer;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A system that deploys by pipelines, one after the other, and talks as GitHub, GitLab or Jenkins does. What it did is in `runs`.
final class FakePipeline {

    static final String TOKEN = "s3cr\"et+/=";

    static final class Run {
        final String key;
        final String digest;
        final boolean fails;
        int looks;
        boolean ended;

        Run(String key, String digest, boolean fails) {
            this.key = key;
            this.digest = digest;
            this.fails = fails;
        }
    }

    final JsonMapper json = JsonMapper.builder().build();
    final List<Run> runs = new ArrayList<>();

    /// As it came in, for tests that look at requests.
    final List<String> heard = new ArrayList<>();

    @Nullable String running;

    /// Where it believes to be reached.
    String url = "";

    /// How the next runs end.
    boolean failing;

    /// How many lists leave the newest run out.
    int lag;

    /// Answers in line before any other.
    final List<Integer> troubles = new ArrayList<>();

    synchronized void begin(String digest) {
        runs.clear();
        running = digest;
    }

    synchronized void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        heard.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
        if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            say(exchange, 401, "{\"message\":\"Bad credentials " + exchange.getRequestHeaders().getFirst("Authorization") + "\"}");
        } else if (!troubles.isEmpty()) {
            int status = troubles.removeFirst();
            say(exchange, status, "{\"message\":\"trouble " + status + " with " + TOKEN + "\"}");
        } else if (path.equals("/dispatches")) {
            JsonNode inputs = json.readTree(body).at("/inputs");
            run(inputs.at("/key").asString(), inputs.at("/digest").asString());
            say(exchange, 204, "");
        } else if (path.equals("/runs")) {
            say(exchange, 200, list());
        } else if (path.equals("/trigger")) {
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            int id = known(key);
            if (id < 0) {
                id = run(key, body.substring(body.indexOf("sha256:")));
            }
            say(exchange, 201, json.createObjectNode().put("id", id).toString());
        } else if (path.equals("/build")) {
            int id = run("", body.substring(body.indexOf("sha256:")));
            exchange.getResponseHeaders().set("Location", "/queue/item/" + id + "/");
            say(exchange, 201, "");
        } else if (path.startsWith("/queue/item/")) {
            String id = path.split("/")[3];
            boolean waits = lag-- > 0;
            say(exchange, 200, waits ? "{\"why\":\"waiting\"}" : "{\"executable\":{\"url\":\"" + url + "/runs/" + id + "\"}}");
        } else if (path.startsWith("/runs/")) {
            say(exchange, 200, look(Integer.parseInt(path.substring("/runs/".length()))));
        } else if (path.equals("/live")) {
            say(exchange, 200, json.createObjectNode()
                    .put("image", running == null ? null : "registry.example/shop@" + running)
                    .toString());
        } else {
            say(exchange, 404, "{\"message\":\"Not Found\"}");
        }
    }

    private int known(String key) {
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).key.equals(key)) {
                return i;
            }
        }
        return -1;
    }

    private int run(String key, String digest) {
        runs.forEach(this::end);
        runs.add(new Run(key, digest, failing));
        return runs.size() - 1;
    }

    private void end(Run run) {
        if (!run.ended) {
            run.ended = true;
            if (!run.fails) {
                running = run.digest;
            }
        }
    }

    private String list() {
        ObjectNode all = json.createObjectNode();
        int shown = lag-- > 0 ? runs.size() - 1 : runs.size();
        for (int i = shown - 1; i >= 0; i--) {
            all.withArray("workflow_runs").addObject().put("id", i).put("display_title", runs.get(i).key);
        }
        all.withArray("workflow_runs");
        return all.toString();
    }

    private String look(int id) {
        Run run = runs.get(id);
        if (++run.looks > 1) {
            end(run);
        }
        return json.createObjectNode()
                .put("id", id)
                .put("conclusion", run.ended ? (run.fails ? "failure" : "success") : null)
                .toString();
    }

    private static void say(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
