package slipway.launcher.estate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.launcher.estate.Site.WebServer;
import slipway.launcher.local.Children;
import slipway.launcher.local.Kept;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Supervisor;
import slipway.launcher.local.Trouble;

/// One web server (the JDK's `jwebserver`) per instance directory, started again when it dies, by the supervisor, and when `current` points elsewhere, because
/// that server resolves the link only once. It knows nothing of releases.
final class WebServers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebServers.class);
    private static final Duration POLL = Duration.ofMillis(150);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private record Serving(Process process, Path target) {}

    private final Children children;
    private final Supervisor supervisor;
    private final List<WebServer> servers;
    private final Map<WebServer, Serving> serving = new HashMap<>();
    private @Nullable Thread thread;

    WebServers(Children children, Supervisor supervisor, List<WebServer> servers) {
        this.children = children;
        this.supervisor = supervisor;
        this.servers = servers;
    }

    void start() {
        look();
        servers.forEach(each -> supervisor.keep(kept(each)));
        thread = Thread.ofPlatform().daemon().name("estate-links").start(this::followLinks);
    }

    private Kept kept(WebServer server) {
        String name = name(server);
        int dash = name.lastIndexOf('-');
        return new Kept(
                name.substring(0, dash),
                Integer.parseInt(name.substring(dash + 1)),
                name,
                children.log(name),
                () -> end(server),
                () -> restart(server));
    }

    private static String name(WebServer server) {
        return "web-" + server.name();
    }

    private synchronized Optional<String> end(WebServer server) {
        return Optional.ofNullable(serving.get(server)).flatMap(now -> Children.end(now.process()));
    }

    private void restart(WebServer server) {
        replace(server);
        Instant until = Instant.now().plus(PATIENCE);
        while (Ports.isRefused(server.url().getPort())) {
            if (end(server).isPresent() || Instant.now().isAfter(until)) {
                throw new Trouble(name(server) + " does not start, see " + children.log(name(server)));
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Trouble("interrupted while " + name(server) + " starts", e);
            }
        }
    }

    private void followLinks() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(POLL);
                look();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("the links of the web servers could not be followed; it is tried again", e);
            }
        }
    }

    private synchronized void look() {
        List<WebServer> outdated = new ArrayList<>();
        for (WebServer each : servers) {
            Serving now = serving.get(each);
            Path wanted = target(each);
            if (wanted != null && (now == null || !now.target().equals(wanted))) {
                outdated.add(each);
            }
        }
        outdated.forEach(this::replace);
    }

    private synchronized void replace(WebServer server) {
        Serving old = serving.remove(server);
        if (old != null) {
            Children.stop(old.process());
        }
        Path target = target(server);
        if (target != null) {
            serving.put(server, new Serving(serve(server, target), target));
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
        return children.start(name(server), argv, Map.of());
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
