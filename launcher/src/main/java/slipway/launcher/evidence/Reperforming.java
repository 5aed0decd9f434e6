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
import slipway.change.domain.ChangeDecider;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.ChangeEvent.RiskAssessed;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Dossier;
import slipway.change.domain.PolicyResult;
import slipway.change.domain.Reperformance;
import slipway.change.policy.Policy;
import slipway.change.policy.Reperformed;
import slipway.launcher.evidence.Decision.Result;
import slipway.release.analysis.Analysis;
import slipway.release.analysis.Judge;
import slipway.release.analysis.Judgement;
import slipway.release.analysis.Judging;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseEvent.CanaryAnalysisCompleted;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.wire.Mapping;

/// Decides again what was decided: by the code that decides, from nothing but facts of the pack.
final class Reperforming {

    private static final Mapping<ChangeEvent> CHANGES = Mapping.of(ChangeEvent.class, "slipway.events.change");
    private static final Mapping<ReleaseEvent> RELEASES = Mapping.of(ReleaseEvent.class, "slipway.events.release");
    private static final Set<String> DECISIONS = Set.of("RiskAssessed", "PolicyEvaluated", "ChangeApproved", "CanaryAnalysisCompleted");
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

    /// @param facts of one change or release, in order
    void add(List<Fact> facts) {
        List<Fact> known = Chained.unbroken(facts);
        Story story = new Story();
        ReleasePlanned plan = null;
        for (Fact fact : known) {
            String name = fact.said().getSchema().getFullName();
            try {
                if (OF_CHANGES.contains(name)) {
                    story.add(fact, CHANGES.toDomain((SpecificRecord) fact.said()));
                } else if (OF_RELEASES.contains(name)) {
                    switch (RELEASES.toDomain((SpecificRecord) fact.said())) {
                        case ReleasePlanned planned -> plan = planned;
                        case CanaryAnalysisCompleted told -> decisions.add(canary(fact, told, plan));
                        default -> {}
                    }
                }
            } catch (RuntimeException e) {
                // What a forger wrote may be such that no rule can be asked about it.
                decisions.add(Decision.of(fact, Result.DIFFERS, "no such fact comes from this program: " + e.getMessage()));
            }
        }
        facts.stream()
                .skip(known.size())
                .filter(fact -> DECISIONS.contains(fact.type()))
                .map(fact -> Decision.of(fact, Result.CANNOT, "not all facts before it are part of this pack"))
                .forEach(decisions::add);
    }

    List<Decision> decisions() {
        return List.copyOf(decisions);
    }

    /// A change as far as its facts are read.
    private final class Story {

        private final ChangeDecider decider = new ChangeDecider();
        private final List<ChangeEvent> before = new ArrayList<>();
        private ChangeState state = decider.initial();
        private @Nullable ImpactAssessed impact;
        private @Nullable RiskAssessed risk;

        void add(Fact fact, ChangeEvent said) {
            switch (said) {
                case ImpactAssessed assessed -> impact = assessed;
                case RiskAssessed told -> {
                    risk = told;
                    decisions.add(risk(fact, told));
                }
                case PolicyEvaluated told -> decisions.add(policy(fact, told));
                case ChangeApproved approved -> decisions.add(Approval.of(fact, approved, before, state, risk, rules));
                default -> {}
            }
            before.add(said);
            state = decider.evolve(state, said);
        }

        private @Nullable Dossier dossier() {
            return state instanceof ChangeState.Known known ? known.dossier() : null;
        }

        private Decision risk(Fact fact, RiskAssessed told) {
            Dossier dossier = dossier();
            if (dossier == null || impact == null) {
                return Decision.of(fact, Result.DIFFERS, "nothing was assessed before it: there is no " + (dossier == null ? "request" : "impact"));
            }
            return Reperformance.risk(told, impact, dossier.rfc())
                    .map(again -> again.equals(told)
                            ? Decision.of(fact, Result.MATCH, told.level() + ", " + told.score())
                            : Decision.of(fact, Result.DIFFERS, differences(told, again)))
                    .orElseGet(() -> Decision.of(fact, Result.CANNOT, "it was calculated by model " + told.modelVersion() + ", which this program has not"));
        }

        private Decision policy(Fact fact, PolicyEvaluated told) {
            Dossier dossier = dossier();
            if (dossier == null || impact == null || risk == null) {
                return Decision.of(fact, Result.DIFFERS, "nothing was asked for and assessed before it");
            }
            List<String> differences = new ArrayList<>();
            // The question is of what was recorded before: a rule that was asked something else answers rightly, and wrongly.
            Reperformance.inputs(told, dossier, impact, risk).forEach((name, before) -> {
                String asked = told.inputs().get(name);
                if (asked != null && !asked.equals(before)) {
                    differences.add("it was asked with " + name + " " + asked + ", and recorded before is " + before);
                }
            });
            Rules.Published published = rules.policy(told.policyHash()).orElse(null);
            // Not by its leaf: partitions are read side by side, so that what was first may be signed for later.
            if (published != null && published.at().isAfter(fact.entry().recordedAt())) {
                differences.add("the policy " + told.policyVersion() + " was published at " + published.at() + ", and this was recorded at "
                        + fact.entry().recordedAt());
            }
            Policy policy = published == null ? null : published.policy();
            if (policy == null) {
                return differences.isEmpty()
                        ? Decision.of(fact, Result.CANNOT, "the policy " + told.policyVersion() + " is not in the pack, or of a kind that this program does not understand")
                        : Decision.of(fact, Result.DIFFERS, String.join("; ", differences));
            }
            Reperformed again = Reperformance.policy(
                    policy, told, told.answer() == PolicyResult.APPROVAL_REQUIRED ? rules.people(impact.graphVersion()) : null);
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
    }

    private static String answer(PolicyEvaluated told) {
        String stages = told.requiredStages().stream().map(ApprovalStage::name).collect(Collectors.joining(", "));
        return told.policyVersion() + ": " + told.answer() + (stages.isEmpty() ? "" : ", " + stages);
    }

    /// @param plan the last one before it; null: none
    private static Decision canary(Fact fact, CanaryAnalysisCompleted told, @Nullable ReleasePlanned plan) {
        if (told.analysis() == null) {
            return Decision.of(fact, Result.CANNOT, "by what it was judged was not recorded");
        }
        // Who chooses the limits when the samples are there chooses the verdict.
        List<Analysis> planned = plan == null
                ? List.of()
                : plan.stages().stream()
                        .filter(stage -> stage.environment().equals(told.environment()))
                        .flatMap(stage -> stage.analyses().stream())
                        .toList();
        if (planned.isEmpty()) {
            return Decision.of(fact, Result.CANNOT, "the plan before it says nothing of how " + told.environment() + " is judged");
        }
        if (!planned.contains(told.analysis())) {
            return Decision.of(fact, Result.DIFFERS, "it was judged by an analysis '" + told.analysis().name() + "' that is none of the plan's for " + told.environment());
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
