package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import slipway.audit.history.Happening;
import slipway.events.change.ApprovalRequested;

/// Where everything stood at any moment of a small year.
class AsOfTest {

    private static final Summaries SUMMARIES = new Summaries();

    private static final Map<String, String> STATES = Map.ofEntries(
            Map.entry("RFCDrafted", "DRAFT"),
            Map.entry("RFCSubmitted", "ASSESSING"),
            Map.entry("ApprovalSuperseded", "ASSESSING"),
            Map.entry("RFCRefused", "REFUSED"),
            Map.entry("ApprovalRequested", "AWAITING_APPROVAL"),
            Map.entry("ChangeApproved", "APPROVED"),
            Map.entry("ScheduledWindowMissed", "APPROVED"),
            Map.entry("ChangeRejected", "REJECTED"),
            Map.entry("ChangeExpired", "EXPIRED"),
            Map.entry("ChangeCancelled", "CANCELLED"),
            Map.entry("ChangeScheduled", "SCHEDULED"),
            Map.entry("ImplementationAuthorised", "IMPLEMENTING"),
            Map.entry("ImplementationCompleted", "MONITORING"),
            Map.entry("ImplementationRolledBack", "ROLLING_BACK"),
            Map.entry("ReviewOpened", "REVIEW"),
            Map.entry("ChangeClosed", "CLOSED"),
            Map.entry("ChangeOutcomeReclassified", "CLOSED"));

    /// The naive way: every fact up to a moment, one after the other.
    static Map<String, String> states(Instant at, boolean known) {
        Map<String, String> states = new TreeMap<>();
        for (Happening each : Year.facts()) {
            Instant time = known ? each.meta().getRecordedAt() : each.meta().getOccurredAt();
            String state = STATES.get(each.type());
            if (each.key().startsWith("CHG-") && state != null && !time.isAfter(at)) {
                states.put(each.key(), state);
            }
        }
        return states;
    }

    private static List<Instant> moments() {
        List<Instant> moments = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            moments.add(Year.facts().get(Year.facts().size() * i / 21).meta().getRecordedAt());
        }
        // At the very moment at which something was known that had happened before.
        Year.facts().stream()
                .filter(each -> each.meta().getOccurredAt().isBefore(each.meta().getRecordedAt()))
                .limit(5)
                .forEach(each -> moments.addAll(List.of(each.meta().getOccurredAt(), each.meta().getRecordedAt().minusMillis(1), each.meta().getRecordedAt())));
        return moments;
    }

    @Test
    void every_change_stood_at_every_moment_where_its_facts_up_to_then_say() {
        AsOf asOf = new AsOf(Year.jdbc(), SUMMARIES);
        for (Instant at : moments()) {
            for (Moment.By by : Moment.By.values()) {
                Moment moment = new Moment(at, by);
                Map<String, String> expected = states(at, by == Moment.By.KNOWN);
                Map<String, String> stored = new TreeMap<>();
                Year.jdbc()
                        .sql("select aggregate_id, state from standing where topic = 'change.events' and aggregate_id like 'CHG-%' and " + moment.stands())
                        .param(moment.timestamp())
                        .query((row, _) -> stored.put(row.getString("aggregate_id"), row.getString("state")))
                        .list();
                assertThat(stored).as("%s %s", at, by).isEqualTo(expected);
                assertThat(asOf.queue(moment).waiting())
                        .extracting(AsOf.Waiting::id)
                        .containsExactlyInAnyOrderElementsOf(expected.entrySet().stream()
                                .filter(each -> each.getValue().equals("AWAITING_APPROVAL"))
                                .map(Map.Entry::getKey)
                                .toList());
            }
        }
    }

    @Test
    void what_waits_for_approval_is_told_with_who_is_asked_and_who_has_voted() {
        AsOf asOf = new AsOf(Year.jdbc(), SUMMARIES);
        Happening asked = Year.facts().stream().filter(each -> each.fact() instanceof ApprovalRequested).findFirst().orElseThrow();
        ApprovalRequested fact = (ApprovalRequested) asked.fact();
        AsOf.Waiting waiting = asOf.queue(new Moment(asked.meta().getRecordedAt(), Moment.By.KNOWN)).waiting().stream()
                .filter(each -> each.id().equals(asked.key()))
                .findFirst()
                .orElseThrow();
        assertThat(waiting.title()).isNotBlank();
        assertThat(waiting.stages()).anySatisfy(stage -> {
            assertThat(stage.name()).isEqualTo(fact.getStage().getName());
            assertThat(stage.eligible()).isEqualTo(fact.getStage().getEligible());
            assertThat(stage.dueAt()).isEqualTo(fact.getDueAt());
        });
    }

    @Test
    void what_had_happened_and_was_not_known_is_told_as_that() {
        AsOf asOf = new AsOf(Year.jdbc(), SUMMARIES);
        Happening late = Year.facts().stream()
                .filter(each -> each.type().equals("ChangeOutcomeReclassified"))
                .filter(each -> each.meta().getOccurredAt().isBefore(each.meta().getRecordedAt()))
                .findFirst()
                .orElseThrow();
        Instant between = late.meta().getRecordedAt().minusMillis(1);
        AsOf.Then known = asOf.of(late.key(), new Moment(between, Moment.By.KNOWN)).orElseThrow();
        AsOf.Then happened = asOf.of(late.key(), new Moment(between, Moment.By.HAPPENED)).orElseThrow();
        assertThat(known.unknown()).extracting(Line::type).contains("ChangeOutcomeReclassified");
        assertThat(Objects.requireNonNull(happened.change()).outcome()).isNotEqualTo(Objects.requireNonNull(known.change()).outcome());
        assertThat(asOf.of(late.key(), new Moment(Instant.EPOCH, Moment.By.KNOWN))).isEmpty();
    }

    @Test
    void the_calendar_of_a_moment_has_what_was_scheduled_then_and_the_freezes() {
        AsOf asOf = new AsOf(Year.jdbc(), SUMMARIES);
        int planned = 0;
        int frozen = 0;
        for (Instant at : moments()) {
            Map<String, String> states = states(at, true);
            AsOf.Calendar calendar = asOf.calendar(new Moment(at, Moment.By.KNOWN), Instant.EPOCH, at.plus(Duration.ofDays(400)));
            assertThat(calendar.planned())
                    .extracting(AsOf.Planned::id)
                    .containsExactlyInAnyOrderElementsOf(states.entrySet().stream()
                            .filter(each -> Set.of("SCHEDULED", "IMPLEMENTING", "MONITORING").contains(each.getValue()))
                            .map(Map.Entry::getKey)
                            .toList());
            assertThat(calendar.planned()).extracting(each -> each.window().notBefore()).isSortedAccordingTo(Comparator.naturalOrder());
            planned += calendar.planned().size();
            frozen += calendar.freezes().size();
        }
        assertThat(planned).isPositive();
        assertThat(frozen).isPositive();
    }

    @Test
    void a_release_stood_in_each_environment_where_its_facts_say() {
        AsOf asOf = new AsOf(Year.jdbc(), SUMMARIES);
        Happening started = Year.facts().stream().filter(each -> each.type().equals("ReleaseStarted")).findFirst().orElseThrow();
        AsOf.Then then = asOf.of(started.key(), new Moment(started.meta().getRecordedAt(), Moment.By.KNOWN)).orElseThrow();
        assertThat(then.state()).isEqualTo("RUNNING");
        assertThat(Objects.requireNonNull(then.release()).environments()).singleElement().satisfies(here -> {
            assertThat(here.state()).isEqualTo("RUNNING");
            assertThat(here.backupSet()).isNotBlank();
            assertThat(here.digest()).isNotBlank();
        });
        assertThat(then.release().changes()).contains(started.meta().getCorrelationId());
    }

    @Test
    void a_release_that_was_taken_back_stood_where_it_had_been() {
        AsOf asOf = new AsOf(Year.jdbc(), SUMMARIES);
        List<Happening> back = Year.facts().stream().filter(each -> each.type().equals("RollbackCompleted")).toList();
        assertThat(back).isNotEmpty().allSatisfy(each -> {
            AsOf.Then then = asOf.of(each.key(), new Moment(each.meta().getRecordedAt(), Moment.By.KNOWN)).orElseThrow();
            assertThat(then.state()).isEqualTo("ROLLED_BACK");
            assertThat(Objects.requireNonNull(then.release()).environments()).extracting(ReleaseThen.Environment::state).contains("ROLLED_BACK").doesNotContain("RUNNING", "ROLLING_BACK");
            assertThat(then.release().components()).isNotEmpty();
        });
    }
}
