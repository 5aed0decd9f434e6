package slipway.launcher.estate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.launcher.estate.Site.WebServer;
import slipway.launcher.local.Children;
import slipway.launcher.local.Trouble;

/// The estate's process supervisor: one web server (the JDK's `jwebserver`) per instance directory, started again when it
/// dies and when `current` points elsewhere, because that server resolves the link only once. It knows nothing of releases.
final class WebServers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebServers.class);
    private static final Duration POLL = Duration.ofMillis(150);

    private record Serving(Process process, Path target) {}

    private final Children children;
    private final List<WebServer> servers;
    private final Map<WebServer, Serving> serving = new HashMap<>();
    private @Nullable Thread thread;

    WebServers(Children children, List<WebServer> servers) {
        this.children = children;
        this.servers = servers;
    }

    void start() {
        look();
        thread = Thread.ofPlatform().daemon().name("estate-supervisor").start(this::supervise);
    }

    private void supervise() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(POLL);
                look();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("the supervisor could not look after the web servers; it tries again", e);
            }
        }
    }

    private synchronized void look() {
        List<WebServer> outdated = new ArrayList<>();
        for (WebServer each : servers) {
            Serving now = serving.get(each);
            Path wanted = target(each);
            if (wanted != null && (now == null || !now.process().isAlive() || !now.target().equals(wanted))) {
                outdated.add(each);
            }
        }
        for (WebServer each : outdated) {
            Serving old = serving.remove(each);
            if (old != null) {
                Children.stop(old.process());
            }
            Path target = target(each);
            if (target != null) {
                serving.put(each, new Serving(serve(each, target), target));
            }
        }
    }

    private static @Nullable Path target(WebServer server) {
        try {
            return Files.readSymbolicLink(server.directory().resolve("current"));
        } catch (IOException e) {
            return null;
        }
    }

    private Process serve(WebServer server, Path target) {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jwebserver");
        if (!Files.isExecutable(program)) {
            throw new Trouble("the JDK has no jwebserver: " + program);
        }
        // Many small servers on one machine: no compiler threads, no large heap.
        List<String> argv = List.of(
                program.toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-J-Xshare:auto",
                "-J-Xmx32m",
                "-b",
                "127.0.0.1",
                "-p",
                String.valueOf(server.url().getPort()),
                "-d",
                server.directory().resolve(target).toString(),
                "-o",
                "none");
        return children.start("web-" + server.name(), argv, Map.of());
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
        synchronized (this) {
            serving.values().forEach(each -> each.process().destroy());
            serving.values().forEach(each -> Children.stop(each.process()));
            serving.clear();
        }
    }
}
