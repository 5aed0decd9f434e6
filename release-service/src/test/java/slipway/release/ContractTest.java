package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Judge;
import slipway.release.analysis.Measurement;
import slipway.release.analysis.Metric;
import slipway.release.analysis.Side;
import slipway.release.analysis.Verdict;
import slipway.release.domain.BuiltComponent;
import slipway.release.domain.CarriedChange;
import slipway.release.domain.CommandRun;
import slipway.release.domain.Commit;
import slipway.release.domain.CommitRange;
import slipway.release.domain.Component;
import slipway.release.domain.EnvironmentLeft;
import slipway.release.domain.Gate;
import slipway.release.domain.GateVerdict;
import slipway.release.domain.Instruction;
import slipway.release.domain.Leave;
import slipway.release.domain.Making;
import slipway.release.domain.Outcome;
import slipway.release.domain.PackageCheck;
import slipway.release.domain.PauseCause;
import slipway.release.domain.PlannedCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.RevocationCause;
import slipway.release.domain.RollbackCause;
import slipway.release.domain.Shape;
import slipway.release.domain.Stage;
import slipway.release.domain.Step;
import slipway.release.domain.StepKind;
import slipway.release.domain.Strategy;
import slipway.release.domain.VerificationLevel;
import slipway.release.domain.Window;
import slipway.wire.Mapping;

class ContractTest {

    private static final Instant AT = Instant.parse("2026-03-02T10:00:00.123Z");
    private static final Meta META = new Meta(
            "e", "REL-CHG-1", 1L, AT, AT, new Actor("dana", ActorKind.HUMAN, null), "CHG-1", null, null, null);

    private static final List<String> CHANGES = List.of("CHG-1");
    private static final PlannedCommand COMMAND =
            new PlannedCommand("unit", List.of("make", "test"), 60, "report.xml");
    private static final CommandRun RUN = new CommandRun(
            "unit", List.of("make", "test"), 0, 1234, "sha256:l", 56, "sha256:r");
    private static final List<Leave> LEAVES = List.of(new Leave("CHG-1", "AUT", 3));
    private static final List<Shape.Part> PARTS =
            List.of(new Shape.Part("a", "sha256:d", 80), new Shape.Part("b", null, 20));

    private static final Analysis ANALYSIS = new Analysis(
            "feel",
            Judge.STATISTICAL,
            List.of(new Metric(
                    "p99",
                    Metric.Source.PROMETHEUS,
                    "q",
                    "c",
                    1,
                    2,
                    3,
                    4,
                    5,
                    new Metric.Traffic("t", 0.1),
                    new Metric.Threshold("s", "f", -1, 2, 3),
                    new Metric.Comparison(
                            "b", Metric.Direction.DECREASE, Metric.Effect.CLES, 0.6, 0.4, 0.7, 0.3, true, "g"))),
            List.of(new Analysis.Weight("g", 12.5)),
            95.5,
            75.25);

    private final Mapping<ReleaseEvent> mapping = Mapping.of(ReleaseEvent.class, ReleaseService.CONTRACT);

    static Stream<ReleaseEvent> facts() {
        return Stream.of(
                new ReleaseEvent.ReleasePlanned(
                        List.of("CHG-1"),
                        "web",
                        List.of(new Component("web", "1", null, "sha256:d", "registry/web")),
                        List.of("dev", "prod"),
                        Strategy.CANARY,
                        "sha256:p",
                        new Window(AT, AT.plusSeconds(60)),
                        null,
                        true,
                        "dana",
                        "sam",
                        List.of("aki"),
                        List.of(new Stage(
                                "dev",
                                "directory",
                                Strategy.ROLLING,
                                List.of(new Step(StepKind.WEIGHT, "20 %", List.of("a"), 20, 60, "feel", "web")),
                                30,
                                "plan",
                                600,
                                VerificationLevel.V3,
                                StepKind.CUTOVER,
                                List.of(ANALYSIS, Analysis.threshold("bare", List.of())))),
                        List.of(new CarriedChange(
                                "CHG-1",
                                "why",
                                List.of("link"),
                                "sha256:p",
                                new Window(AT, AT),
                                "sha256:d",
                                true,
                                "dana",
                                "kim",
                                List.of("aki"),
                                List.of("olu"), List.of("web"))),
                        new Making(
                                COMMAND, "out", List.of(COMMAND), new CommitRange("v1", "v2")),
                        true,
                        true),
                new ReleaseEvent.PackageBuilt(
                        "sha256:d", 7, 2, "here", RUN, List.of(new Commit("abc", "dana", "why")), List.of(new BuiltComponent("web", "sha256:d", 7, 2, "here"))),
                new ReleaseEvent.PackageTested(
                        "sha256:d", List.of(new PackageCheck("n", false, "why", RUN)), 2),
                new ReleaseEvent.BackupRequested("dev", "BKP", "plan", 60, VerificationLevel.V3),
                new ReleaseEvent.ReleaseGateEvaluated("dev", Gate.LEASE, GateVerdict.CLOSED, "why"),
                new ReleaseEvent.ImplementationRequested(
                        "CHG-1", "dev", "sha256:d", "sha256:p", "BKP", "sha256:m", VerificationLevel.V4, AT, 3, LEAVES, List.of("sha256:d")),
                new ReleaseEvent.ReleaseStarted("dev", "sha256:d", Strategy.ALL_AT_ONCE, "BKP", "AUT", 3, 4, PARTS, LEAVES, true),
                new ReleaseEvent.RolloutStepStarted("dev", 1, StepKind.MIGRATE, "dev", 2, PARTS, PARTS),
                new ReleaseEvent.RolloutIndeterminate("dev", 1, PARTS, PARTS, PARTS),
                new ReleaseEvent.RolloutStepCompleted("dev", 1, StepKind.REVERT, "dev", 2, true, "seen", 1234),
                new ReleaseEvent.CanaryAnalysisCompleted(
                        "dev",
                        3,
                        Verdict.INCONCLUSIVE,
                        "judge",
                        "1",
                        2,
                        List.of(
                                new Measurement(
                                        "dev-1", AT, 900, true, "200", "m", Side.BASELINE, true, List.of(1.5, Double.NaN), 3.25),
                                new Measurement("dev-1", AT, 900, false, "e", "m", Side.CANARY, false, List.of(), null)),
                        "why",
                        ANALYSIS,
                        93.75,
                        "{}\n"),
                new ReleaseEvent.ReleaseDeployed("dev", "sha256:d", "sha256:d", 4, true, CHANGES, AT),
                new ReleaseEvent.ReleasePromoted("dev", "prod"),
                new ReleaseEvent.RollbackTriggered(
                        "dev", List.of("dev"), RollbackCause.SLO_ALERT, "why", null, true, null, null, AT, CHANGES, List.of("qa"), List.of("kim")),
                new ReleaseEvent.DataRestoreRequested("dev", "BKP", "sha256:m", List.of("aki"), 7L),
                new ReleaseEvent.RollbackCompleted("sha256:o", null, true, 5L, CHANGES),
                new ReleaseEvent.RollbackFailed("dev", "why", CHANGES),
                new ReleaseEvent.ReleaseBlocked(null, List.of("why", "and")),
                new ReleaseEvent.ReleaseAborted("why", CHANGES, List.of("dev")),
                new ReleaseEvent.ReleasePauseRequested("dev", 3, PauseCause.FREEZE, "why"),
                new ReleaseEvent.ReleasePaused("dev", 3, PauseCause.INCONCLUSIVE, "why"),
                new ReleaseEvent.ReleaseResumeRequested("dev", 3),
                new ReleaseEvent.ReleaseResumed("dev", 3, LEAVES, 5),
                new ReleaseEvent.LeaveRevoked("CHG-1", 2, RevocationCause.RATIFICATION, "why"),
                new ReleaseEvent.RollbackRequested("dev", 3, RollbackCause.PERSON, "why", List.of("kim")),
                new ReleaseEvent.DataRestoreApprovalRequested("dev", "BKP", "sha256:m", AT, 7200, 3600),
                new ReleaseEvent.DataRestoreDeclined("aki", "why"),
                new ReleaseEvent.ReleaseJoined("REL-CHG-2", "why"),
                new ReleaseEvent.CarriedChangeClosed("CHG-1", Outcome.SUCCESSFUL),
                new ReleaseEvent.ReleaseInstructed(Instruction.RETRY, "why"),
                new ReleaseEvent.ReleaseResolved(
                        "web", "why", List.of(new EnvironmentLeft("dev", null)), CHANGES),
                new ReleaseEvent.BackupCheckRequested("dev", "BKP", "sha256:m", List.of("web")),
                new ReleaseEvent.BackupLost("dev", "BKP", List.of("why")),
                new ReleaseEvent.EnvironmentSuperseded("dev", "REL-CHG-2"),
                new ReleaseEvent.EnvironmentLaidBare("dev"),
                new ReleaseEvent.ReleaseClosed(Outcome.BACKED_OUT));
    }

    @Test
    void the_facts_are_the_contract_s() {
        assertThat(mapping.schemas()).hasSize(ReleaseEvent.class.getPermittedSubclasses().length);
        assertThat(facts().map(Object::getClass)).doesNotHaveDuplicates().hasSize(mapping.schemas().size());
    }

    @ParameterizedTest
    @MethodSource("facts")
    void every_fact_survives_the_way_to_avro_and_back(ReleaseEvent fact) {
        assertThat(mapping.toDomain(mapping.toAvro(fact, META))).isEqualTo(fact);
    }
}
