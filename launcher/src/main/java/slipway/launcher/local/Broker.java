package slipway.launcher.local;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.events.Topics;

/// A real Kafka broker and controller (KRaft) in this process, on the loopback; its log survives restarts. Or a cluster that runs
/// elsewhere, where only the topics are made.
public final class Broker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final int NODE = 1;

    private final String address;
    private final @Nullable Own own;
    private @Nullable KafkaRaftServer server;

    /// One that is ours to start and to stop.
    private record Own(Path directory, int port, int controllerPort) {}

    private Broker(String address, @Nullable Own own) {
        this.address = address;
        this.own = own;
    }

    public static Broker embedded(Path directory, int port, int controllerPort) {
        return new Broker("localhost:" + port, new Own(directory, port, controllerPort));
    }

    /// @param address bootstrap servers of a running cluster
    public static Broker elsewhere(String address) {
        return new Broker(address, null);
    }

    public String address() {
        return address;
    }

    /// Formats the directory the first time, starts, and makes the topics that are missing.
    public void start() {
        if (own != null) {
            start(own);
        }
        createTopics();
    }

    private void start(Own own) {
        // A broker that gives up must not take everything else in this process with it unasked.
        Exit.setExitProcedure(Broker::gaveUp);
        Exit.setHaltProcedure(Broker::gaveUp);
        try {
            format(own.directory());
            server = new KafkaRaftServer(KafkaConfig.fromProps(properties(own)), Time.SYSTEM);
            server.startup();
        } catch (Exception e) {
            throw new Trouble("Kafka does not start on port " + own.port() + ": " + e.getMessage(), e);
        }
    }

    private static void gaveUp(int status, @Nullable String message) {
        LOG.error("Kafka gives up with status {}: {}", status, message);
        throw new IllegalStateException("Kafka gives up: " + message);
    }

    private static void format(Path directory) throws Exception {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setNodeId(NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(directory.toString())
                .addDirectory(directory.toString())
                .setIgnoreFormatted(true)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .run();
    }

    private static Properties properties(Own own) {
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", String.valueOf(NODE)),
                Map.entry("controller.quorum.voters", NODE + "@localhost:" + own.controllerPort()),
                Map.entry("listeners", "PLAINTEXT://127.0.0.1:" + own.port() + ",CONTROLLER://127.0.0.1:"
                        + own.controllerPort()),
                Map.entry("advertised.listeners", "PLAINTEXT://localhost:" + own.port()),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("log.dirs", own.directory().toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "8"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "8"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "8"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("offsets.retention.minutes", "5256000"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"),
                Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
                Map.entry("num.recovery.threads.per.data.dir", "2")));
        return properties;
    }

    /// Elsewhere it is for that cluster to say.
    private Optional<Short> replication() {
        return own == null ? Optional.empty() : Optional.of((short) 1);
    }

    private void createTopics() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
            Set<String> there = admin.listTopics().names().get(60, TimeUnit.SECONDS);
            List<NewTopic> missing = Topics.all().stream()
                    .filter(name -> !there.contains(name))
                    .map(name -> new NewTopic(name, Optional.of(Topics.PARTITIONS), replication()).configs(Topics.CONFIG))
                    .toList();
            admin.createTopics(missing).all().get(60, TimeUnit.SECONDS);
            List<String> unfit = unfit(admin, Topics.all().stream().filter(there::contains).toList());
            if (!unfit.isEmpty()) {
                throw new Trouble("topics are there, but not as Slipway needs them: " + String.join("; ", unfit));
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new Trouble("Kafka does not make the topics: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble("interrupted while Kafka makes the topics", e);
        }
    }

    /// Somebody else made them, perhaps with the cluster's defaults: those would forget after a week, or keep the last fact only.
    private static List<String> unfit(Admin admin, List<String> topics)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<String> faults = new ArrayList<>();
        var described = admin.describeTopics(topics).allTopicNames().get(60, TimeUnit.SECONDS);
        List<ConfigResource> asked = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        var configs = admin.describeConfigs(asked).all().get(60, TimeUnit.SECONDS);
        for (ConfigResource topic : asked) {
            int partitions = described.get(topic.name()).partitions().size();
            if (partitions != Topics.PARTITIONS) {
                faults.add(topic.name() + " has " + partitions + " partitions instead of " + Topics.PARTITIONS);
            }
            Topics.CONFIG.forEach((key, value) -> {
                ConfigEntry entry = configs.get(topic).get(key);
                if (entry == null || !value.equals(entry.value())) {
                    faults.add(topic.name() + " has " + key + "=" + (entry == null ? "?" : entry.value())
                            + " instead of " + value);
                }
            });
        }
        return faults;
    }

    @Override
    public void close() {
        KafkaRaftServer running = server;
        if (running != null) {
            running.shutdown();
            running.awaitShutdown();
            server = null;
        }
    }
}
