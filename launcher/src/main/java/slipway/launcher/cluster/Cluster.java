package slipway.launcher.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import slipway.events.Topics;

/// A Kafka cluster, as whoever may change it sees it. All of it may be done again at any time: what is there already stays.
public final class Cluster implements AutoCloseable {

    /// From three copies on, a record is there when two have it: one broker may be away.
    private static final int COPIES_OF_A_CLUSTER = 3;

    /// What the brokers' documentation asks for at least is 4096.
    private static final ScramCredentialInfo SCRAM = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 8192);

    /// Until somebody who waits for it is told that they do.
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private final String servers;
    private final Duration patience;
    private final Admin admin;

    /// @param settings of an admin client, `bootstrap.servers` at least; `default.api.timeout.ms` is how long [#reach] waits
    /// @throws Unprepared when no client can be made of them
    public Cluster(Map<String, Object> settings) {
        this.servers = String.valueOf(settings.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        try {
            this.patience = Duration.ofMillis(new AdminClientConfig(settings).getInt(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG));
            this.admin = Admin.create(settings);
        } catch (KafkaException e) {
            throw unusable(e);
        }
    }

    private Unprepared unusable(KafkaException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String why = Absence.why(root);
        return new Unprepared(
                why.contains(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG)
                        ? "Kafka does not answer at " + Absence.ofBrokers(servers)
                        : "Kafka cannot be asked with these settings: " + why,
                failure);
    }

    /// Waits until it answers.
    ///
    /// @param waits told once, when it takes more than a moment, until when
    /// @throws Unprepared saying why it does not
    public void reach(Consumer<Instant> waits) {
        Instant until = Instant.now().plus(patience);
        KafkaFuture<String> answer = admin.describeCluster().clusterId();
        try {
            try {
                answer.get(SILENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                waits.accept(until);
                // It gives up by itself.
                answer.get();
            }
        } catch (ExecutionException e) {
            throw unreachable(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unprepared("interrupted while Kafka should answer", e);
        }
    }

    private Unprepared unreachable(Throwable failure) {
        String why = failure instanceof RetriableException ? Absence.ofBrokers(servers) : servers + ": " + Absence.why(failure);
        return new Unprepared("Kafka does not answer at " + why, failure);
    }

    /// Makes the topics that are missing.
    ///
    /// @param replication how many brokers keep each record; empty: as many as the cluster does by itself
    /// @return names of those that were made
    /// @throws Unprepared naming each one that is there, but not as Slipway needs it
    public List<String> topics(Optional<Short> replication) {
        Set<String> there = done(admin.listTopics().names(), "list the topics");
        List<NewTopic> missing = Topics.all().stream()
                .filter(name -> !there.contains(name))
                .map(name -> new NewTopic(name, Optional.of(Topics.PARTITIONS), replication).configs(settings(replication)))
                .toList();
        done(admin.createTopics(missing).all(), "make the topics");
        List<String> unfit = unfit(Topics.all().stream().filter(there::contains).toList(), replication);
        if (!unfit.isEmpty()) {
            throw new Unprepared("topics are there, but not as Slipway needs them: " + String.join("; ", unfit));
        }
        return missing.stream().map(NewTopic::name).toList();
    }

    private static Map<String, String> settings(Optional<Short> replication) {
        Map<String, String> settings = new HashMap<>(Topics.CONFIG);
        if (replication.orElse((short) 0) >= COPIES_OF_A_CLUSTER) {
            settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
        }
        return settings;
    }

    /// Somebody else made them, perhaps with the cluster's defaults: those would forget after a week, or keep the last fact only.
    private List<String> unfit(List<String> topics, Optional<Short> replication) {
        List<String> faults = new ArrayList<>();
        var described = done(admin.describeTopics(topics).allTopicNames(), "look at the topics");
        List<ConfigResource> asked = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        var configs = done(admin.describeConfigs(asked).all(), "look at the settings of the topics");
        for (ConfigResource topic : asked) {
            int partitions = described.get(topic.name()).partitions().size();
            if (partitions != Topics.PARTITIONS) {
                faults.add(topic.name() + " has " + partitions + " partitions instead of " + Topics.PARTITIONS);
            }
            described.get(topic.name()).partitions().stream()
                    .mapToInt(partition -> partition.replicas().size())
                    .filter(copies -> replication.isPresent() && copies < replication.get())
                    .findFirst()
                    .ifPresent(copies -> faults.add(topic.name() + " is kept " + copies + " times instead of " + replication.get()
                            + ": give it more with kafka-reassign-partitions"));
            settings(replication).forEach((key, value) -> {
                ConfigEntry entry = configs.get(topic).get(key);
                if (entry == null || !value.equals(entry.value())) {
                    faults.add(topic.name() + " has " + key + "=" + (entry == null ? "?" : entry.value())
                            + " instead of " + value);
                }
            });
        }
        return faults;
    }

    /// Makes users, or gives them these passwords.
    ///
    /// @param passwords by the name of the user
    public void users(Map<String, String> passwords) {
        List<UserScramCredentialAlteration> users = passwords.entrySet().stream()
                .<UserScramCredentialAlteration>map(
                        each -> new UserScramCredentialUpsertion(each.getKey(), SCRAM, each.getValue()))
                .toList();
        done(admin.alterUserScramCredentials(users).all(), "make the users");
    }

    /// Gives rights. Takes none away: others may have been given by hand.
    public void rights(Collection<AclBinding> rights) {
        done(admin.createAcls(rights).all(), "give the rights");
    }

    private static <T> T done(KafkaFuture<T> asked, String what) {
        try {
            return asked.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new Unprepared("Kafka does not " + what + ": " + e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new Unprepared("Kafka does not " + what + " within a minute", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unprepared("interrupted while Kafka should " + what, e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
