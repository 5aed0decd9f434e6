package slipway.audit.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.generic.IndexedRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import slipway.audit.domain.Digest;
import slipway.events.ChangeType;
import slipway.events.Meta;
import slipway.events.Outcome;
import slipway.events.PolicyResult;
import slipway.events.RiskLevel;
import slipway.events.Strategy;
import slipway.events.Topics;
import slipway.events.change.ChangeClosed;
import slipway.events.change.PolicyEvaluated;
import slipway.events.change.RFCSubmitted;
import slipway.events.change.RiskAssessed;
import slipway.events.release.ReleaseStarted;
import slipway.wire.AvroDeserializer;
import slipway.wire.AvroSerializer;
import slipway.wire.FakeRegistry;
import tools.jackson.databind.json.JsonMapper;

/// A small year of a small company.
class HistoryTest {

    private static final int CHANGES = 1000;
    private static final long SEED = 1;

    private static FakeRegistry registry;
    private static History history;
    private static List<Happening> year;

    @BeforeAll
    static void live() throws IOException {
        registry = new FakeRegistry();
        history = History.year(SEED, CHANGES, wire(registry));
        year = history.stream().toList();
    }

    @AfterAll
    static void close() {
        registry.close();
    }

    private static Wire wire(FakeRegistry registry) {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        return serializer::serialize;
    }

    private static String digest(long seed) throws IOException {
        try (FakeRegistry fresh = new FakeRegistry()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            History.year(seed, 200, wire(fresh)).stream().forEach(each -> {
                digest.update(each.topic().getBytes());
                digest.update(each.key().getBytes());
                digest.update(each.wire());
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void the_same_seed_gives_the_same_bytes_and_another_seed_others() throws IOException {
        assertThat(digest(7)).isEqualTo(digest(7)).isNotEqualTo(digest(8));
    }

    @Test
    void sequences_have_no_gap_and_each_fact_carries_the_hash_of_the_one_before() {
        Map<String, Happening> last = new HashMap<>();
        for (Happening each : year) {
            Happening before = last.put(each.key(), each);
            assertThat(each.meta().getAggregateId()).isEqualTo(each.key());
            assertThat(each.meta().getSequence()).isEqualTo(before == null ? 1 : before.meta().getSequence() + 1);
            assertThat(each.meta().getPrevHash()).isEqualTo(before == null ? null : sha256(before.wire()));
            assertThat(Topics.belongs(each.fact().getSchema().getFullName(), each.topic())).isTrue();
        }
    }

    private static String sha256(byte[] wire) {
        return Digest.hash(wire);
    }

    @Test
    void its_bytes_are_read_back_as_the_same_facts() {
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", registry.url(), "specific.avro.reader", "true"), false);
        JsonMapper json = new JsonMapper();
        for (Happening each : year) {
            IndexedRecord read = deserializer.deserialize(each.topic(), each.wire());
            assertThat(read).isInstanceOf(each.fact().getClass());
            // As JSON, because the order of a map's entries is none.
            assertThat(json.readTree(read.toString())).isEqualTo(json.readTree(each.fact().toString()));
        }
    }

    @Test
    void causes_come_before_their_effects_and_a_story_belongs_to_one_change() {
        Map<String, Meta> seen = new HashMap<>();
        Map<String, String> stories = new HashMap<>();
        for (Happening each : year) {
            Meta meta = each.meta();
            if (meta.getCausationId() != null) {
                assertThat(seen).as(each.type()).containsKey(meta.getCausationId());
            }
            assertThat(seen.put(meta.getEventId(), meta)).as("an id twice").isNull();
            assertThat(stories.merge(each.key(), meta.getCorrelationId(), (one, _) -> one)).isEqualTo(meta.getCorrelationId());
        }
    }

    @Test
    void it_stays_in_its_year_and_nothing_is_recorded_before_it_happened() {
        Instant last = Working.BEGIN;
        for (Happening each : year) {
            Meta meta = each.meta();
            assertThat(meta.getRecordedAt()).isBetween(last, Working.END.plusSeconds(1));
            assertThat(meta.getOccurredAt()).isBeforeOrEqualTo(meta.getRecordedAt());
            last = meta.getRecordedAt();
        }
        assertThat(types(each -> each.meta().getOccurredAt().isBefore(each.meta().getRecordedAt())))
                .as("known later than it happened")
                .containsOnlyKeys("RFCSubmitted", "ChangeOutcomeReclassified");
    }

    @Test
    void people_ask_on_weekdays_while_they_work_and_rarely_in_december() {
        List<Instant> asked = year.stream()
                .filter(each -> each.fact() instanceof RFCSubmitted)
                .map(each -> each.meta().getRecordedAt())
                .toList();
        assertThat(asked)
                .filteredOn(at -> at.atOffset(ZoneOffset.UTC).getDayOfWeek().compareTo(DayOfWeek.FRIDAY) <= 0)
                .hasSizeGreaterThan(asked.size() * 9 / 10);
        assertThat(asked)
                .filteredOn(at -> at.atOffset(ZoneOffset.UTC).getHour() >= 7 && at.atOffset(ZoneOffset.UTC).getHour() < 18)
                .hasSizeGreaterThan(asked.size() * 8 / 10);
        assertThat(asked)
                .filteredOn(at -> at.atOffset(ZoneOffset.UTC).getMonthValue() == 12)
                .hasSizeLessThan(asked.size() / 24);
    }

    private static Map<String, Long> types(Predicate<Happening> of) {
        return year.stream().filter(of).collect(Collectors.groupingBy(Happening::type, Collectors.counting()));
    }

    @Test
    void every_kind_of_story_is_in_it() {
        assertThat(types(_ -> true))
                .containsKeys(
                        "RFCDrafted", "RFCRefused", "ChangeAmended", "ApprovalSuperseded", "ApprovalEscalated", "ChangeRejected", "ChangeExpired",
                        "ChangeCancelled", "ChangeHeld", "ChangeHoldLifted", "FreezeDeclared", "FreezeLifted", "ConflictDetected", "ScheduledWindowMissed",
                        "EmergencyBypassInvoked", "RetroactiveApprovalRecorded", "RetroactiveApprovalMissed", "UnauthorisedChangeDetected",
                        "EnvironmentDriftDetected", "StandardTemplateSuspended", "ChangeReclassified", "ImplementationRefused",
                        "ImplementationRevoked", "ReleaseBlocked", "ReleaseResumed", "ReleaseAborted", "ReleasePromoted",
                        "CanaryAnalysisCompleted", "RollbackTriggered", "RollbackCompleted", "RollbackFailed", "ReleaseResolved",
                        "SafetyBackupTaken", "RestoreCompleted", "PostImplementationReviewMissed", "ChangeOutcomeReclassified",
                        "NotificationSent", "NotificationFailed", "NotificationSuppressed");
        assertThat(all(RiskAssessed.class)).extracting(RiskAssessed::getLevel)
                .contains(RiskLevel.LOW, RiskLevel.MODERATE, RiskLevel.HIGH, RiskLevel.EXTREME);
        assertThat(all(RFCSubmitted.class)).extracting(each -> each.getRfc().getType())
                .contains(ChangeType.NORMAL, ChangeType.STANDARD, ChangeType.EMERGENCY, ChangeType.LATENT);
        assertThat(all(PolicyEvaluated.class)).extracting(PolicyEvaluated::getAnswer)
                .contains(PolicyResult.AUTO, PolicyResult.APPROVAL_REQUIRED)
                .doesNotContain(PolicyResult.DENIED);
        assertThat(all(ReleaseStarted.class)).extracting(ReleaseStarted::getStrategy)
                .contains(Strategy.CANARY, Strategy.ROLLING, Strategy.BLUE_GREEN, Strategy.ALL_AT_ONCE);
        assertThat(all(ChangeClosed.class)).extracting(ChangeClosed::getOutcome)
                .contains(Outcome.SUCCESSFUL, Outcome.SUCCESSFUL_WITH_ISSUES, Outcome.BACKED_OUT, Outcome.FAILED_NOT_BACKED_OUT);
    }

    private static <F> List<F> all(Class<F> type) {
        return year.stream().map(Happening::fact).filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void a_change_is_at_least_twenty_facts_on_average() {
        assertThat(all(RFCSubmitted.class).size()).isGreaterThan(CHANGES * 9 / 10);
        assertThat(year.size() / CHANGES).isGreaterThanOrEqualTo(20);
    }

    @Test
    void nothing_that_must_never_happen_happens_in_a_plain_year() {
        assertThat(Invariants.broken(year, Working.END)).isEmpty();
        assertThat(history.broken()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void each_breach_breaks_what_it_says_and_nothing_else(Breach breach) {
        History broken = History.year(SEED, CHANGES, wire(registry), Set.of(breach));
        List<Happening> facts = broken.stream().toList();

        assertThat(broken.broken()).containsOnlyKeys(breach);
        Map<Breach, List<String>> found = Invariants.broken(facts, Working.END);
        assertThat(found).containsOnlyKeys(breach);
        assertThat(Set.copyOf(found.get(breach))).containsExactly(broken.broken().get(breach));
    }

    @Test
    void all_breaches_may_be_in_one_history() {
        History broken = History.year(SEED, CHANGES, wire(registry), EnumSet.allOf(Breach.class));
        List<Happening> facts = broken.stream().toList();

        Map<Breach, Set<String>> found = new HashMap<>();
        Invariants.broken(facts, Working.END).forEach((breach, who) -> found.put(breach, Set.copyOf(who)));
        Map<Breach, Set<String>> injected = new HashMap<>();
        broken.broken().forEach((breach, who) -> injected.put(breach, Set.of(who)));
        assertThat(found).isEqualTo(injected).hasSize(Breach.values().length);
    }

    @Test
    void it_remembers_what_is_open_and_not_what_was() {
        History half = History.year(SEED, CHANGES / 2, wire(registry));
        List<Integer> sizes = new ArrayList<>();
        half.stream().forEach(_ -> sizes.add(half.mostOpen()));

        assertThat(history.mostOpen()).isLessThan(CHANGES / 5);
        assertThat(sizes.getLast()).as("with half as many, about half as many are open").isLessThan(history.mostOpen());
    }
}
