package slipway.launcher.local;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/// One Kafka server of ours, broker and controller (KRaft) at once, on the loopback; its log survives restarts.
///
/// @param id counts from 1
record KafkaNode(int id, Path directory, int port, int controllerPort) {

    String address() {
        return "localhost:" + port;
    }

    /// Makes the directory fit for a server, the first time.
    ///
    /// @param cluster id that all nodes share; nobody needs to know it afterwards
    void format(String cluster) {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setNodeId(id)
                    .setClusterId(cluster)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .setIgnoreFormatted(true)
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .run();
        } catch (Exception e) {
            throw new Trouble("Kafka cannot keep its log in " + directory + ": " + e.getMessage(), e);
        }
    }

    static String newCluster() {
        return Uuid.randomUuid().toString();
    }

    /// @param all nodes of the cluster; of three or more, one may be away
    Properties properties(List<KafkaNode> all) {
        String voters = all.stream()
                .map(each -> each.id + "@localhost:" + each.controllerPort)
                .collect(Collectors.joining(","));
        String copies = String.valueOf(Math.min(3, all.size()));
        String inSync = all.size() >= 3 ? "2" : "1";
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", String.valueOf(id)),
                Map.entry("controller.quorum.voters", voters),
                Map.entry("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
                Map.entry("advertised.listeners", "PLAINTEXT://localhost:" + port),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("log.dirs", directory.toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("default.replication.factor", copies),
                Map.entry("min.insync.replicas", inSync),
                Map.entry("offsets.topic.replication.factor", copies),
                Map.entry("offsets.topic.num.partitions", "8"),
                Map.entry("transaction.state.log.replication.factor", copies),
                Map.entry("transaction.state.log.min.isr", inSync),
                Map.entry("transaction.state.log.num.partitions", "8"),
                Map.entry("share.coordinator.state.topic.replication.factor", copies),
                Map.entry("share.coordinator.state.topic.min.isr", inSync),
                Map.entry("share.coordinator.state.topic.num.partitions", "8"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("offsets.retention.minutes", "5256000"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"),
                Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
                Map.entry("num.recovery.threads.per.data.dir", "2")));
        return properties;
    }
}
