package slipway.launcher.local;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.audit.transparency.SigningKey;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Services.Instance;
import slipway.launcher.local.Services.Service;

/// The whole system on this machine. What is started last is stopped first.
public final class Local implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Local.class);
    private static final String POSTGRES = "PostgreSQL";
    private static final String KAFKA = "Kafka";
    private static final String RECOVER = "slipway.recover";
    private static final String SIGNING_KEY = "audit-signing-key";

    private final Home home;
    private final Ports ports;
    private final Children children;
    private final PostgresBinaries binaries;
    private final Database database;
    private final Broker broker;
    private final Services services;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private @Nullable Issuer issuer;
    private final Layout layout;
    private SequencedMap<Instance, Map<String, String>> properties = new LinkedHashMap<>();

    /// Where the services find what they work on.
    public interface Files {
        Path inventory();

        Path delivery();

        Path backups();

        Path notifications();
    }

    /// What happens, for the eyes of a person.
    public interface Telling {

        Telling NOBODY = (_, _, _) -> {};

        void ready(String what, String where, Duration took);

        default void waiting(String why) {}
    }

    /// Ends what a killed launcher left behind; starts nothing yet.
    public Local(Home home, Ports ports, Layout layout) {
        this.home = home;
        this.ports = ports;
        this.layout = layout;
        this.children = new Children(home);
        this.binaries = PostgresBinaries.unpackedIn(home.sub("programs"));
        this.database = new Database(home, binaries, ports.of(For.POSTGRES));
        this.broker = ownOrElsewhere();
        this.services = new Services(children, ports);
        database.stopLeftOver();
    }

    private Broker ownOrElsewhere() {
        sameLogAsBefore();
        String elsewhere = layout.kafka();
        if (elsewhere != null) {
            return Broker.elsewhere(elsewhere);
        }
        Path log = home.sub(logFolder(layout.brokers()));
        return layout.brokers() == 1
                ? Broker.embedded(log, ports.of(For.KAFKA), ports.of(For.CONTROLLER))
                : Broker.of(new KafkaProcesses(children, log, ports, layout.brokers()));
    }

    private static String logFolder(int brokers) {
        return brokers == 1 ? "kafka" : "kafka-" + brokers + "-brokers";
    }

    /// The databases know what they have published. On another log that would be missing, and what comes next would have nothing before it.
    private void sameLogAsBefore() {
        for (int brokers = 1; brokers <= Ports.MOST; brokers++) {
            boolean same = layout.kafka() == null && brokers == layout.brokers();
            if (!same && java.nio.file.Files.exists(home.directory().resolve(logFolder(brokers)))) {
                throw new Trouble("the data in " + home.directory() + " were made with --brokers " + brokers
                        + ", and their log is there: go on with that, or give another --data");
            }
        }
    }

    public Children children() {
        return children;
    }

    public PostgresBinaries binaries() {
        return binaries;
    }

    public Services services() {
        return services;
    }

    public Broker broker() {
        return broker;
    }

    public Issuer issuer() {
        return Objects.requireNonNull(issuer, "not started");
    }

    /// The properties each instance was started with.
    public Map<Instance, Map<String, String>> properties() {
        return properties;
    }

    /// Whatever [#start] tells to be ready, by its name.
    public List<String> parts() {
        List<String> parts = new ArrayList<>(List.of(POSTGRES, KAFKA));
        for (int id = 1; layout.brokers() > 1 && id <= layout.brokers(); id++) {
            parts.add(KafkaProcesses.name(id));
        }
        instances().stream().map(Instance::name).forEach(parts::add);
        return parts;
    }

    /// What may be restarted, and is looked at while it runs: the services, and what has a process of its own.
    public List<Kept> kept() {
        List<Kept> kept = new ArrayList<>();
        kept.add(database.kept());
        kept.addAll(broker.kept());
        for (Instance each : instances()) {
            Path log = layout.processes() ? services.log(each) : children.log("slipway");
            kept.add(new Kept(each.service().title(), each.number(), each.name(), log, () -> services.end(each), () -> restart(each)));
        }
        return kept;
    }

    /// Starts broker and database, the small servers, then the services.
    ///
    /// @throws Trouble when something does not start; what did start is then stopped by [#close]
    public void start(Files files, Telling telling) {
        SchemaRegistry registry =
                new SchemaRegistry(home.sub("registry").resolve("schemas.jsonl"), ports.of(For.REGISTRY));
        opened(registry);
        registry.start();
        Issuer tokens = new Issuer(home, Path.of(theirs("SLIPWAY_INVENTORY", files.inventory())), ports.of(For.ISSUER));
        this.issuer = tokens;
        opened(tokens);
        tokens.start();
        Mailbox mailbox = new Mailbox(home.sub("mail"), ports.of(For.SMTP));
        opened(mailbox);
        mailbox.start();

        List<String> words = Arrays.stream(Service.values()).map(Service::word).toList();
        Instant since = Instant.now();
        opened(database);
        CompletableFuture<Void> databases = CompletableFuture.runAsync(() -> {
            database.start(words);
            telling.ready(POSTGRES, ports.address(For.POSTGRES), Duration.between(since, Instant.now()));
        });
        opened(broker);
        Throwable failure = null;
        try {
            broker.start(telling);
            telling.ready(KAFKA, broker.address(), Duration.between(since, Instant.now()));
        } catch (Trouble e) {
            failure = e;
        }
        try {
            databases.join();
        } catch (CompletionException e) {
            failure = e.getCause();
        }
        if (failure != null) {
            throw failure instanceof Trouble trouble ? trouble : new Trouble(String.valueOf(failure), failure);
        }
        properties = propertiesOf(files);
        opened(services);
        services.start(
                layout.processes(),
                properties,
                (each, took) ->
                        telling.ready(each.name(), ports.url(each.service().port(), each.number()), took));
        properties.values().forEach(each -> each.put(RECOVER, ""));
    }

    /// Stops one instance, if it runs still, and starts it again.
    public void restart(Instance instance) {
        services.stop(instance);
        services.start(instance, layout.processes(), properties.get(instance));
    }

    /// Stops the services; broker and database go on until [#close].
    public void stopServices() {
        services.close();
    }

    private synchronized void opened(AutoCloseable what) {
        started.push(what);
    }

    private SequencedMap<Instance, Map<String, String>> propertiesOf(Files files) {
        SequencedMap<Instance, Map<String, String>> all = new LinkedHashMap<>();
        instances().forEach(each -> all.put(each, propertiesOf(each, files)));
        return all;
    }

    /// The first ones first.
    private List<Instance> instances() {
        return IntStream.rangeClosed(1, layout.instances())
                .boxed()
                .flatMap(number -> Arrays.stream(Service.values()).map(each -> new Instance(each, number)))
                .toList();
    }

    private Map<String, String> propertiesOf(Instance instance, Files files) {
        Service service = instance.service();
        Map<String, String> own = new HashMap<>();
        // For this start only, and for one of those that share a database.
        own.put(RECOVER, instance.number() == 1 ? Objects.requireNonNullElse(System.getenv("SLIPWAY_RECOVER"), "") : "");
        own.put("server.port", String.valueOf(ports.of(service.port(), instance.number())));
        own.put("server.address", "127.0.0.1");
        own.put("SLIPWAY_KAFKA", broker.address());
        own.put("SLIPWAY_POSTGRES", ports.address(For.POSTGRES));
        own.put("SLIPWAY_REGISTRY", ports.url(For.REGISTRY));
        own.put("SLIPWAY_ISSUER", ports.url(For.ISSUER));
        own.put("spring.datasource.username", service.word());
        own.put("spring.datasource.password", database.password(service.word()));
        switch (service) {
            case CHANGE -> {
                own.put("slipway.inventory", theirs("SLIPWAY_INVENTORY", files.inventory()));
                own.put("SLIPWAY_CHANGE_URL", ports.url(For.CHANGE));
                own.put("SLIPWAY_SIGN_IN_CLIENT_ID", Issuer.CLIENT);
                own.put("SLIPWAY_SIGN_IN_CLIENT_SECRET_FILE", home.secret(Issuer.CLIENT_SECRET).toString());
            }
            case RELEASE -> {
                own.put("slipway.delivery", theirs("SLIPWAY_DELIVERY", files.delivery()));
                own.put("slipway.packages", home.sub("packages").toString());
            }
            case BACKUP -> {
                own.put("slipway.backups", theirs("SLIPWAY_BACKUPS", files.backups()));
                own.put("slipway.backup.home", home.sub("backups").toString());
            }
            case NOTIFICATION -> {
                own.put("slipway.notifications", theirs("SLIPWAY_NOTIFICATIONS", files.notifications()));
                own.put("SLIPWAY_CHANGE_URL", ports.url(For.CHANGE));
                own.put("SLIPWAY_SMTP_HOST", "localhost");
                own.put("SLIPWAY_SMTP_PORT", String.valueOf(ports.of(For.SMTP)));
            }
            case AUDIT -> {
                own.put("SLIPWAY_BACKUP_URL", ports.url(For.BACKUP));
                own.put("slipway.audit.log", home.sub(instance.number() == 1 ? "audit-log" : "audit-log-" + instance.number()).toString());
                own.put("slipway.audit.signing-key-file", home.secret(SIGNING_KEY, () -> SigningKey.generate("slipway.local")).toString());
            }
        }
        return own;
    }

    /// Whoever names a file of their own means that one.
    private static String theirs(String variable, Path file) {
        String own = System.getenv(variable);
        return own == null || own.isBlank() ? file.toString() : own;
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable last = started.pop();
            try {
                last.close();
            } catch (Exception e) {
                LOG.error("{} does not stop cleanly", last.getClass().getSimpleName(), e);
            }
        }
        children.close();
    }
}
