package slipway.release;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// A real HAProxy on this machine, with one backend `shop` and its metrics.
public final class RealHaproxy implements AutoCloseable {

    private final Path folder;
    private final Path program;
    private final int port;
    private final int metrics;
    private Process process;

    /// @param servers the backend's lines in the configuration by server, what follows its address
    /// @param urls where they are
    /// @param more lines of the backend, and of the global section where they begin with `global `
    public RealHaproxy(Path folder, Map<String, String> servers, Map<String, URI> urls, String... more) throws IOException {
        this.folder = Files.createDirectories(folder);
        program = Installed.program("haproxy");
        port = free();
        metrics = free();
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

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public void start() throws IOException {
        process = new ProcessBuilder(program.toString(), "-db", "-f", folder.resolve("haproxy.cfg").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("haproxy.log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(Files.readString(folder.resolve("haproxy.log")));
            }
            return Files.exists(socket()) && ask("show info").contains("Uptime_sec");
        });
    }

    public void stop() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
        } catch (java.net.ConnectException e) {
            return "";
        }
    }

    @Override
    public void close() {
        stop();
    }
}
