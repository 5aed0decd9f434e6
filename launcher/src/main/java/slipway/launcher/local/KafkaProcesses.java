package slipway.launcher.local;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import slipway.launcher.local.Ports.For;

/// A cluster of real Kafka servers, a process each: what one of them does when it is killed is what it would do anywhere.
final class KafkaProcesses implements Broker.Own {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /// The last ones to stop have no quorum any more that would let them go. Their logs survive being killed.
    private static final Duration TO_STOP = Duration.ofSeconds(10);

    private final Children children;
    private final List<KafkaNode> nodes;
    private final Map<Integer, Process> running = new HashMap<>();

    /// @param directory in which each node has one of its own
    KafkaProcesses(Children children, Path directory, Ports ports, int count) {
        this.children = children;
        this.nodes = IntStream.rangeClosed(1, count)
                .mapToObj(id -> new KafkaNode(
                        id,
                        directory.resolve("node-" + id),
                        ports.of(For.KAFKA, id),
                        ports.of(For.CONTROLLER, id)))
                .toList();
    }

    @Override
    public String address() {
        return nodes.stream().map(KafkaNode::address).collect(Collectors.joining(","));
    }

    @Override
    public int nodes() {
        return nodes.size();
    }

    @Override
    public void start() {
        String cluster = KafkaNode.newCluster();
        for (KafkaNode each : nodes) {
            prepare(each, cluster);
        }
        nodes.forEach(this::start);
        awaitAll();
    }

    @Override
    public void restart(int id) {
        Process old = running.get(id);
        if (old != null) {
            Children.stop(old, TO_STOP);
        }
        start(nodes.get(id - 1));
        awaitAll();
    }

    private void prepare(KafkaNode node, String cluster) {
        try {
            Files.createDirectories(node.directory());
            node.format(cluster);
            try (Writer file = Files.newBufferedWriter(settings(node))) {
                node.properties(nodes).store(file, null);
            }
        } catch (IOException e) {
            throw new Trouble("Kafka cannot keep its log in " + node.directory() + ": " + e.getMessage(), e);
        }
    }

    private static Path settings(KafkaNode node) {
        return node.directory().resolveSibling("node-" + node.id() + ".properties");
    }

    private static String name(KafkaNode node) {
        return "kafka-" + node.id();
    }

    private void start(KafkaNode node) {
        List<String> argv = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Dslipway.log=" + children.log(name(node) + ".server"),
                "-cp",
                System.getProperty("java.class.path"),
                "kafka.Kafka",
                settings(node).toString());
        running.put(node.id(), children.start(name(node), argv, Map.of()));
    }

    /// Until every node is in the cluster: topics ask for a copy on each.
    private void awaitAll() {
        Instant until = Instant.now().plus(PATIENCE);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
            while (known(admin) < nodes.size()) {
                for (KafkaNode each : nodes) {
                    if (!running.get(each.id()).isAlive()) {
                        throw new Trouble("Kafka does not start on port " + each.port() + ", see "
                                + children.log(name(each) + ".server") + " and " + children.log(name(each)));
                    }
                }
                if (Instant.now().isAfter(until)) {
                    throw new Trouble("Kafka has not " + nodes.size() + " brokers after " + PATIENCE.toMinutes() + " minutes");
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble("interrupted while Kafka starts", e);
        }
    }

    private static int known(Admin admin) throws InterruptedException {
        try {
            return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size();
        } catch (ExecutionException | TimeoutException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        running.values().forEach(Process::destroy);
        running.values().forEach(each -> Children.stop(each, TO_STOP));
        running.clear();
    }
}
