package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import slipway.audit.domain.Invariant;
import slipway.audit.history.Breach;
import slipway.audit.history.Happening;
import slipway.audit.history.History;
import slipway.events.GateVerdict;
import slipway.events.Rfc;
import slipway.events.Topics;
import slipway.events.Verdict;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeOutcomeReclassified;
import slipway.events.change.RFCSubmitted;
import slipway.events.release.CanaryAnalysisCompleted;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleaseGateEvaluated;
import tools.jackson.databind.JsonNode;

/// What the audit says of a small year in which everything went wrong once.
class YearTest {

    private static final int CHANGES = 400;

    private static Workbench bench;
    private static History history;
    private static List<Happening> year;
    private static Summaries summaries;

    @BeforeAll
    static void live() throws IOException {
        bench = new Workbench();
        history = History.year(1, CHANGES, bench.log().wire(), EnumSet.allOf(Breach.class));
        year = history.stream().toList();
        bench.live(year);
        new Leaves(bench.jdbc(), bench.transaction()).grow(Integer.MAX_VALUE);
        summaries = new Summaries();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    // Conformance

    private static final Map<Breach, Invariant> BROKEN_BY = Map.of(
            Breach.STARTED_WITHOUT_APPROVAL, Invariant.START_IS_AUTHORISED,
            Breach.STALE_EPOCH, Invariant.START_IS_AUTHORISED,
            Breach.BACKUP_NOT_VERIFIED, Invariant.START_HAS_A_WAY_BACK,
            Breach.TWO_ROLLOUTS, Invariant.ONE_ROLLOUT_PER_ENVIRONMENT,
            Breach.STEP_TWICE, Invariant.STEP_HAPPENS_ONCE,
            Breach.OWN_APPROVAL, Invariant.NOBODY_APPROVES_THEIR_OWN,
            Breach.OVERDUE, Invariant.NOTHING_IS_FORGOTTEN);

    @Test
    void what_was_broken_is_found_and_nothing_else() {
        Set<String> found = new HashSet<>();
        long[] read = {0};
        Conformance conformance = new Conformance(
                bench.jdbc(),
                bench.transaction(),
                new CaughtUp(() -> ReplayTest.group(read[0]), List.of(Topics.CHANGE)),
                Duration.ofMinutes(15),
                broken -> found.add(broken.fact().invariant() + " " + culprit(broken)));
        conformance.look();
        conformance.look();
        assertThat(found).as("what allowed it may still be unread").isEmpty();
        read[0] = 5;
        conformance.look();

        Set<String> expected = new HashSet<>();
        history.broken().forEach((breach, who) -> expected.add(BROKEN_BY.get(breach) + " " + story(who)));
        assertThat(found).isEqualTo(expected).hasSize(Breach.values().length);
        found.clear();
        conformance.look();
        conformance.look();
        assertThat(found).as("each suspect is judged once").allMatch(each -> each.startsWith(Invariant.NOTHING_IS_FORGOTTEN.name()));
    }

    /// Of two rollouts it is the other one that was not done.
    private static String culprit(Conformance.Broken broken) {
        return broken.fact().invariant() == Invariant.ONE_ROLLOUT_PER_ENVIRONMENT
                ? story(broken.fact().what().split(" ")[0])
                : broken.story();
    }

    private static String story(String aggregate) {
        return year.stream().filter(each -> each.key().equals(aggregate)).findFirst().orElseThrow().meta().getCorrelationId();
    }

    // As of

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
    private static Map<String, String> states(Instant at, boolean known) {
        Map<String, String> states = new TreeMap<>();
        for (Happening each : year) {
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
            moments.add(year.get(year.size() * i / 21).meta().getRecordedAt());
        }
        // At the very moment at which something was known that had happened before.
        year.stream()
                .filter(each -> each.meta().getOccurredAt().isBefore(each.meta().getRecordedAt()))
                .limit(5)
                .forEach(each -> moments.addAll(List.of(each.meta().getOccurredAt(), each.meta().getRecordedAt().minusMillis(1), each.meta().getRecordedAt())));
        return moments;
    }

    @Test
    void every_change_stood_at_every_moment_where_its_facts_up_to_then_say() {
        AsOf asOf = new AsOf(bench.jdbc(), summaries);
        for (Instant at : moments()) {
            for (Moment.By by : Moment.By.values()) {
                Moment moment = new Moment(at, by);
                Map<String, String> expected = states(at, by == Moment.By.KNOWN);
                Map<String, String> stored = new TreeMap<>();
                bench.jdbc()
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
        AsOf asOf = new AsOf(bench.jdbc(), summaries);
        Happening asked = year.stream().filter(each -> each.fact() instanceof ApprovalRequested).findFirst().orElseThrow();
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
        AsOf asOf = new AsOf(bench.jdbc(), summaries);
        Happening late = year.stream()
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
        AsOf asOf = new AsOf(bench.jdbc(), summaries);
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
        AsOf asOf = new AsOf(bench.jdbc(), summaries);
        Happening started = year.stream().filter(each -> each.type().equals("ReleaseStarted")).findFirst().orElseThrow();
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
        AsOf asOf = new AsOf(bench.jdbc(), summaries);
        List<Happening> back = year.stream().filter(each -> each.type().equals("RollbackCompleted")).toList();
        assertThat(back).isNotEmpty().allSatisfy(each -> {
            AsOf.Then then = asOf.of(each.key(), new Moment(each.meta().getRecordedAt(), Moment.By.KNOWN)).orElseThrow();
            assertThat(then.state()).isEqualTo("ROLLED_BACK");
            assertThat(Objects.requireNonNull(then.release()).environments()).extracting(ReleaseThen.Environment::state).contains("ROLLED_BACK").doesNotContain("RUNNING", "ROLLING_BACK");
            assertThat(then.release().components()).isNotEmpty();
        });
    }

    // Search

    private static Search.Wanted wanted(Map<String, String> of) {
        return new Search.Wanted(
                of.get("change"), of.get("person"), of.get("item"), of.get("service"), of.get("environment"), of.get("text"), of.get("type"),
                of.get("since"), of.get("until"), of.containsKey("limit") ? Integer.valueOf(of.get("limit")) : null, of.get("cursor"));
    }

    /// Page by page.
    private static List<String> facts(Map<String, String> of) {
        Search search = new Search(bench.jdbc());
        List<String> found = new ArrayList<>();
        Map<String, String> next = new HashMap<>(of);
        while (true) {
            Search.Page<Ledger.Stored> page = search.facts(wanted(next));
            page.found().forEach(each -> found.add(each.entry().eventId()));
            if (page.next() == null) {
                return found;
            }
            assertThat(page.found()).isNotEmpty();
            next.put("cursor", page.next());
        }
    }

    private static List<String> newestFirst(Predicate<Happening> of) {
        return year.reversed().stream().filter(of).map(each -> each.meta().getEventId()).toList();
    }

    @Test
    void pages_have_every_fact_once_the_newest_first() {
        assertThat(facts(Map.of("type", "RollbackTriggered", "limit", "1"))).isEqualTo(newestFirst(each -> each.type().equals("RollbackTriggered"))).isNotEmpty();
        List<String> all = facts(Map.of("limit", "200"));
        assertThat(all).hasSameSizeAs(year).doesNotHaveDuplicates();
        assertThat(facts(Map.of("limit", "200", "since", "2025-03-01T00:00:00Z", "until", "2025-03-08T00:00:00Z")))
                .containsExactlyInAnyOrderElementsOf(newestFirst(each -> !each.meta().getRecordedAt().isBefore(Instant.parse("2025-03-01T00:00:00Z"))
                        && each.meta().getRecordedAt().isBefore(Instant.parse("2025-03-08T00:00:00Z"))));
    }

    @Test
    void stories_are_found_by_what_they_touch() {
        Happening first = year.stream().filter(each -> each.fact() instanceof RFCSubmitted).findFirst().orElseThrow();
        RFCSubmitted asked = (RFCSubmitted) first.fact();
        String item = asked.getRfc().getConfigurationItems().getFirst();
        Search search = new Search(bench.jdbc());
        for (Map<String, String> by : List.of(
                Map.of("item", item), Map.of("service", asked.getRfc().getService()), Map.of("person", asked.getRfc().getRequester()),
                Map.of("environment", asked.getRfc().getEnvironments().getFirst()))) {
            List<String> found = new ArrayList<>();
            Map<String, String> next = new HashMap<>(by);
            next.put("limit", "7");
            do {
                Search.Page<Search.Story> page = search.stories(wanted(next));
                page.found().forEach(each -> found.add(each.id()));
                next.put("cursor", page.next());
            } while (next.get("cursor") != null);
            assertThat(found).as("%s", by).contains(first.key()).doesNotHaveDuplicates();
            Set<String> expected = year.stream()
                    .filter(each -> each.fact() instanceof RFCSubmitted)
                    .filter(each -> mentions((RFCSubmitted) each.fact(), by))
                    .map(Happening::key)
                    .collect(Collectors.toSet());
            assertThat(found).as("%s", by).containsAll(expected);
        }
        assertThat(search.stories(wanted(Map.of("item", "nothing-like-this"))).found()).isEmpty();
        Map<String, String> states = states(Instant.MAX, true);
        assertThat(search.stories(wanted(Map.of("limit", "200"))).found()).hasSize(200).allSatisfy(each -> assertThat(each.state())
                .as(each.id())
                .isEqualTo(each.id().startsWith("CHG-") ? states.get(each.id()) : each.id().startsWith("FRZ-") ? each.state() : null));
    }

    private static boolean mentions(RFCSubmitted asked, Map<String, String> by) {
        Rfc rfc = asked.getRfc();
        return rfc.getConfigurationItems().contains(by.getOrDefault("item", ""))
                || rfc.getService().equals(by.get("service"))
                || rfc.getRequester().equals(by.get("person"))
                || rfc.getEnvironments().contains(by.getOrDefault("environment", ""));
    }

    @Test
    void words_are_found_in_what_the_facts_say() {
        JsonNode payload = Line.of(new Search(bench.jdbc()).facts(wanted(Map.of("type", "RFCRefused", "limit", "1"))).found().getFirst(), summaries).payload();
        String title = payload.get("title").stringValue();
        assertThat(facts(Map.of("text", "\"" + title + "\"", "type", "RFCRefused", "limit", "200")))
                .containsExactlyInAnyOrderElementsOf(newestFirst(each -> each.type().equals("RFCRefused") && each.fact().toString().contains(title)));
        assertThat(facts(Map.of("text", "nobodysaysthis"))).isEmpty();
    }

    @Test
    void of_a_person_what_they_did_and_what_names_them_is_found() {
        Happening vote = year.stream().filter(each -> each.type().equals("ApprovalVoteCast")).findFirst().orElseThrow();
        String voter = ((ApprovalVoteCast) vote.fact()).getVoter();
        List<String> found = facts(Map.of("person", voter, "limit", "200"));
        assertThat(found).contains(vote.meta().getEventId()).doesNotHaveDuplicates();
        assertThat(found).isSubsetOf(newestFirst(each -> each.fact().toString().contains("\"" + voter + "\"")));
    }

    // Metrics

    private static final Metrics.Period MARCH_TO_JUNE =
            new Metrics.Period(Instant.parse("2025-03-01T00:00:00Z"), Instant.parse("2025-07-01T00:00:00Z"), null);

    private static List<Happening> within(Predicate<Happening> of) {
        return year.stream()
                .filter(of)
                .filter(each -> !each.meta().getRecordedAt().isBefore(MARCH_TO_JUNE.since()) && each.meta().getRecordedAt().isBefore(MARCH_TO_JUNE.until()))
                .toList();
    }

    private static Set<String> changes(Predicate<Happening> of) {
        return within(of).stream().map(each -> each.meta().getCorrelationId()).collect(Collectors.toSet());
    }

    /// What it was closed as, whatever came to light later.
    private static String outcome(String change) {
        return year.reversed().stream()
                .filter(each -> each.key().equals(change))
                .map(Happening::fact)
                .map(fact -> fact instanceof ChangeOutcomeReclassified late ? late.getTo().name() : fact instanceof ChangeClosed closed ? closed.getOutcome().name() : "")
                .filter(outcome -> !outcome.isEmpty())
                .findFirst()
                .orElse("");
    }

    @Test
    void the_five_of_dora_are_what_the_facts_say() {
        Metrics metrics = new Metrics(bench.jdbc());
        Metrics.Delivery delivery = metrics.delivery(MARCH_TO_JUNE);
        List<Happening> deployed = within(each -> each.fact() instanceof ReleaseDeployed it && it.getLast());
        assertThat(delivery.deploymentFrequency().deployments()).isEqualTo(deployed.size()).isPositive();
        assertThat(delivery.deploymentFrequency().perDay()).isEqualTo(deployed.size() / 122.0);

        List<Happening> completed = within(each -> each.type().equals("ImplementationCompleted"));
        List<Long> leads = completed.stream()
                .map(each -> Duration.between(
                                year.stream().filter(first -> first.key().equals(each.key()) && first.fact() instanceof RFCSubmitted).findFirst().orElseThrow().meta().getRecordedAt(),
                                each.meta().getRecordedAt())
                        .toSeconds())
                .sorted()
                .toList();
        assertThat(delivery.leadTime().count()).isEqualTo(leads.size());
        assertThat(delivery.leadTime().medianSeconds()).isEqualTo(leads.get((leads.size() + 1) / 2 - 1));

        Set<String> brought = changes(each -> each.type().equals("ImplementationCompleted"));
        brought.addAll(changes(each -> each.type().equals("ImplementationRolledBack")));
        assertThat(delivery.changeFailureRate().whole()).isEqualTo(brought.size());
        Set<String> takenBack = year.stream().filter(each -> each.type().equals("ImplementationRolledBack")).map(Happening::key).collect(Collectors.toSet());
        Set<String> failed = brought.stream()
                .filter(change -> takenBack.contains(change) || outcome(change).equals("BACKED_OUT") || outcome(change).equals("FAILED_NOT_BACKED_OUT"))
                .collect(Collectors.toSet());
        assertThat(delivery.changeFailureRate().part()).isEqualTo(failed.size()).isPositive();
        assertThat(metrics.changes(Metrics.Which.FAILED, MARCH_TO_JUNE)).containsExactlyInAnyOrderElementsOf(failed);

        assertThat(delivery.recoveryTime().count()).isPositive().isLessThanOrEqualTo(within(each -> each.type().equals("RollbackTriggered")).size());
        assertThat(delivery.backedOutRate().whole()).isEqualTo(changes(each -> each.type().equals("ChangeClosed")).size());
        assertThat(delivery.emergencyRate().part()).isEqualTo(metrics.changes(Metrics.Which.EMERGENCY, MARCH_TO_JUNE).size()).isPositive();
        assertThat(delivery.unauthorisedRate().part()).isPositive();
        Metrics.Delivery nobody = metrics.delivery(new Metrics.Period(MARCH_TO_JUNE.since(), MARCH_TO_JUNE.until(), "nobody-has-this"));
        assertThat(nobody.deploymentFrequency().deployments()).isZero();
        assertThat(nobody.changeFailureRate().rate()).isNull();
        assertThat(nobody.leadTime().medianSeconds()).isNull();
    }

    @Test
    void every_rule_and_gate_is_told_with_what_it_was_worth() {
        List<Metrics.Gate> gates = new Metrics(bench.jdbc()).gates(MARCH_TO_JUNE);
        Map<String, Long> evaluated = within(each -> each.fact() instanceof ReleaseGateEvaluated).stream()
                .collect(Collectors.groupingBy(each -> ((ReleaseGateEvaluated) each.fact()).getGate().name(), Collectors.counting()));
        Map<String, Long> closed = within(each -> each.fact() instanceof ReleaseGateEvaluated it && it.getVerdict() == GateVerdict.CLOSED).stream()
                .collect(Collectors.groupingBy(each -> ((ReleaseGateEvaluated) each.fact()).getGate().name(), Collectors.counting()));
        assertThat(gates).filteredOn(each -> each.kind().equals("RELEASE_GATE")).isNotEmpty().allSatisfy(each -> {
            assertThat(each.invoked()).isEqualTo(evaluated.get(each.name()));
            assertThat(each.changedOutcome()).isEqualTo(closed.getOrDefault(each.name(), 0L));
        });
        assertThat(gates).filteredOn(each -> each.kind().equals("POLICY_RULE")).isNotEmpty().anySatisfy(each -> {
            assertThat(each.changedOutcome()).isPositive();
            assertThat(each.delays()).isPositive();
            assertThat(each.medianDelaySeconds()).isPositive();
        });
        long held = within(each -> each.type().equals("ChangeHeld")).size();
        assertThat(gates.stream().filter(each -> each.kind().equals("HOLD")).mapToLong(Metrics.Gate::invoked).sum()).isEqualTo(held).isPositive();
        long notPassed = within(each -> each.fact() instanceof CanaryAnalysisCompleted it && it.getVerdict() != Verdict.PASS).size();
        assertThat(gates.stream().filter(each -> each.kind().equals("CANARY")).mapToLong(Metrics.Gate::changedOutcome).sum()).isEqualTo(notPassed);
    }

    @Test
    void each_level_of_risk_is_held_against_what_became_of_it() {
        Metrics metrics = new Metrics(bench.jdbc());
        Metrics.Calibration calibration = metrics.calibration(MARCH_TO_JUNE);
        assertThat(calibration.levels()).extracting(Metrics.Risk::level).containsExactly("LOW", "MODERATE", "HIGH", "EXTREME");
        Metrics.Delivery delivery = metrics.delivery(MARCH_TO_JUNE);
        assertThat(calibration.levels().stream().mapToLong(Metrics.Risk::failed).sum()).isEqualTo(delivery.changeFailureRate().part());
        // The worked example of R. Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263.
        Metrics.Risk known = Metrics.Risk.of("HIGH", 263, 81);
        assertThat(known.from()).isCloseTo(0.2553, Offset.offset(0.0001));
        assertThat(known.to()).isCloseTo(0.3662, Offset.offset(0.0001));
    }
}
