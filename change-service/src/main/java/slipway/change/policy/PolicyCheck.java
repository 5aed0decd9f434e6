package slipway.change.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Looks at a policy before it is published: asks it everything that can be asked.
///
/// Faults forbid it: a combination without an answer, and an automatic approval where there must be none. Warnings are for
/// people to know, because people come and go: stages that nobody, or not enough, of today's people can fill. Each comes with
/// the counterexample.
public final class PolicyCheck {

    private static final List<String> TYPES = List.of("NORMAL", "STANDARD", "EMERGENCY", "LATENT");
    private static final List<String> RISKS = List.of("LOW", "MODERATE", "HIGH", "EXTREME");
    private static final List<String> EVIDENCE =
            List.of("TESTED", "REHEARSED_ROLLBACK", "DONE_BEFORE", "INCIDENT", "EXPLOITED_CVE");
    private static final List<Boolean> YES_NO = List.of(true, false);
    private static final List<Integer> TIERS = List.of(1, 2, 3, 4);
    private static final List<Integer> CRITICALITIES = List.of(1, 2, 3, 4, 5);
    private static final List<Integer> REACHED = List.of(1, 10, 11, 100, 1000);
    private static final int MOST_FINDINGS = 50;

    private final Policy policy;
    private final List<Voter> people;
    /// One counterexample of each kind is enough: the first has the least evidence.
    private final Map<String, String> faults = new LinkedHashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<List<String>> looked = new LinkedHashSet<>();

    private PolicyCheck(Policy policy, List<Voter> people) {
        this.policy = policy;
        this.people = people;
    }

    /// @param faults it must not be published
    /// @param warnings it may, but somebody should look
    public record Findings(List<String> faults, List<String> warnings) {}

    /// @param environments all that changes may go to; at least one
    /// @param ownerGroups all groups that own items
    public static Findings check(
            Policy policy, List<Voter> people, Collection<String> environments, Collection<String> ownerGroups) {
        PolicyCheck check = new PolicyCheck(policy, people);
        Set<String> owners = new TreeSet<>(ownerGroups);
        if (owners.isEmpty()) {
            owners.add("nobody");
        }
        for (List<String> where : wheres(policy, environments)) {
            for (String owner : owners) {
                check.questions(where, owner).forEach(check::ask);
            }
        }
        return new Findings(
                check.faults.values().stream().limit(MOST_FINDINGS).toList(),
                check.warnings.stream().limit(MOST_FINDINGS).toList());
    }

    /// One environment after the other, and all of them together; only one where it makes no difference.
    private static List<List<String>> wheres(Policy policy, Collection<String> environments) {
        List<String> all = List.copyOf(new TreeSet<>(environments));
        if (!policy.speaksOf("environments")) {
            return List.of(List.of(all.getFirst()));
        }
        List<List<String>> wheres = new ArrayList<>(all.stream().map(List::of).toList());
        if (all.size() > 1) {
            wheres.add(all);
        }
        return wheres;
    }

    /// Every type, risk, reversibility and set of evidence, and every value of what else the policy speaks of.
    private Stream<Question> questions(List<String> environments, String owner) {
        return TYPES.stream().flatMap(type -> RISKS.stream().flatMap(risk -> YES_NO.stream()
                .flatMap(irreversible -> flags("outage").flatMap(outage -> flags("restoresData")
                        .flatMap(restores -> numbers("tier", TIERS).flatMap(tier -> numbers("criticality", CRITICALITIES)
                                .flatMap(criticality -> numbers("reached", REACHED).flatMap(reached -> evidence()
                                        .map(shown -> new Question(
                                                "",
                                                "",
                                                type,
                                                risk,
                                                irreversible,
                                                outage,
                                                restores,
                                                "any",
                                                environments,
                                                List.of(owner),
                                                tier,
                                                criticality,
                                                reached,
                                                shown))))))))));
    }

    private Stream<Boolean> flags(String name) {
        return policy.speaksOf(name) ? YES_NO.stream() : Stream.of(false);
    }

    private Stream<Integer> numbers(String name, List<Integer> values) {
        return policy.speaksOf(name) ? values.stream() : values.stream().limit(1);
    }

    private static Stream<List<String>> evidence() {
        return Stream.iterate(0, bits -> bits < 1 << EVIDENCE.size(), bits -> bits + 1)
                .map(bits -> EVIDENCE.stream()
                        .filter(each -> (bits & 1 << EVIDENCE.indexOf(each)) != 0)
                        .toList());
    }

    private void ask(Question question) {
        Answer answer;
        try {
            answer = policy.calculate(question, people);
        } catch (IllegalStateException e) {
            String message = String.valueOf(e.getMessage());
            faults.putIfAbsent(message.substring(0, Math.min(message.length(), message.indexOf(':') + 1)), message);
            return;
        }
        switch (answer) {
            case Answer.None _ ->
                faults.putIfAbsent(
                        "none " + question.type() + question.risk() + question.irreversible() + question.environments(),
                        "there is no answer for " + words(question));
            case Answer.Automatic _ -> {}
            case Answer.Denied(var matched, var reasons) -> {
                if (reasons.contains(Policy.neverAutomatic(question))) {
                    faults.putIfAbsent(
                            "auto " + matched + question.type() + question.risk(),
                            "by " + matched + " a change would approve itself: " + words(question));
                }
            }
            case Answer.Approval(_, var stages) -> {
                quorum(question, stages);
            }
        }
    }

    /// Whoever asks and whoever implements cannot vote: the worst two are tried. People in the same stages are alike.
    private void quorum(Question question, List<Stage> stages) {
        List<String> key = stages.stream()
                .flatMap(stage -> Stream.concat(Stream.of(stage.name()), stage.eligible().stream()))
                .toList();
        if (!looked.add(key)) {
            return;
        }
        List<String> alike = List.copyOf(representatives(stages).values());
        List<String> some = alike.isEmpty() ? List.of("") : alike;
        for (String requester : some) {
            for (String implementer : second(requester, stages, some)) {
                Question asked = by(question, requester, implementer);
                if (policy.answer(asked, people) instanceof Answer.Approval(_, var left)) {
                    List<Tally.Requirement> wanting = new Tally(
                                    left.stream().map(PolicyCheck::requirement).toList(), Map.of())
                            .shortSubset();
                    if (!wanting.isEmpty()) {
                        warnings.add(sentence(asked, wanting));
                        return;
                    }
                }
            }
        }
    }

    static Tally.Requirement requirement(Stage stage) {
        return new Tally.Requirement(stage.name(), stage.eligible(), stage.quorum(), stage.vetoers());
    }

    /// One person for each set of stages that people are in.
    private static Map<List<String>, String> representatives(List<Stage> stages) {
        Map<List<String>, String> byMembership = new LinkedHashMap<>();
        stages.stream().flatMap(stage -> stage.eligible().stream()).forEach(person -> byMembership.putIfAbsent(
                membership(person, stages), person));
        return byMembership;
    }

    private static List<String> membership(String person, List<Stage> stages) {
        return stages.stream()
                .filter(stage -> stage.eligible().contains(person))
                .map(Stage::name)
                .toList();
    }

    /// The requester themselves, any of another kind, or another one of the same kind.
    private static List<String> second(String requester, List<Stage> stages, List<String> alike) {
        List<String> second = new ArrayList<>(alike);
        stages.stream()
                .flatMap(stage -> stage.eligible().stream())
                .filter(person -> !person.equals(requester))
                .filter(person -> membership(person, stages).equals(membership(requester, stages)))
                .findFirst()
                .ifPresent(second::add);
        return second;
    }

    private static Question by(Question question, String requester, String implementer) {
        return new Question(
                requester,
                implementer,
                question.type(),
                question.risk(),
                question.irreversible(),
                question.outage(),
                question.restoresData(),
                question.service(),
                question.environments(),
                question.ownerGroups(),
                question.tier(),
                question.criticality(),
                question.reached(),
                question.evidence());
    }

    private String sentence(Question question, List<Tally.Requirement> wanting) {
        String who = question.requester().isEmpty()
                ? ""
                : "when " + question.requester() + " asks"
                        + (question.implementer().equals(question.requester())
                                ? " and implements"
                                : " and " + question.implementer() + " implements")
                        + ", ";
        List<String> stages = wanting.stream()
                .map(stage -> stage.stage() + " (" + stage.quorum() + " needed, "
                        + stage.eligible().size() + " may: " + first(stage.eligible()) + ")")
                .toList();
        return who + "nobody can approve " + words(question) + ": too few different people for "
                + String.join(" and ", stages);
    }

    private static String first(List<String> people) {
        return people.size() <= 5 ? people.toString() : people.subList(0, 5) + " and more";
    }

    private String words(Question question) {
        return (question.irreversible() ? "an irreversible " : "a ") + question.risk() + " " + question.type()
                + " change in " + String.join(", ", question.environments()) + " owned by "
                + String.join(", ", question.ownerGroups()) + " with evidence " + question.evidence()
                + spoken("tier", question.tier())
                + spoken("criticality", question.criticality())
                + spoken("reached", question.reached())
                + spoken("outage", question.outage())
                + spoken("restoresData", question.restoresData());
    }

    private String spoken(String name, Object value) {
        return policy.speaksOf(name) ? ", " + name + " " + value : "";
    }
}
