package slipway.release;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import slipway.program.Installed;

/// A real HAProxy on this machine, with one backend `shop` and its metrics.
public final class RealHaproxy implements AutoCloseable {

    private final Path folder;
    private final String program;
    private final int port;
    private final int metrics;
    private Installed process;

    /// @param servers the backend's lines in the configuration by server, what follows its address
    /// @param urls where they are
    /// @param more lines of the backend, and of the global section where they begin with `global `
    public RealHaproxy(Path folder, Map<String, String> servers, Map<String, URI> urls, String... more) throws IOException {
        this.folder = Files.createDirectories(folder);
        program = Installed.program("haproxy");
        port = Installed.freePort();
        metrics = Installed.freePort();
        StringBuilder global = new StringBuilder();
        StringBuilder backend = new StringBuilder();
        for (String line : more) {
            (line.startsWith("global ") ? global : backend).append("  ").append(line.replaceFirst("^global ", "")).append('\n');
        }
        servers.forEach((name, rest) -> backend.append("  server %s 127.0.0.1:%d %s%n"
                .formatted(name, urls.get(name).getPort(), rest)));
        Files.writeString(
                folder.resolve("haproxy.cfg"),
                """
                global
                  stats socket %s mode 600 level admin
                %s
                defaults
                  mode http
                  timeout connect 2s
                  timeout client 20s
                  timeout server 20s
                frontend shop
                  bind 127.0.0.1:%d
                  default_backend shop
                frontend metrics
                  bind 127.0.0.1:%d
                  http-request use-service prometheus-exporter if { path /metrics }
                backend shop
                  balance roundrobin
                %s
                """
                        .formatted(socket(), global, port, metrics, backend));
        start();
    }

    public void start() throws IOException {
        process = Installed.start(folder, List.of(program, "-db", "-f", folder.resolve("haproxy.cfg").toString()));
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() ->
                process.runs() && Files.exists(socket()) && ask("show info").contains("Uptime_sec"));
    }

    public void stop() {
        process.close();
    }

    public Path socket() {
        return folder.resolve("admin.sock");
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /// Where its built-in exporter for Prometheus answers.
    public URI metrics() {
        return URI.create("http://127.0.0.1:" + metrics + "/metrics");
    }

    /// Says one line to it, as an operator would; empty when it is not there.
    public String ask(String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (ConnectException e) {
            return "";
        }
    }

    @Override
    public void close() {
        stop();
    }
}
