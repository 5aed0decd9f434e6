package slipway.upgrade;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One instance of a version: a process of its own, with the classes of its contract.
final class Instance {

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Path port;
    private final Path log;
    private final String token;
    private final Process process;

    Instance(List<String> command, Path port, Path log, String token) {
        this.port = port;
        this.log = log;
        this.token = token;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @throws IllegalStateException when it died
    boolean ready() {
        if (!process.isAlive()) {
            throw new IllegalStateException("it did not start: " + said());
        }
        return Files.exists(port);
    }

    boolean alive() {
        return process.isAlive();
    }

    /// As an orchestrator stops it; it takes its time.
    void stop() {
        process.destroy();
    }

    void end() {
        stop();
        process.onExit().join();
    }

    List<String> hold(String change, String reason) {
        String words = URLEncoder.encode(reason, StandardCharsets.UTF_8);
        return texts(send(request("/holds/" + change + "?reason=" + words).POST(HttpRequest.BodyPublishers.noBody())));
    }

    List<String> told(String change) {
        return texts(send(request("/holds/" + change)));
    }

    /// Names of the jobs that it leaves alone.
    List<String> unknownJobs() {
        return texts(send(request("/actuator/health")).at("/components/jobs/details/unknown"));
    }

    void retryParked(String id) {
        send(request("/actuator/parked/" + id)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"action\": \"retry\"}")));
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::stringValue).toList();
    }

    private HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create("http://localhost:" + Files.readString(port) + path))
                    .header("Authorization", "Bearer " + token);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(answer.statusCode() + " " + answer.body() + "\n" + said());
            }
            return json.readTree(answer.body());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
