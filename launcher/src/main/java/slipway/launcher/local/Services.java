package slipway.launcher.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import slipway.audit.AuditService;
import slipway.backup.BackupService;
import slipway.change.ChangeService;
import slipway.http.Misconfigured;
import slipway.launcher.local.Ports.For;
import slipway.messaging.Unreconciled;
import slipway.notification.NotificationService;
import slipway.release.ReleaseService;

/// The five services: contexts of one process, or a process each.
public final class Services implements AutoCloseable {

    /// In the order in which they stop last: who decides about changes goes last.
    public enum Service {
        CHANGE(For.CHANGE, ChangeService::application, ChangeService.class),
        RELEASE(For.RELEASE, ReleaseService::application, ReleaseService.class),
        BACKUP(For.BACKUP, BackupService::application, BackupService.class),
        NOTIFICATION(For.NOTIFICATION, NotificationService::application, NotificationService.class),
        AUDIT(For.AUDIT, AuditService::application, AuditService.class);

        private final For port;
        private final Supplier<SpringApplicationBuilder> application;
        private final Class<?> main;

        Service(For port, Supplier<SpringApplicationBuilder> application, Class<?> main) {
            this.port = port;
            this.application = application;
            this.main = main;
        }

        /// Also of its database and that database's owner.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        String title() {
            return word() + "-service";
        }

        public For port() {
            return port;
        }
    }

    /// One of those that share the work of a service, and its database.
    ///
    /// @param number counts from 1
    public record Instance(Service service, int number) {

        public String name() {
            return service.title() + (number == 1 ? "" : "-" + number);
        }

        /// Of its log.
        String log() {
            return name() + ".service";
        }
    }

    /// One that ends is noticed at once; this is for one that hangs, on a machine that is slow and busy.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// As in a cluster and in containers: requests, what reads from Kafka, jobs and relay end one after the other. One that is killed between sending facts and
    /// marking them sends them again.
    public static final Duration TO_STOP = Duration.ofSeconds(130);

    /// @param process in which it runs; null: this one
    private record Run(AutoCloseable closing, @Nullable Process process) {}

    private final Map<Instance, Run> running = new LinkedHashMap<>();
    private final Children children;
    private final Ports ports;

    public Services(Children children, Ports ports) {
        this.children = children;
        this.ports = ports;
        // One process, one log: a context that starts must not turn the logging of the others.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /// Starts all at once and returns when each is ready.
    ///
    /// @param properties of each instance, the first ones first; secrets among them never get into a command line
    /// @param ready told of each as it becomes ready
    public void start(boolean processes, SequencedMap<Instance, Map<String, String>> properties, Ready ready) {
        try (ExecutorService threads = Executors.newFixedThreadPool(Service.values().length)) {
            List<Future<?>> starts = new ArrayList<>();
            properties.forEach((each, own) -> starts.add(threads.submit(() -> {
                Instant since = Instant.now();
                start(each, processes, own);
                ready.ready(each, Duration.between(since, Instant.now()));
            })));
            List<Throwable> failures = new ArrayList<>();
            for (Future<?> start : starts) {
                try {
                    start.get();
                } catch (ExecutionException e) {
                    failures.add(e.getCause());
                }
            }
            if (!failures.isEmpty()) {
                // Whoever mends the files of one service would only then learn of the next one's.
                throw new Trouble(
                        failures.stream().map(failure -> String.valueOf(failure.getMessage())).collect(Collectors.joining("\n")), failures.getFirst());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble("interrupted while the services start", e);
        }
    }

    /// Told when a service is ready.
    public interface Ready {
        void ready(Instance instance, Duration took);
    }

    /// Starts one; also again after [#stop].
    public void start(Instance instance, boolean process, Map<String, String> properties) {
        if (process) {
            process(instance, properties);
        } else {
            started(instance, new Run(context(instance.service(), properties), null));
        }
    }

    private void started(Instance instance, Run run) {
        synchronized (running) {
            running.put(instance, run);
        }
    }

    private ConfigurableApplicationContext context(Service service, Map<String, String> properties) {
        try {
            return service.application
                    .get()
                    .registerShutdownHook(false)
                    .initializers(starting -> starting.getEnvironment()
                            .getPropertySources()
                            .addFirst(new MapPropertySource("launcher", new HashMap<>(properties))))
                    .run();
        } catch (RuntimeException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            String why = root instanceof Misconfigured || root instanceof Unreconciled ? String.valueOf(root.getMessage()) : root.toString();
            throw new Trouble(service.title() + " does not start: " + why, e);
        }
    }

    private void process(Instance instance, Map<String, String> properties) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> argv = List.of(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dslipway.log=" + children.log(instance.log()),
                "-cp",
                System.getProperty("java.class.path"),
                instance.service().main.getName());
        Map<String, String> environment = new HashMap<>();
        properties.forEach((key, value) -> environment.put(variable(key), value));
        Process process = children.start(instance.name(), argv, environment);
        // One that ends before it is ready has ended, too.
        started(instance, new Run(() -> Children.stop(process, TO_STOP), process));
        try {
            awaitReady(instance, process);
        } catch (Trouble e) {
            Children.stop(process, TO_STOP);
            throw e;
        }
    }

    /// What became of the process of one that was started; empty while it runs. One that was stopped has ended until another takes its place: where none does,
    /// somebody has to know of it.
    Optional<String> end(Instance instance) {
        Run run;
        synchronized (running) {
            run = running.get(instance);
        }
        return run == null || run.process() == null ? Optional.empty() : Children.end(run.process());
    }

    /// Where an instance that has a process of its own says what it does.
    Path log(Instance instance) {
        return children.log(instance.log());
    }

    /// Spring's rule for properties in the environment.
    private static String variable(String property) {
        return property.replace('.', '_').replace("-", "").toUpperCase(Locale.ROOT);
    }

    private void awaitReady(Instance instance, Process process) {
        URI health = URI.create(ports.url(instance.service().port, instance.number()) + "/actuator/health");
        Instant until = Instant.now().plus(PATIENCE);
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (Instant.now().isBefore(until)) {
                if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
                    break;
                }
                try {
                    HttpRequest request = HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(5)).build();
                    if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException e) {
                    // not yet listening
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String how = process.isAlive() ? " is not ready after " + PATIENCE.toMinutes() + " minutes, see " : " does not start, see ";
        throw new Trouble(instance.name() + how + log(instance));
    }

    public void stop(Instance instance) {
        Run stopping;
        synchronized (running) {
            stopping = running.get(instance);
            if (stopping != null && stopping.process() == null) {
                running.remove(instance);
            }
        }
        if (stopping != null) {
            try {
                stopping.closing().close();
            } catch (Exception e) {
                throw new Trouble(instance.name() + " does not stop cleanly: " + e.getMessage(), e);
            }
        }
    }

    /// Stops all, in the reverse order.
    @Override
    public void close() {
        List<Instance> all;
        synchronized (running) {
            all = running.keySet().stream().sorted(Comparator.comparing(Instance::service).reversed()).toList();
        }
        all.forEach(this::stop);
        synchronized (running) {
            running.clear();
        }
    }
}
