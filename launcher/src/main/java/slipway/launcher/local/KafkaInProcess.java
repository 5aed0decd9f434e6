package slipway.launcher.local;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A real Kafka server in this process.
final class KafkaInProcess implements Broker.Own {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaInProcess.class);

    private final KafkaNode node;
    private final Map<String, String> settings;
    private @Nullable KafkaRaftServer server;

    /// @param settings more of them, or others than [KafkaNode#properties] has
    KafkaInProcess(KafkaNode node, Map<String, String> settings) {
        this.node = node;
        this.settings = settings;
    }

    @Override
    public String address() {
        return node.address();
    }

    @Override
    public int nodes() {
        return 1;
    }

    @Override
    public void start(Local.Telling telling) {
        // A broker that gives up must not take everything else in this process with it unasked.
        Exit.setExitProcedure(KafkaInProcess::gaveUp);
        Exit.setHaltProcedure(KafkaInProcess::gaveUp);
        node.format(KafkaNode.newCluster());
        Properties properties = node.properties(List.of(node));
        properties.putAll(settings);
        try {
            server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
            server.startup();
        } catch (RuntimeException e) {
            throw new Trouble("Kafka does not start on port " + node.port() + ": " + e.getMessage(), e);
        }
    }

    private static void gaveUp(int status, @Nullable String message) {
        LOG.error("Kafka gives up with status {}: {}", status, message);
        throw new IllegalStateException("Kafka gives up: " + message);
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
