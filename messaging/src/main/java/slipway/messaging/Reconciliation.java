package slipway.messaging;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.ServiceProperties.Recover;

/// Before anything moves: do database and log agree? A database that was restored to an earlier moment has lost facts that others know, and
/// a log that was lost has not what the journal says is out. Neither is gone on from silently; where somebody says so (`slipway.recover`),
/// the one is filled from the other.
///
/// Other instances may be at work meanwhile: a fact is in the journal before it is in the log, and its place is noted after that.
final class Reconciliation implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    private final Supplier<Admin> admins;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Records records;
    private final LostFacts lost;
    private final InboxOffsets offsets;
    private final JdbcClient jdbc;
    private final DataSource dataSource;
    private final ServiceProperties service;
    private final ObjectProvider<Beginning> beginnings;
    private final Optional<Recover> recover;
    private volatile boolean running;

    /// @param consumers of bytes, without a group
    Reconciliation(
            Supplier<Admin> admins,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Records records,
            LostFacts lost,
            InboxOffsets offsets,
            JdbcClient jdbc,
            DataSource dataSource,
            ServiceProperties service,
            ObjectProvider<Beginning> beginnings) {
        this.admins = admins;
        this.consumers = consumers;
        this.records = records;
        this.lost = lost;
        this.offsets = offsets;
        this.jdbc = jdbc;
        this.dataSource = dataSource;
        this.service = service;
        this.recover = service.recovery();
        this.beginnings = beginnings;
    }

    @Override
    public void start() {
        try (Admin admin = admins.get();
                Consumer<byte[], byte[]> consumer = consumers.get()) {
            Map<String, TopicDescription> topics = topics(admin);
            // Before the own one, which a service may listen to, is known again.
            List<String> anew = service.listens().stream()
                    .filter(heard -> isAnotherThanBefore(topics.get(heard)))
                    .toList();
            // What the journal says is out, before the log is asked for its end: another instance may be sending.
            TopicDescription own = topics.get(service.topic());
            Map<TopicPartition, Long> out = own.partitions().stream()
                    .map(each -> new TopicPartition(own.name(), each.partition()))
                    .collect(Collectors.toMap(each -> each, each -> lost.last(each.partition())));
            Map<TopicPartition, Long> ends = consumer.endOffsets(out.keySet());
            anew.forEach(heard -> {
                LOG.warn("{} was made anew: it is read from its beginning", heard);
                offsets.forget(heard);
            });
            topicHasWhatTheJournalHas(admin, own, out, ends);
            journalHasWhatTheTopicHas(admin, consumer, ends);
            service.listens().forEach(heard -> know(topics.get(heard)));
        } catch (KafkaException e) {
            throw new IllegalStateException("Kafka does not say what is in the topics of " + service.service() + ": " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not answer: " + e.getMessage(), e);
        }
        beginnings.stream().forEach(Beginning::begin);
        running = true;
    }

    private Map<String, TopicDescription> topics(Admin admin) {
        List<String> names = new ArrayList<>(service.listens());
        names.add(service.topic());
        return done(admin.describeTopics(names).allTopicNames());
    }

    private boolean isAnotherThanBefore(TopicDescription topic) {
        return jdbc.sql("select topic_id <> ? from known_topic where topic = ?")
                .params(topic.topicId().toString(), topic.name())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    private void know(TopicDescription topic) {
        jdbc.sql(
                        """
                        insert into known_topic (topic, topic_id) values (?, ?)
                        on conflict (topic) do update set topic_id = excluded.topic_id
                        """)
                .params(topic.name(), topic.topicId().toString())
                .update();
    }

    /// @param out the last place of each partition that the journal knew before its end was asked for
    private void topicHasWhatTheJournalHas(
            Admin admin, TopicDescription own, Map<TopicPartition, Long> out, Map<TopicPartition, Long> ends) throws SQLException {
        Map<Integer, Long> from = new HashMap<>();
        boolean anew = isAnotherThanBefore(own);
        ends.forEach((partition, end) -> {
            if (anew || out.get(partition) >= end) {
                from.put(partition.partition(), anew ? 0 : end);
            }
        });
        long gone = lost.from(from);
        if (gone > 0) {
            if (recover.orElse(null) != Recover.TOPIC) {
                throw new Unreconciled(
                        service.topic() + " has lost " + gone + " facts that are in the journal of " + service.service()
                                + ": the topic was made anew or set back, or it is another cluster",
                        "If it is the right one, stop all services, then start each with SLIPWAY_RECOVER=topic, which sends these facts again"
                                + " (docs/operations.md, Disaster recovery).");
            }
            alone(admin, () -> lost.sendAgain(from));
            LOG.warn("{} has lost {} facts: they are sent again", service.topic(), gone);
        }
        know(own);
    }

    private void journalHasWhatTheTopicHas(
            Admin admin, Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) throws SQLException {
        Map<TopicPartition, Long> from = new HashMap<>();
        ends.keySet().forEach(partition -> from.put(partition, lost.last(partition.partition()) + 1));
        boolean leave = recover.orElse(null) == Recover.LEAVE;
        OwnLog log = new OwnLog(
                consumer,
                raw -> !leave && Relay.source(service.service()).equals(raw.text("ce_source")),
                records,
                from,
                ends);
        if (recover.orElse(null) == Recover.JOURNAL) {
            alone(admin, () -> lost.takeBack(log));
        } else {
            refuseOrLeave(lost.look(log));
        }
        long reacted = lost.react();
        if (reacted > 0) {
            LOG.warn("{} facts of {} were taken back into the journal, and what they call for is looked after", reacted, service.topic());
        }
        recover.ifPresent(each -> LOG.warn("SLIPWAY_RECOVER is {}: take it out again, so that somebody decides the next time", each));
    }

    private void refuseOrLeave(LostFacts.Found found) {
        if (found.number() == 0) {
            return;
        }
        String facts = (found.number() < LostFacts.ENOUGH ? "" : "at least ") + found.number() + " facts";
        if (recover.orElse(null) == Recover.LEAVE) {
            LOG.warn("{} of {} are left there, as somebody else's: {}", facts, service.topic(), found.inWords());
            return;
        }
        throw new Unreconciled(
                service.topic() + " has " + facts + " that the database of " + service.service() + " has not, first "
                        + found.inWords() + ". The database was set back, or somebody else wrote there. The service would give their"
                        + " numbers to other facts",
                "Stop all its instances, and look for a later state of the database. When there is none, start one instance with"
                        + " SLIPWAY_RECOVER=journal, which takes these facts back for good. When they are not this service's, find out who"
                        + " may write there, and start with SLIPWAY_RECOVER=leave (docs/operations.md, Disaster recovery).");
    }

    /// While no other instance of the service is at work.
    private void alone(Admin admin, Runnable recovery) throws SQLException {
        RelayLock lock = new RelayLock(service.topic());
        boolean others = hasMembers(admin);
        try (Connection connection = dataSource.getConnection()) {
            if (others || !lock.take(connection)) {
                throw new Unreconciled(
                        "another instance of " + service.service() + " is at work, or was within the last ten seconds",
                        "Stop all of them, then start one.");
            }
            try {
                recovery.run();
            } finally {
                lock.giveBack(connection);
            }
        }
    }

    private boolean hasMembers(Admin admin) {
        String group = service.service();
        try {
            return !done(admin.describeConsumerGroups(List.of(group)).all()).get(group).members().isEmpty();
        } catch (GroupIdNotFoundException _) {
            // Lost with the cluster that knew it.
            return false;
        }
    }

    private static <T> T done(KafkaFuture<T> asked) {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException fault ? fault : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Kafka is asked", e);
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
        return Phases.RECONCILIATION;
    }
}
