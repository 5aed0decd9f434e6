package slipway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.backup.BackupVerified;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ImplementationAuthorised;
import slipway.events.change.RFCSubmitted;
import slipway.events.notification.NotificationSent;
import slipway.events.release.ReleaseStarted;
import slipway.events.release.RolloutStepCompleted;
import slipway.messaging.Journal;
import slipway.messaging.RawLog;
import slipway.wire.AvroDeserializer;

/// The whole log, read from offset 0 by a raw consumer, and what must hold in it whatever happened.
final class Log {

    /// One fact and the record that carried it.
    record Entry(ConsumerRecord<byte[], byte[]> record, SpecificRecord fact, Meta meta) {

        String type() {
            return fact.getSchema().getName();
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private int unreadable;

    private Log() {}

    static Log read(String brokers, String registry) {
        Log log = new Log();
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", registry, "specific.avro.reader", "true"), false);
        for (ConsumerRecord<byte[], byte[]> record : RawLog.records(brokers, Topics.FACTS)) {
            try {
                IndexedRecord fact = deserializer.deserialize(record.topic(), record.value());
                if (fact == null) {
                    throw new SerializationException("a tombstone");
                }
                Meta meta = (Meta) fact.get(fact.getSchema().getField("meta").pos());
                log.entries.add(new Entry(record, (SpecificRecord) fact, meta));
            } catch (SerializationException e) {
                log.unreadable++;
            }
        }
        return log;
    }

    int unreadable() {
        return unreadable;
    }

    List<Entry> entries() {
        return entries;
    }

    /// The change that asks for a version, whatever was registered beside it.
    String changeFor(String version) {
        return entries.stream()
                .filter(entry -> entry.fact() instanceof RFCSubmitted asked && asked.getRfc().getVersion().equals(version))
                .map(entry -> entry.meta().getAggregateId())
                .distinct()
                .reduce((one, other) -> {
                    throw new AssertionError(one + " and " + other + " ask for " + version);
                })
                .orElseThrow();
    }

    List<Entry> of(String changeId) {
        return entries.stream()
                .filter(entry -> entry.meta().getCorrelationId().equals(changeId))
                .toList();
    }

    static List<String> types(List<Entry> entries) {
        return entries.stream().map(Entry::type).toList();
    }

    /// What holds in every log: the invariants of the domain and of the wire.
    void check() {
        sequencesWithoutGapAndChained();
        headersSayWhatThePayloadSays();
        nobodyApprovedTheirOwn();
        nothingStartedWithoutLeaveAndProof();
        noEffectTwice();
    }

    /// A relay that was killed between sending and marking sends the very same records again.
    private List<Entry> withoutRepetitions() {
        Set<String> seen = new HashSet<>();
        return entries.stream()
                .filter(entry -> seen.add(Journal.hash(entry.record().value())))
                .toList();
    }

    private void sequencesWithoutGapAndChained() {
        Map<String, Long> sequences = new HashMap<>();
        Map<String, String> hashes = new HashMap<>();
        for (Entry entry : withoutRepetitions()) {
            String id = entry.meta().getAggregateId();
            assertThat(entry.meta().getSequence())
                    .as("sequence of %s in %s", entry.type(), id)
                    .isEqualTo(sequences.getOrDefault(id, 0L) + 1);
            assertThat(entry.meta().getPrevHash()).as("chain of %s", id).isEqualTo(hashes.get(id));
            sequences.put(id, entry.meta().getSequence());
            hashes.put(id, Journal.hash(entry.record().value()));
        }
    }

    private void headersSayWhatThePayloadSays() {
        for (Entry entry : entries) {
            Map<String, String> headers = RawLog.headers(entry.record());
            assertThat(headers.get("ce_id")).isEqualTo(entry.meta().getEventId());
            assertThat(headers.get("ce_subject")).isEqualTo(entry.meta().getAggregateId());
            assertThat(headers.get("ce_type")).isEqualTo(entry.fact().getSchema().getFullName());
            assertThat(headers.get("content-type")).isEqualTo("application/avro");
            assertThat(new String(entry.record().key(), StandardCharsets.UTF_8))
                    .isEqualTo(entry.meta().getAggregateId());
        }
    }

    private void nobodyApprovedTheirOwn() {
        Map<String, RFCSubmitted> requests = new HashMap<>();
        for (Entry entry : entries) {
            switch (entry.fact()) {
                case RFCSubmitted request -> requests.put(entry.meta().getAggregateId(), request);
                case ApprovalVoteCast vote -> {
                    RFCSubmitted request = requests.get(entry.meta().getAggregateId());
                    assertThat(vote.getVoter())
                            .isNotEqualTo(request.getRfc().getRequester())
                            .isNotEqualTo(request.getRfc().getImplementer());
                }
                default -> {
                    // nothing about approval
                }
            }
        }
    }

    /// Topics are read one partition after the other, so first everything is collected, then compared.
    private void nothingStartedWithoutLeaveAndProof() {
        Set<String> authorisations = new HashSet<>();
        Set<String> approved = new HashSet<>();
        Set<String> verified = new HashSet<>();
        for (Entry entry : entries) {
            switch (entry.fact()) {
                case ChangeApproved _ -> approved.add(entry.meta().getAggregateId());
                case ImplementationAuthorised leave -> authorisations.add(leave.getAuthorisationId());
                case BackupVerified _ -> verified.add(entry.meta().getAggregateId());
                default -> {
                    // nothing that a start needs
                }
            }
        }
        for (Entry entry : entries) {
            if (entry.fact() instanceof ReleaseStarted started) {
                assertThat(approved).contains(entry.meta().getCorrelationId());
                assertThat(authorisations).contains(started.getAuthorisationId());
                assertThat(verified).contains(started.getBackupSetId());
            }
        }
    }

    private void noEffectTwice() {
        Set<String> done = new HashSet<>();
        for (Entry entry : withoutRepetitions()) {
            String effect =
                    switch (entry.fact()) {
                        case RolloutStepCompleted step ->
                            entry.meta().getAggregateId() + " " + step.getEnvironment() + " " + step.getKind() + " "
                                    + step.getName();
                        case NotificationSent _ -> "told " + entry.meta().getAggregateId();
                        default -> "fact " + entry.meta().getEventId();
                    };
            assertThat(done.add(effect)).as(effect).isTrue();
        }
    }
}
