package slipway.launcher.evidence;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.ApprovalStage;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeEvent.ChangeAmended;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.ChangeEvent.RFCSubmitted;
import slipway.change.domain.ChangeEvent.RiskAssessed;
import slipway.change.domain.Reperformance;
import slipway.change.domain.Rfc;
import slipway.change.policy.Policy;
import slipway.change.policy.Reperformed;
import slipway.launcher.evidence.Decision.Result;
import slipway.release.analysis.Judge;
import slipway.release.analysis.Judgement;
import slipway.release.analysis.Judging;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.wire.Mapping;

/// Decides again what was decided: by the code that decides, from nothing but facts of the pack.
final class Reperforming {

    private static final Mapping<ChangeEvent> CHANGES = Mapping.of(ChangeEvent.class, "slipway.events.change");
    private static final Mapping<ReleaseEvent> RELEASES = Mapping.of(ReleaseEvent.class, "slipway.events.release");
    private static final Set<String> OF_CHANGES = names(CHANGES);
    private static final Set<String> OF_RELEASES = names(RELEASES);

    private final Rules rules;
    private final List<Decision> decisions = new ArrayList<>();

    Reperforming(Rules rules) {
        this.rules = rules;
    }

    private static Set<String> names(Mapping<?> mapping) {
        Set<String> names = new HashSet<>();
        mapping.schemas().forEach(schema -> names.add(schema.getFullName()));
        return names;
    }

    /// What of these are facts of a change.
    static List<ChangeEvent> changes(List<Fact> facts) {
        return facts.stream()
                .filter(fact -> OF_CHANGES.contains(fact.said().getSchema().getFullName()))
                .map(fact -> CHANGES.toDomain((SpecificRecord) fact.said()))
                .toList();
    }

    static List<ReleaseEvent> releases(List<Fact> facts) {
        return facts.stream()
                .filter(fact -> OF_RELEASES.contains(fact.said().getSchema().getFullName()))
                .map(fact -> RELEASES.toDomain((SpecificRecord) fact.said()))
                .toList();
    }

    /// @param facts of one change or release, from the first on
    void add(List<Fact> facts) {
        Story story = new Story();
        for (Fact fact : facts) {
            String name = fact.said().getSchema().getFullName();
            try {
                if (OF_CHANGES.contains(name)) {
                    story.add(fact, CHANGES.toDomain((SpecificRecord) fact.said()));
                } else if (OF_RELEASES.contains(name)
                        && RELEASES.toDomain((SpecificRecord) fact.said()) instanceof CanaryAnalysisCompleted told) {
                    decisions.add(canary(fact, told));
                }
            } catch (RuntimeException e) {
                // What a forger wrote may be such that no rule can be asked about it.
                decisions.add(Decision.of(fact, Result.DIFFERS, "no such fact comes from this program: " + e.getMessage()));
            }
        }
    }

    List<Decision> decisions() {
        return List.copyOf(decisions);
    }

    /// A change as far as its facts are read.
    private final class Story {

        private final List<ChangeEvent> before = new ArrayList<>();
        private @Nullable Rfc rfc;
        private @Nullable ImpactAssessed impact;
        private @Nullable RiskAssessed risk;

        void add(Fact fact, ChangeEvent said) {
            switch (said) {
                case RFCSubmitted submitted -> rfc = submitted.rfc();
                case ChangeAmended amended -> rfc = amended.rfc();
                case ImpactAssessed assessed -> impact = assessed;
                case RiskAssessed told -> {
                    risk = told;
                    decisions.add(risk(fact, told));
                }
                case PolicyEvaluated told -> decisions.add(policy(fact, told));
                case ChangeApproved approved -> {
                    Decision votes = Votes.of(fact, approved, before);
                    if (votes != null) {
                        decisions.add(votes);
                    }
                }
                default -> {}
            }
            before.add(said);
        }

        private Decision risk(Fact fact, RiskAssessed told) {
            if (rfc == null || impact == null) {
                return Decision.of(fact, Result.CANNOT, (rfc == null ? "the request" : "its impact") + " is not in the pack");
            }
            return Reperformance.risk(told, impact, rfc)
                    .map(again -> again.equals(told)
                            ? Decision.of(fact, Result.MATCH, told.level() + ", " + told.score())
                            : Decision.of(fact, Result.DIFFERS, differences(told, again)))
                    .orElseGet(() -> Decision.of(fact, Result.CANNOT, "it was calculated by model " + told.modelVersion() + ", which this program has not"));
        }

        private Decision policy(Fact fact, PolicyEvaluated told) {
            Policy policy = rules.policy(told.policyHash()).orElse(null);
            if (policy == null) {
                return Decision.of(fact, Result.CANNOT, "the policy " + told.policyVersion() + " is not in the pack");
            }
            List<String> differences = new ArrayList<>(inputs(told));
            Reperformed again = Reperformance.policy(policy, told, impact == null ? null : rules.people(impact.graphVersion()));
            differences.addAll(Reperformance.disagreements(told, again));
            if (!differences.isEmpty()) {
                return Decision.of(fact, Result.DIFFERS, String.join("; ", differences));
            }
            return switch (again) {
                case Reperformed.Answered _ -> Decision.of(fact, Result.MATCH, answer(told));
                case Reperformed.Partly(_, _, var missing) ->
                    Decision.of(fact, Result.CANNOT, "the answer and the stages match; who may vote in them depends on " + missing + ", which the pack has not");
                case Reperformed.Undecidable(var missing) -> Decision.of(fact, Result.CANNOT, missing + " was not recorded");
            };
        }

        /// The question is of what was recorded before: a rule that was asked something else answers rightly, and wrongly.
        private List<String> inputs(PolicyEvaluated told) {
            List<String> differences = new ArrayList<>();
            if (risk != null) {
                input(told, "risk", risk.level(), differences);
            }
            if (impact != null) {
                input(told, "criticality", impact.criticality(), differences);
                input(told, "reached", impact.total(), differences);
            }
            if (rfc != null) {
                input(told, "requester", rfc.requester(), differences);
                input(told, "implementer", rfc.implementer(), differences);
                input(told, "service", rfc.service(), differences);
                input(told, "irreversible", rfc.irreversible(), differences);
                input(told, "outage", rfc.outageExpected(), differences);
                input(told, "restoresData", rfc.restoreDataOnRollback(), differences);
            }
            return differences;
        }

        private static void input(PolicyEvaluated told, String name, Object before, List<String> differences) {
            String asked = told.inputs().get(name);
            if (asked != null && !asked.equals(String.valueOf(before))) {
                differences.add("it was asked with " + name + " " + asked + ", and recorded before is " + before);
            }
        }
    }

    private static String answer(PolicyEvaluated told) {
        String stages = told.requiredStages().stream().map(ApprovalStage::name).collect(Collectors.joining(", "));
        return told.policyVersion() + ": " + told.answer() + (stages.isEmpty() ? "" : ", " + stages);
    }

    private static Decision canary(Fact fact, CanaryAnalysisCompleted told) {
        if (told.analysis() == null) {
            return Decision.of(fact, Result.CANNOT, "by what it was judged was not recorded");
        }
        if (!told.judgeVersion().equals(Judge.VERSION)) {
            return Decision.of(fact, Result.CANNOT, "it was judged by version " + told.judgeVersion() + " of the judge, and this program has " + Judge.VERSION);
        }
        Judgement recorded = new Judgement(told.verdict(), told.score(), told.reason(), told.text());
        Judgement again = Judging.of(told.analysis()).judge(told.samples());
        return again.equals(recorded)
                ? Decision.of(fact, Result.MATCH, told.verdict() + ", " + told.samples().size() + " samples in " + told.environment())
                : Decision.of(fact, Result.DIFFERS, differences(recorded, again));
    }

    /// Component by component.
    private static <R extends Record> String differences(R recorded, R again) {
        List<String> differences = new ArrayList<>();
        for (RecordComponent component : recorded.getClass().getRecordComponents()) {
            Object then = value(component, recorded);
            Object now = value(component, again);
            if (!Objects.equals(then, now)) {
                differences.add(component.getName() + " is " + now + ", recorded " + then);
            }
        }
        return String.join("; ", differences);
    }

    private static @Nullable Object value(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }
}
