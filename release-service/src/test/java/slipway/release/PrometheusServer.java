package slipway.release;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import slipway.http.Form;
import slipway.program.Installed;

/// A real Prometheus that looks at a test's own metrics five times a second.
final class PrometheusServer implements AutoCloseable {

    private final Installed program;
    private final int port;

    private PrometheusServer(Installed program, int port) {
        this.program = program;
        this.port = port;
    }

    /// @param metrics where `/metrics` is answered
    static PrometheusServer start(Path folder, URI metrics) throws IOException {
        String binary = Installed.program("prometheus");
        int port = Installed.freePort();
        Path config = Files.writeString(
                folder.resolve("prometheus.yml"),
                """
                global: {scrape_interval: 200ms, scrape_timeout: 200ms}
                scrape_configs:
                  - job_name: test
                    static_configs: [{targets: ["%s"]}]
                """
                        .formatted(metrics.getAuthority()));
        Installed program = Installed.start(
                folder,
                List.of(
                        binary,
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn"));
        PrometheusServer server = new PrometheusServer(program, port);
        await("for the first look")
                .atMost(Duration.ofSeconds(30))
                .until(() -> program.runs() && server.asks("up == 1"));
        return server;
    }

    private boolean asks(String query) throws IOException, InterruptedException {
        try {
            return !client(Path.of("")).ask(query, Duration.ofSeconds(2)).values().isEmpty();
        } catch (IOException notYet) {
            return false;
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    Prometheus client(Path folder) {
        return read("url: " + url(), folder);
    }

    /// @param yaml settings of `prometheus`
    static Prometheus read(String yaml, Path folder) {
        Form form = Form.read(yaml.getBytes(StandardCharsets.UTF_8), Form.YAML);
        Prometheus prometheus = Prometheus.read(form, folder);
        if (!form.faults().isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", form.faults()));
        }
        return prometheus;
    }

    @Override
    public void close() {
        program.close();
    }
}
