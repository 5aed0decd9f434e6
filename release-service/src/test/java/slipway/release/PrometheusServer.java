package slipway.release;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import slipway.http.Form;

/// A real Prometheus that looks at a test's own metrics five times a second.
final class PrometheusServer implements AutoCloseable {

    private final Process program;
    private final int port;

    private PrometheusServer(Process program, int port) {
        this.program = program;
        this.port = port;
    }

    /// @param metrics where `/metrics` is answered
    static PrometheusServer start(Path folder, URI metrics) throws IOException {
        Path binary = Path.of(Installed.program("prometheus"));
        int port = free();
        Path config = Files.writeString(
                folder.resolve("prometheus.yml"),
                """
                global: {scrape_interval: 200ms, scrape_timeout: 200ms}
                scrape_configs:
                  - job_name: test
                    static_configs: [{targets: ["%s"]}]
                """
                        .formatted(metrics.getAuthority()));
        Path log = folder.resolve("prometheus.log");
        Process program = new ProcessBuilder(
                        binary.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        PrometheusServer server = new PrometheusServer(program, port);
        await("for the first look").atMost(Duration.ofSeconds(30)).until(() -> {
            if (!program.isAlive()) {
                throw new IllegalStateException(Files.readString(log));
            }
            return server.asks("up == 1");
        });
        return server;
    }

    private boolean asks(String query) throws IOException, InterruptedException {
        try {
            return !client(Path.of("")).ask(query, Duration.ofSeconds(2)).values().isEmpty();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
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
        program.destroyForcibly();
        try {
            program.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
