package slipway.change.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeEvent.ApprovalRequested;
import slipway.change.domain.ChangeEvent.ChangeApproved;
import slipway.change.domain.ChangeEvent.ChangeReclassified;
import slipway.change.domain.ChangeEvent.ConflictDetected;
import slipway.change.domain.ChangeEvent.ImpactAssessed;
import slipway.change.domain.ChangeEvent.PolicyEvaluated;
import slipway.change.domain.ChangeEvent.ReviewOpened;
import slipway.change.domain.ChangeEvent.RiskAssessed;
import slipway.change.domain.ChangeEvent.UnauthorisedChangeDetected;
import slipway.change.policy.Answer;
import slipway.change.policy.Question;
import slipway.change.policy.Stage;
import slipway.change.policy.Tally;
import slipway.change.policy.Voter;

/// What a request reaches, how risky it is, what stands in its way, and who has to approve it: all of it for one plan, at one
/// moment.
public final class Assessment {

    /// Nobody's approval outlives this, nor a request for it.
    public static final Duration APPROVAL_LASTS = Duration.ofDays(14);

    private Assessment() {}

    sealed interface Result {}

    record Judged(List<ChangeEvent> facts) implements Result {}

    /// As it is, it can never be approved.
    ///
    /// @param facts what was found out all the same
    /// @param stages that would have to approve, and have too few people; empty: the policy does not allow it at all
    record Hopeless(List<ChangeEvent> facts, List<Stage> stages, List<String> reasons) implements Result {}

    /// @param dossier with the plan, who wrote it, and at least which risk somebody said it has
    static Result of(Dossier dossier, Circumstances now) {
        Rfc rfc = dossier.rfc();
        String digest = dossier.digest();
        List<ChangeEvent> facts = new ArrayList<>();
        ImpactAssessed impact = Impact.of(rfc.configurationItems(), now.inventory());
        RiskAssessed calculated = Risk.assess(rfc, impact, now.inventory(), now.history());
        RiskAssessed risk = Risk.raise(calculated, dossier.raise());
        facts.add(impact);
        facts.add(risk);
        now.conflicts().forEach(conflict -> facts.add(detected(conflict)));
        Instant until = lastsUntil(rfc.outerWindow(), now.at());
        if (rfc.type() == ChangeType.STANDARD) {
            List<String> reasons = againstTemplate(rfc, risk.level(), now);
            if (reasons.isEmpty()) {
                facts.add(new ChangeApproved(
                        ApprovedBy.TEMPLATE, List.of("template " + rfc.templateRef()), digest, until));
                return new Judged(facts);
            }
            facts.add(new ChangeReclassified(ChangeType.STANDARD, ChangeType.NORMAL, reasons));
        }
        Question question = question(
                dossier, impact, risk.level(), now.inventory(), now.history().successes()::contains);
        return judge(rfc, digest, question, until, facts, now);
    }

    private static List<String> againstTemplate(Rfc rfc, RiskLevel risk, Circumstances now) {
        Template template = now.template();
        return template == null
                ? List.of("there is no template " + rfc.templateRef())
                : template.against(rfc, risk);
    }

    /// @param proven whether our own facts say that the change of this id was done, and well
    static Question question(
            Dossier dossier, ImpactAssessed impact, RiskLevel risk, Inventory inventory, Predicate<String> proven) {
        Rfc rfc = dossier.rfc();
        List<Inventory.Item> items = rfc.configurationItems().stream()
                .flatMap(ci -> inventory.item(ci).stream())
                .toList();
        List<String> evidence = new ArrayList<>(rfc.evidence().stream()
                // People judge what is only said; a policy must not.
                .filter(shown -> shown.kind() != EvidenceKind.DONE_BEFORE || proven.test(shown.reference()))
                .map(shown -> shown.kind().name())
                .distinct()
                .sorted()
                .toList());
        if (rfc.incidentRef() != null && !rfc.incidentRef().isBlank()) {
            evidence.add("INCIDENT");
        }
        return new Question(
                rfc.requester(),
                rfc.implementer(),
                List.copyOf(new TreeSet<>(dossier.authors())),
                rfc.type().name(),
                risk.name(),
                rfc.irreversible(),
                rfc.outageExpected(),
                rfc.restoreDataOnRollback(),
                rfc.service(),
                rfc.environments(),
                List.copyOf(new TreeSet<>(items.stream().map(Inventory.Item::ownerGroup).toList())),
                items.stream().mapToInt(Inventory.Item::tier).min().orElse(Inventory.MAX_TIER),
                impact.criticality(),
                impact.total(),
                evidence);
    }

    private static Result judge(
            Rfc rfc, String digest, Question question, Instant until, List<ChangeEvent> facts, Circumstances now) {
        Answer answer = now.policy().answer(question, voters(now.inventory()));
        facts.add(evaluated(question, answer, now));
        return switch (answer) {
            case Answer.None _ -> {
                yield new Hopeless(
                        facts,
                        List.of(),
                        List.of("policy " + policyName(now) + " has no answer to " + question.inputs()));
            }
            case Answer.Denied(_, var reasons) -> {
                yield new Hopeless(
                        facts,
                        List.of(),
                        reasons.stream().map(reason -> "approval: " + reason).toList());
            }
            case Answer.Automatic _ -> {
                facts.add(new ChangeApproved(
                        ApprovedBy.POLICY, List.of("policy " + policyName(now)), digest, until));
                yield new Judged(facts);
            }
            case Answer.Approval(_, var stages) -> {
                List<Tally.Requirement> wanting = new Tally(requirements(stages), Map.of()).shortSubset();
                if (!wanting.isEmpty()) {
                    yield new Hopeless(facts, stages, List.of(unsatisfiable(rfc, question, wanting)));
                }
                facts.addAll(rfc.type() == ChangeType.LATENT ? late(rfc, stages, now) : asked(stages, until, now));
                yield new Judged(facts);
            }
        };
    }

    static List<Voter> voters(Inventory inventory) {
        return inventory.people().stream()
                .map(person -> new Voter(person.id(), Set.copyOf(person.groups())))
                .toList();
    }

    private static List<ChangeEvent> asked(List<Stage> stages, Instant until, Circumstances now) {
        return stages.stream()
                .<ChangeEvent>map(stage -> new ApprovalRequested(
                        Reperformance.contract(stage),
                        earlier(now.at().plus(stage.waits()), until),
                        stage.escalation(),
                        stage.escalationWaits().toSeconds()))
                .toList();
    }

    /// It was done already: what is left is to look, and to say whether it was right.
    static List<ChangeEvent> late(Rfc rfc, List<Stage> stages, Circumstances now) {
        List<String> ratifiers = stages.stream()
                .flatMap(stage -> stage.eligible().stream())
                .distinct()
                .sorted()
                .toList();
        return List.of(
                new UnauthorisedChangeDetected(
                        rfc.requester(),
                        rfc.title(),
                        ratifiers,
                        now.at().plus(Ratifying.TIME),
                        stages.stream().map(Reperformance::contract).toList()),
                new ReviewOpened(
                        "registered after it was done",
                        List.of(),
                        Outcome.SUCCESSFUL_WITH_ISSUES,
                        true,
                        Closing.reviewDue(now.at())));
    }

    private static PolicyEvaluated evaluated(Question question, Answer answer, Circumstances now) {
        return new PolicyEvaluated(
                policyName(now),
                now.policy().hash(),
                question.inputs(),
                Reperformance.result(answer),
                answer.matched(),
                Reperformance.stages(answer));
    }

    private static String policyName(Circumstances now) {
        return now.policy().name() + "/" + now.policy().version();
    }

    private static List<Tally.Requirement> requirements(List<Stage> stages) {
        return stages.stream()
                .map(stage -> new Tally.Requirement(stage.name(), stage.eligible(), stage.quorum(), stage.vetoers()))
                .toList();
    }

    private static String unsatisfiable(Rfc rfc, Question question, List<Tally.Requirement> wanting) {
        List<String> stages = wanting.stream()
                .map(stage -> stage.stage() + " asks for " + stage.quorum() + " and may be given by " + stage.eligible())
                .toList();
        String authors = question.authors().stream()
                .filter(person -> !person.equals(rfc.requester()) && !person.equals(rfc.implementer()))
                .collect(Collectors.joining(", "));
        return "approval: nobody can give it: the risk is " + question.risk() + "; without requester " + rfc.requester()
                + " and implementer " + rfc.implementer()
                + (authors.isEmpty() ? "" : " and " + authors + ", who wrote part of the plan,")
                + " there are too few different people: "
                + String.join("; ", stages);
    }

    static ConflictDetected detected(Conflict conflict) {
        return new ConflictDetected(conflict.ci(), conflict.with(), conflict.reason(), conflict.kind());
    }

    /// An approval, or the wait for it, ends with the window or after 14 days.
    static Instant lastsUntil(Window window, Instant from) {
        return earlier(from.plus(APPROVAL_LASTS), window.notAfter());
    }

    static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
