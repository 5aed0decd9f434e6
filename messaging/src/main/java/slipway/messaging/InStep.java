package slipway.messaging;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.ServiceProperties.Recover;

/// Before anything moves: are database and log of one time? A database that was restored to an earlier moment has lost facts that others
/// know, and a log that was lost has not what the journal says is out. Neither is gone on from silently; where somebody says so
/// (`slipway.recover`), the one is filled from the other.
///
/// Other instances may be at work meanwhile: a fact is in the journal before it is in the log, and is read before its group says so.
final class InStep implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(InStep.class);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Records records;
    private final LostFacts lost;
    private final InboxPlaces places;
    private final JdbcClient jdbc;
    private final DataSource dataSource;
    private final ServiceProperties service;
    private final ObjectProvider<Beginning> beginnings;
    private volatile boolean running;

    /// @param consumers in the group of the service, subscribed to nothing
    InStep(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Records records,
            LostFacts lost,
            InboxPlaces places,
            JdbcClient jdbc,
            DataSource dataSource,
            ServiceProperties service,
            ObjectProvider<Beginning> beginnings) {
        this.consumers = consumers;
        this.records = records;
        this.lost = lost;
        this.places = places;
        this.jdbc = jdbc;
        this.dataSource = dataSource;
        this.service = service;
        this.beginnings = beginnings;
    }

    @Override
    public void start() {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions(consumer, List.of(service.topic())));
            topicHasWhatTheJournalHas(ends);
            journalHasWhatTheTopicHas(consumer, ends);
            inboxGoesOnWhereTheDatabaseIs(consumer);
        } catch (AuthorizationException e) {
            throw new OutOfStep(
                    service.service() + " may not read its own topic: " + e.getMessage(),
                    "`slipway setup --rights` of this version gives it the right.");
        } catch (KafkaException e) {
            throw new IllegalStateException("Kafka does not say what is in " + service.topic() + ": " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not answer: " + e.getMessage(), e);
        }
        beginnings.stream().forEach(Beginning::begin);
        running = true;
    }

    private void topicHasWhatTheJournalHas(Map<TopicPartition, Long> ends) throws SQLException {
        long gone = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            gone += jdbc.sql("select count(*) from journal where partition = ? and log_offset >= ?")
                    .params(end.getKey().partition(), end.getValue())
                    .query(Long.class)
                    .single();
        }
        if (gone == 0) {
            return;
        }
        if (service.recover() != Recover.TOPIC) {
            throw new OutOfStep(
                    service.topic() + " has lost " + gone + " facts that are in the journal of " + service.service()
                            + ": the topic was made anew or set back, or it is another cluster",
                    "If it is the right one, stop all services, then start each with SLIPWAY_RECOVER=topic, which sends these facts again"
                            + " (docs/operations.md, Disaster recovery).");
        }
        alone(() -> ends.forEach((partition, end) -> jdbc.sql(
                        """
                        update journal set published_at = null, partition = null, log_offset = null
                        where partition = ? and log_offset >= ?
                        """)
                .params(partition.partition(), end)
                .update()));
        LOG.warn("{} has lost {} facts: they are sent again", service.topic(), gone);
    }

    private void journalHasWhatTheTopicHas(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends)
            throws SQLException {
        Map<TopicPartition, Long> from = new HashMap<>();
        ends.keySet().forEach(partition -> from.put(partition, lost.next(partition)));
        LostFacts.Found found = lost.look(new OwnLog(consumer, records, from, ends));
        if (found.first() != null) {
            if (service.recover() != Recover.JOURNAL) {
                throw new OutOfStep(
                        service.topic() + " has " + found.number() + " facts that the database of " + service.service()
                                + " has not, the first of them " + LostFacts.words(found.first())
                                + ": the database was set back. The service would give their numbers to other facts",
                        "Stop all its instances, and look for a later state of the database. When there is none, start one instance with"
                                + " SLIPWAY_RECOVER=journal, which takes these facts back (docs/operations.md, Disaster recovery).");
            }
            LOG.warn("{} facts of {} are taken back into the journal", found.number(), service.topic());
            alone(() -> lost.takeBack(new OwnLog(consumer, records, from, ends)));
        }
        long reacted = lost.react();
        if (reacted > 0) {
            LOG.warn("{} facts were taken back, and what they call for is looked after", reacted);
        }
    }

    /// What the service listens to is read again from where this database has read it. What it knows it passes over.
    private void inboxGoesOnWhereTheDatabaseIs(Consumer<byte[], byte[]> consumer) {
        Set<TopicPartition> heard = partitions(consumer, service.listens());
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(heard);
        Map<TopicPartition, Long> read = places.all();
        Map<TopicPartition, Long> ends = consumer.endOffsets(heard);
        Map<TopicPartition, OffsetAndMetadata> back = new HashMap<>();
        for (TopicPartition partition : heard) {
            OffsetAndMetadata group = committed.get(partition);
            Long here = read.get(partition);
            long end = ends.get(partition);
            if (here != null && here > end || group != null && group.offset() > end) {
                // The topic was made anew, or has lost its tail.
                back.put(partition, new OffsetAndMetadata(0));
            } else if (group != null && here != null && group.offset() > here) {
                back.put(partition, new OffsetAndMetadata(here));
            } else if (group != null && here == null && service.recover() == Recover.JOURNAL) {
                // Set back to before it was noted.
                back.put(partition, new OffsetAndMetadata(0));
            }
        }
        if (back.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(back);
            back.forEach((partition, place) -> {
                if (place.offset() == 0) {
                    places.forget(partition);
                }
            });
            LOG.warn(
                    "the database is older than what was read: {} reads again from {}",
                    service.service(),
                    back.entrySet().stream().map(each -> each.getKey() + "@" + each.getValue().offset()).sorted().toList());
        } catch (CommitFailedException _) {
            LOG.info("other instances of {} read on; nothing is read again", service.service());
        }
    }

    private static Set<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, Collection<String> topics) {
        Set<TopicPartition> partitions = new LinkedHashSet<>();
        for (String topic : topics) {
            List<PartitionInfo> known = consumer.partitionsFor(topic);
            if (known.isEmpty()) {
                throw new KafkaException("there is no topic " + topic);
            }
            known.forEach(each -> partitions.add(new TopicPartition(topic, each.partition())));
        }
        return partitions;
    }

    /// While no other instance can send, and so none is at work.
    private void alone(Runnable recovery) throws SQLException {
        RelayLock lock = new RelayLock(service.topic());
        try (Connection connection = dataSource.getConnection()) {
            if (!lock.take(connection)) {
                throw new OutOfStep(
                        "another instance of " + service.service() + " is at work on this database",
                        "Stop all of them, then start one.");
            }
            try {
                recovery.run();
            } finally {
                lock.giveBack(connection);
            }
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Phases.IN_STEP;
    }
}
