package slipway.launcher.local;

import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.launcher.cluster.Cluster;
import slipway.launcher.cluster.Unprepared;

/// Kafka: of our own, in this process or in several, or a cluster that runs elsewhere, where only the topics are made.
public final class Broker implements AutoCloseable {

    private final String address;
    private final @Nullable Own own;

    /// What is ours to start and to stop.
    interface Own extends AutoCloseable {

        /// Bootstrap servers.
        String address();

        int nodes();

        /// Returns when each node takes records.
        ///
        /// @param telling told of each node that has a process of its own
        void start(Local.Telling telling);

        /// @param id of the node, from 1
        default void restart(int id) {
            close();
            start(Local.Telling.NOBODY);
        }

        /// The nodes that have a process of their own.
        default List<Kept> kept() {
            return List.of();
        }

        @Override
        void close();
    }

    private Broker(String address, @Nullable Own own) {
        this.address = address;
        this.own = own;
    }

    static Broker of(Own own) {
        return new Broker(own.address(), own);
    }

    /// One, in this process.
    public static Broker embedded(Path directory, int port, int controllerPort) {
        return of(new KafkaInProcess(new KafkaNode(1, directory, port, controllerPort), Map.of()));
    }

    /// @param address bootstrap servers of a running cluster
    public static Broker elsewhere(String address) {
        return new Broker(address, null);
    }

    public String address() {
        return address;
    }

    /// Starts it, and makes the topics that are missing.
    public void start(Local.Telling telling) {
        if (own != null) {
            own.start(telling);
        }
        try (Cluster cluster = new Cluster(Map.of("bootstrap.servers", address))) {
            cluster.reach(until -> telling.waiting("Kafka at " + address + " does not answer yet; waiting until " + until.truncatedTo(ChronoUnit.SECONDS)));
            cluster.topics(replication());
        } catch (Unprepared e) {
            throw new Trouble(String.valueOf(e.getMessage()), e);
        }
    }

    /// Starts one node again, whether it was killed or runs.
    ///
    /// @param id counts from 1
    public void restart(int id) {
        if (own == null) {
            throw new Trouble("the Kafka at " + address + " is not ours to start");
        }
        own.restart(id);
    }

    List<Kept> kept() {
        return own == null ? List.of() : own.kept();
    }

    /// Elsewhere it is for that cluster to say.
    private Optional<Short> replication() {
        return own == null ? Optional.empty() : Optional.of((short) Math.min(3, own.nodes()));
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
