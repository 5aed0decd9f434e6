package slipway.audit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.transaction.PlatformTransactionManager;
import slipway.audit.domain.BreachDecider;
import slipway.audit.domain.BreachEvent;
import slipway.audit.domain.BreachEvent.InvariantBroken;
import slipway.audit.evidence.BackupManifests;
import slipway.audit.evidence.Bounds;
import slipway.audit.evidence.EvidencePacks;
import slipway.audit.transparency.SigningKey;
import slipway.audit.transparency.TileLog;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Journal;
import slipway.messaging.Reactions;
import slipway.messaging.ServiceProperties;
import slipway.wire.AvroDeserializer;
import slipway.wire.RegistryClient;
import tools.jackson.databind.json.JsonMapper;

/// Keeps every fact, tells the story of a change, and proves that nothing is missing or touched: by replay, and by what it signs.
@SpringBootApplication
@EnableScheduling
public class AuditService {

    static final String CONTRACT = "slipway.events.audit";

    public static void main(String[] args) {
        application().run(args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(AuditService.class).properties("spring.config.name=audit-service");
    }

    /// With a deserializer of its own: the one of messaging reads by this program's schemas (see [Entries]).
    @Bean
    Entries entries(ServiceProperties service) {
        Map<String, Object> configs = new HashMap<>();
        configs.put("schema.registry.url", service.registry().url());
        configs.put("specific.avro.reader", false);
        if (!service.registry().userInfo().isEmpty()) {
            configs.put("basic.auth.credentials.source", "USER_INFO");
            configs.put("basic.auth.user.info", service.registry().userInfo());
        }
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(configs, false);
        return new Entries(deserializer);
    }

    /// For people's questions.
    @Bean
    Connections reading(DataSourceProperties database) {
        return Connections.reading(database);
    }

    /// For what reads everything.
    @Bean
    Connections unhurried(DataSourceProperties database) {
        return Connections.unhurried(database);
    }

    @Bean
    Views views(JdbcClient jdbc, Connections unhurried) {
        return new Views(jdbc, unhurried);
    }

    @Bean
    Ledger ledger(JdbcClient jdbc, Entries entries, Views views, Connections reading) {
        return new Ledger(jdbc, entries, views, reading.jdbc());
    }

    @Bean
    Reactions reactions(Ledger ledger) {
        return Reactions.table().watch(ledger).build();
    }

    @Bean
    Breaches breaches(Connections reading) {
        return new Breaches(reading.jdbc());
    }

    /// What an alert has to know besides what every service tells.
    @Bean
    MeterBinder auditMeters(LedgerLog signing, Breaches breaches, Anchoring anchoring) {
        return registry -> {
            Gauge.builder("slipway.signing.ended", signing, each -> each.trouble().isEmpty() ? 0 : 1)
                    .description("1 while nothing is signed")
                    .register(registry);
            Gauge.builder("slipway.anchors.overdue", anchoring, Anchoring::overdueSeconds)
                    .baseUnit("seconds")
                    .description("For how long a checkpoint has waited to be kept elsewhere, beyond its turn; the longest of all anchors")
                    .register(registry);
            Gauge.builder("slipway.invariants.broken", breaches, Breaches::count)
                    .description("Breaches of invariants that were ever found")
                    .register(registry);
        };
    }

    /// What is broken becomes a fact, once.
    @Bean
    Conformance.Teller teller(Journal journal, ServiceProperties service) {
        Decisions<InvariantBroken, Optional<InvariantBroken>, BreachEvent> decisions =
                journal.decisions(new BreachDecider(), BreachEvent.class, CONTRACT);
        Cause cause = Cause.service(service.service());
        return broken -> decisions.decide(
                BreachDecider.id(broken.fact().invariant(), broken.by()), broken.fact(), cause.of(broken.story()));
    }

    @Bean
    CaughtUp caughtUp(KafkaProperties kafka, ServiceProperties service) {
        Map<String, Object> configs = bytes(kafka);
        // Whose offsets are asked for: those of the service's inbox.
        configs.put(ConsumerConfig.GROUP_ID_CONFIG, service.service());
        return new CaughtUp(() -> new KafkaConsumer<>(configs), service.listens());
    }

    /// @param grace `slipway.conformance.grace`: how long a timer may be late
    /// @param silence `slipway.conformance.silence`: how long a service may work and say nothing
    @Bean
    Conformance conformance(
            Connections unhurried,
            CaughtUp inbox,
            @Value("${slipway.conformance.grace}") Duration grace,
            @Value("${slipway.conformance.silence}") Duration silence,
            LedgerLog signing,
            Conformance.Teller teller) {
        return new Conformance(
                unhurried.jdbc(), unhurried.transaction(), inbox, new Conformance.Patience(grace, silence), signing, teller);
    }

    @Bean
    Search search(Connections reading) {
        return new Search(reading.jdbc());
    }

    @Bean
    AsOf asOf(Connections reading, Summaries summaries) {
        return new AsOf(reading.jdbc(), summaries);
    }

    @Bean
    Metrics metrics(Connections reading) {
        return new Metrics(reading.jdbc());
    }

    @Bean
    Summaries summaries() {
        return new Summaries();
    }

    /// @param backups `slipway.audit.backup-url`: where backup-service is asked for manifests; empty: it is not
    @Bean
    EvidencePacks evidencePacks(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            TileLog files,
            SigningKey key,
            ServiceProperties service,
            LedgerLog signing,
            Summaries summaries,
            @Value("${slipway.audit.backup-url}") String backups,
            @Value("${slipway.replay.patience}") Duration patience) {
        String user = service.registry().userInfo();
        RegistryClient registry = new RegistryClient(service.registry().url(), user.isEmpty() ? null : user);
        return new EvidencePacks(
                jdbc,
                transactions,
                files,
                key.verifying(),
                id -> registry.schema(id).toString(),
                new BackupManifests(backups),
                summaries::of,
                Conformance::query,
                signing::trouble,
                Bounds.OF_WHO_VERIFIES,
                patience,
                Clock.systemUTC());
    }

    /// @param patience `slipway.replay.patience`: how long the log may be silent, and the live ledger be behind it
    @Bean
    WholeLog wholeLog(KafkaProperties kafka, @Value("${slipway.replay.patience}") Duration patience) {
        Map<String, Object> configs = bytes(kafka);
        // A partition whose beginning moves while it is read has lost facts: an error, not a place to go on from.
        configs.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        configs.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return new WholeLog(() -> new KafkaConsumer<>(configs), patience);
    }

    /// Settings of a consumer that reads bytes and leaves nothing behind.
    private static Map<String, Object> bytes(KafkaProperties kafka) {
        Map<String, Object> configs = new HashMap<>(kafka.buildConsumerProperties());
        configs.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        configs.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        configs.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        configs.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return configs;
    }

    @Bean
    Replay replay(
            WholeLog log,
            Connections unhurried,
            Entries entries,
            ServiceProperties service,
            @Value("${slipway.replay.patience}") Duration patience,
            CaughtUp inbox,
            Beyond beyond) {
        return new Replay(
                log,
                unhurried.jdbc(),
                unhurried.transaction(),
                entries,
                service.listens(),
                patience,
                inbox,
                beyond);
    }

    @Bean
    Runs runs(JdbcClient jdbc, DataSource database, JsonMapper json) {
        return new Runs(jdbc, database, json);
    }
}
