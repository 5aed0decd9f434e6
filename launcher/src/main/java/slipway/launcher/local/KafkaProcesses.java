package slipway.launcher.local;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Node;
import slipway.launcher.local.Ports.For;

/// A cluster of real Kafka servers, a process each: what one of them does when it is killed is what it would do anywhere.
final class KafkaProcesses implements Broker.Own {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /// The last ones to stop have no quorum any more that would let them go. Their logs survive being killed.
    private static final Duration TO_STOP = Duration.ofSeconds(10);

    private final Children children;
    private final List<KafkaNode> nodes;
    private final Map<Integer, Process> running = new ConcurrentHashMap<>();

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
    public void start(Local.Telling telling) {
        Instant since = Instant.now();
        String cluster = KafkaNode.newCluster();
        for (KafkaNode each : nodes) {
            prepare(each, cluster);
        }
        nodes.forEach(this::start);
        for (KafkaNode each : nodes) {
            awaitReady(each);
            telling.ready(name(each), each.address(), Duration.between(since, Instant.now()));
        }
    }

    @Override
    public void restart(int id) {
        Process old = running.get(id);
        if (old != null) {
            Children.stop(old, TO_STOP);
        }
        KafkaNode node = nodes.get(id - 1);
        start(node);
        awaitReady(node);
    }

    @Override
    public List<Kept> kept() {
        return nodes.stream()
                .map(each -> new Kept("kafka", each.id(), name(each), children.log(name(each) + ".server"), () -> end(each), () -> restart(each.id())))
                .toList();
    }

    private Optional<String> end(KafkaNode node) {
        return Optional.ofNullable(running.get(node.id())).flatMap(Children::end);
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

    static String name(int id) {
        return "kafka-" + id;
    }

    private static String name(KafkaNode node) {
        return name(node.id());
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

    /// Until it knows itself as one of the cluster, and has every record that it is to keep: then another one may be away.
    private void awaitReady(KafkaNode node) {
        Process process = running.get(node.id());
        Instant until = Instant.now().plus(PATIENCE);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.address()))) {
            while (!isInStep(node, admin)) {
                if (process == null || !process.isAlive()) {
                    throw new Trouble("Kafka does not start on port " + node.port() + ", see "
                            + children.log(name(node) + ".server") + " and " + children.log(name(node)));
                }
                if (Instant.now().isAfter(until)) {
                    throw new Trouble(name(node) + " is not in step with the cluster after " + PATIENCE.toMinutes() + " minutes, see "
                            + children.log(name(node) + ".server"));
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble("interrupted while Kafka starts", e);
        }
    }

    private static boolean isInStep(KafkaNode node, Admin admin) throws InterruptedException {
        try {
            if (!isAmong(node, admin.describeCluster().nodes().get(5, TimeUnit.SECONDS))) {
                return false;
            }
            Set<String> topics = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get(5, TimeUnit.SECONDS);
            return admin.describeTopics(topics).allTopicNames().get(5, TimeUnit.SECONDS).values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .filter(partition -> isAmong(node, partition.replicas()))
                    .allMatch(partition -> isAmong(node, partition.isr()));
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private static boolean isAmong(KafkaNode node, Collection<Node> nodes) {
        return nodes.stream().anyMatch(each -> each.id() == node.id());
    }

    @Override
    public void close() {
        running.values().forEach(Process::destroy);
        running.values().forEach(each -> Children.stop(each, TO_STOP));
        running.clear();
    }
}
