package slipway.change.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Looks at a policy before it is published: asks it everything that can be asked.
///
/// Faults forbid it: a combination without an answer, and an automatic approval where there must be none. Warnings are for
/// people to know, because people come and go: stages that nobody, or not enough, of today's people can fill. Each comes with
/// the counterexample.
public final class PolicyCheck {

    private static final int MOST_FINDINGS = 50;
    private static final int DEEPEST = 3;
    /// Parts of conditions that are looked at: a few seconds.
    private static final long MOST_WORK = 3_000_000;
    private static final long MOST_PEOPLE_WORK = 5_000_000;

    private final Policy policy;
    private final List<Voter> people;
    private final Questions questions;
    private final long rulesWeight;
    private final long peopleWeight;
    private long work;
    private long peopleWork;
    /// One counterexample of each kind is enough: the first has the least evidence.
    private final Map<String, String> faults = new LinkedHashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<List<String>> looked = new LinkedHashSet<>();
    private final Set<List<Object>> asked = new HashSet<>();

    private PolicyCheck(Policy policy, List<Voter> people, Questions questions) {
        this.policy = policy;
        this.people = people;
        this.questions = questions;
        this.rulesWeight = policy.rules().mapToLong(rule -> rule.anatomy().weight()).sum();
        this.peopleWeight = people.size()
                * policy.people().mapToLong(condition -> condition.anatomy().weight()).sum();
    }

    /// @param faults it must not be published
    /// @param warnings it may, but somebody should look
    public record Findings(List<String> faults, List<String> warnings) {}

    /// @param environments all that changes may go to; at least one
    /// @param ownerGroups all groups that own items
    public static Findings check(
            Policy policy, List<Voter> people, Collection<String> environments, Collection<String> ownerGroups) {
        PolicyCheck check = new PolicyCheck(policy, people, new Questions(policy, environments, ownerGroups));
        check.forms();
        if (check.faults.isEmpty()) {
            check.questions.all().takeWhile(_ -> check.goesOn()).forEach(check::ask);
        }
        return new Findings(
                check.faults.values().stream().limit(MOST_FINDINGS).toList(),
                check.warnings.stream().limit(MOST_FINDINGS).toList());
    }

    /// What cannot be asked for everything is not promised to hold for everything.
    private void forms() {
        policy.rules().forEach(rule -> {
            for (String variable : rule.anatomy().unaskable()) {
                faults.put(rule.where() + variable, rule.where() + ": `" + variable
                        + "` can only be compared with names or numbers, by ==, !=, in"
                        + " (numbers also by < and >, owners by exists, all and size): otherwise not everything can be checked");
            }
            if (rule.anatomy().speaksOf("ownerGroups")
                    && rule.anatomy().numbers().stream().anyMatch(number -> number >= Questions.MOST_OWNERS)) {
                faults.put(rule.where(), rule.where() + ": `ownerGroups` are counted up to "
                        + (Questions.MOST_OWNERS - 1) + " when a policy is checked");
            }
        });
        Stream.concat(policy.rules(), policy.people())
                .filter(condition -> condition.anatomy().depth() > DEEPEST)
                .forEach(condition -> faults.put(
                        condition.where(), condition.where() + ": all, exists and their like stand more than " + DEEPEST
                                + " deep in one another"));
    }

    private boolean goesOn() {
        work += rulesWeight;
        if (work > MOST_WORK) {
            faults.put("work", "there is too much to ask: use fewer names, numbers and lists in the conditions");
        }
        return work <= MOST_WORK;
    }

    private void ask(Question question) {
        try {
            Policy.Judgement judged = policy.judge(question);
            if (!judged.denials().isEmpty()) {
                return;
            }
            if (judged.required().isEmpty()) {
                nobodyLooks(question, judged);
            } else if (asked.add(seenByPeople(question, judged))) {
                questions.owned(question).takeWhile(_ -> looksOn()).forEach(this::people);
            }
        } catch (IllegalStateException e) {
            String message = String.valueOf(e.getMessage());
            faults.putIfAbsent(message.substring(0, Math.min(message.length(), message.indexOf(':') + 1)), message);
        }
    }

    private void people(Question question) {
        if (policy.calculate(question, new Electorate(people)) instanceof Answer.Approval(_, var stages)) {
            quorum(question, stages);
        }
    }

    private boolean looksOn() {
        peopleWork += rulesWeight + peopleWeight;
        if (peopleWork > MOST_PEOPLE_WORK) {
            warnings.add("there are too many people and stages to try them all: the rest was not tried");
        }
        return peopleWork <= MOST_PEOPLE_WORK;
    }

    private void nobodyLooks(Question question, Policy.Judgement judged) {
        if (!judged.automatic()) {
            faults.putIfAbsent(
                    "none " + question.type() + question.risk() + question.irreversible() + question.environments(),
                    "there is no answer for " + words(question));
        } else if (!Policy.mayBeAutomatic(question)) {
            faults.putIfAbsent(
                    "auto " + judged.matched() + question.type() + question.risk(),
                    "by " + judged.matched() + " a change would approve itself: " + words(question));
        }
    }

    /// The stages, and all that decides who is in them: asked once.
    private List<Object> seenByPeople(Question question, Policy.Judgement judged) {
        List<Object> seen = new ArrayList<>(judged.required());
        question.variables().forEach((name, value) -> {
            if (policy.people().anyMatch(condition -> condition.anatomy().speaksOf(name))) {
                seen.add(value);
            }
        });
        return seen;
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
                if (!looksOn()) {
                    return;
                }
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
                question.authors(),
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
                + spoken("service", question.service())
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
