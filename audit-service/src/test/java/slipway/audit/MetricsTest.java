package slipway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import slipway.audit.domain.Entry;
import slipway.audit.history.Happening;
import slipway.events.GateVerdict;
import slipway.events.Invariant;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.Verdict;
import slipway.events.VoteDecision;
import slipway.events.audit.InvariantBroken;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeClosed;
import slipway.events.change.ChangeOutcomeReclassified;
import slipway.events.change.RFCSubmitted;
import slipway.events.release.CanaryAnalysisCompleted;
import slipway.events.release.ReleaseDeployed;
import slipway.events.release.ReleaseGateEvaluated;
import slipway.events.release.ReleaseResolved;
import slipway.events.release.RollbackCompleted;
import slipway.events.release.RollbackTriggered;

/// What a small year says of how changes go.
class MetricsTest {

    private static final Metrics.Period MARCH_TO_JUNE =
            new Metrics.Period(Instant.parse("2025-03-01T00:00:00Z"), Instant.parse("2025-07-01T00:00:00Z"), null);

    private static List<Happening> within(Predicate<Happening> of) {
        return Year.facts().stream()
                .filter(of)
                .filter(each -> !each.meta().getRecordedAt().isBefore(MARCH_TO_JUNE.since()) && each.meta().getRecordedAt().isBefore(MARCH_TO_JUNE.until()))
                .toList();
    }

    private static Set<String> changes(Predicate<Happening> of) {
        return within(of).stream().map(each -> each.meta().getCorrelationId()).collect(Collectors.toSet());
    }

    /// What it was closed as, whatever came to light later.
    private static String outcome(String change) {
        return Year.facts().reversed().stream()
                .filter(each -> each.key().equals(change))
                .map(Happening::fact)
                .map(fact -> fact instanceof ChangeOutcomeReclassified late ? late.getTo().name() : fact instanceof ChangeClosed closed ? closed.getOutcome().name() : "")
                .filter(outcome -> !outcome.isEmpty())
                .findFirst()
                .orElse("");
    }

    /// In the generator's company everything ends in prod.
    private static boolean isLive(Happening each) {
        return each.fact() instanceof RollbackTriggered back && back.getEnvironments().contains("prod");
    }

    private static Set<String> takenBack(List<Happening> facts) {
        return facts.stream().filter(MetricsTest::isLive).map(each -> each.meta().getCorrelationId()).collect(Collectors.toSet());
    }

    private static long recovery(Happening triggered) {
        return Year.facts().stream()
                .filter(each -> each.key().equals(triggered.key()) && each.meta().getSequence() > triggered.meta().getSequence())
                .filter(each -> each.fact() instanceof RollbackCompleted || each.fact() instanceof ReleaseResolved)
                .map(each -> Duration.between(triggered.meta().getRecordedAt(), each.meta().getRecordedAt()).toSeconds())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_five_of_dora_are_what_the_facts_say() {
        Metrics metrics = new Metrics(Year.jdbc());
        Metrics.Delivery delivery = metrics.delivery(MARCH_TO_JUNE);
        List<Happening> deployed = within(each -> each.fact() instanceof ReleaseDeployed it && it.getLast());
        assertThat(delivery.deploymentFrequency().deployments()).isEqualTo(deployed.size()).isPositive();
        assertThat(delivery.deploymentFrequency().perDay()).isEqualTo(deployed.size() / 122.0);

        List<Happening> completed = within(each -> each.type().equals("ImplementationCompleted"));
        List<Long> leads = completed.stream()
                .map(each -> Duration.between(
                                Year.facts().stream().filter(first -> first.key().equals(each.key()) && first.fact() instanceof RFCSubmitted).findFirst().orElseThrow().meta().getRecordedAt(),
                                each.meta().getRecordedAt())
                        .toSeconds())
                .sorted()
                .toList();
        assertThat(delivery.leadTime().count()).isEqualTo(leads.size());
        assertThat(delivery.leadTime().medianSeconds()).isEqualTo(leads.get((leads.size() + 1) / 2 - 1));
        assertThat(delivery.leadTime().p90Seconds()).isEqualTo(leads.get((leads.size() * 9 + 9) / 10 - 1));

        Set<String> brought = changes(each -> each.type().equals("ImplementationCompleted"));
        Set<String> takenBack = takenBack(Year.facts());
        brought.addAll(takenBack(within(each -> each.fact() instanceof RollbackTriggered)));
        assertThat(delivery.changeFailureRate().whole()).isEqualTo(brought.size());
        Set<String> failed = brought.stream()
                .filter(change -> takenBack.contains(change) || outcome(change).equals("BACKED_OUT") || outcome(change).equals("FAILED_NOT_BACKED_OUT"))
                .collect(Collectors.toSet());
        assertThat(delivery.changeFailureRate().part()).isEqualTo(failed.size()).isPositive();
        assertThat(metrics.changes(Metrics.Which.FAILED, MARCH_TO_JUNE)).containsExactlyInAnyOrderElementsOf(failed);

        List<Long> recoveries = within(MetricsTest::isLive).stream().map(MetricsTest::recovery).sorted().toList();
        assertThat(within(each -> each.fact() instanceof RollbackTriggered)).as("some were taken back before prod").hasSizeGreaterThan(recoveries.size());
        assertThat(delivery.recoveryTime().count()).isEqualTo(recoveries.size()).isPositive();
        assertThat(delivery.recoveryTime().medianSeconds()).isEqualTo(recoveries.get((recoveries.size() + 1) / 2 - 1));
        assertThat(delivery.recoveryTime().p90Seconds()).isEqualTo(recoveries.get((recoveries.size() * 9 + 9) / 10 - 1));
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
        List<Metrics.Gate> gates = new Metrics(Year.jdbc()).gates(MARCH_TO_JUNE);
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
        List<Happening> requests = within(each -> each.fact() instanceof ApprovalRequested);
        assertThat(gates).filteredOn(each -> each.kind().equals("APPROVAL_STAGE")).isNotEmpty().allSatisfy(stage -> {
            List<Happening> asked = requests.stream().filter(each -> ((ApprovalRequested) each.fact()).getStage().getName().equals(stage.name())).toList();
            assertThat(stage.invoked()).isEqualTo(asked.size());
            assertThat(stage.delays()).isEqualTo(asked.stream().filter(each -> lastApproval(each) != null).count());
            double hours = asked.stream()
                    .filter(each -> lastApproval(each) != null)
                    .mapToDouble(each -> Duration.between(each.meta().getRecordedAt(), lastApproval(each)).toMillis() / 3_600_000.0)
                    .sum();
            assertThat(stage.delayHours()).isCloseTo(hours, Offset.offset(0.01));
        });
        assertThat(gates).filteredOn(each -> each.kind().equals("APPROVAL_STAGE")).anySatisfy(stage -> assertThat(stage.changedOutcome()).isPositive());
        long held = within(each -> each.type().equals("ChangeHeld")).size();
        assertThat(gates.stream().filter(each -> each.kind().equals("HOLD")).mapToLong(Metrics.Gate::invoked).sum()).isEqualTo(held).isPositive();
        long notPassed = within(each -> each.fact() instanceof CanaryAnalysisCompleted it && it.getVerdict() != Verdict.PASS).size();
        assertThat(gates.stream().filter(each -> each.kind().equals("CANARY")).mapToLong(Metrics.Gate::changedOutcome).sum()).isEqualTo(notPassed);
    }

    @Test
    void what_was_rolled_out_without_leave_counts_as_that_also_when_it_was_no_change() throws IOException {
        try (Workbench bench = new Workbench("part")) {
            broken(bench, "CHG-1", Invariant.START_IS_AUTHORISED);
            broken(bench, "CHG-2", Invariant.ONE_ROLLOUT_PER_ENVIRONMENT);
            Metrics.Period then = new Metrics.Period(Log.AT.minusSeconds(60), Log.AT.plusSeconds(60), null);
            Metrics metrics = new Metrics(bench.jdbc());
            assertThat(metrics.delivery(then).unauthorisedRate()).satisfies(rate -> {
                assertThat(rate.part()).isOne();
                assertThat(rate.whole()).isOne();
            });
            assertThat(metrics.changes(Metrics.Which.UNAUTHORISED, then)).containsExactly("CHG-1");
        }
    }

    /// As audit-service tells it, and reads it again.
    private static void broken(Workbench bench, String story, Invariant invariant) {
        Log.Sent sent = bench.log().send("BRC-" + story, 1, meta -> new InvariantBroken(
                Meta.newBuilder(meta).setCorrelationId(story).build(), invariant, "REL-" + story, "a-fact", "never mind"));
        bench.live(new Log.Sent(new Entry.Place(Topics.AUDIT_CHECKPOINTS, 0, sent.place().offset()), sent.wire(), sent.fact()));
    }

    private static @Nullable Instant lastApproval(Happening asked) {
        String stage = ((ApprovalRequested) asked.fact()).getStage().getName();
        List<Happening> after = Year.facts().stream()
                .filter(each -> each.key().equals(asked.key()) && each.meta().getSequence() > asked.meta().getSequence())
                .takeWhile(each -> !Set.of("ApprovalSuperseded", "RFCDrafted").contains(each.type()))
                .toList();
        return after.reversed().stream()
                .filter(each -> each.fact() instanceof ApprovalVoteCast vote && vote.getStage().equals(stage) && vote.getDecision() == VoteDecision.APPROVE)
                .map(each -> each.meta().getRecordedAt())
                .findFirst()
                .orElse(null);
    }

    @Test
    void each_level_of_risk_is_held_against_what_became_of_it() {
        Metrics metrics = new Metrics(Year.jdbc());
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
