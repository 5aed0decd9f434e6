package slipway.change.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.change.policy.Language.Condition;
import slipway.change.policy.PolicyText.Effect;
import slipway.change.policy.PolicyText.StageText;

/// A policy that was understood, and can answer.
public final class Policy {

    private static final Set<String> NEVER_AUTOMATIC_RISKS = Set.of("HIGH", "EXTREME");
    private static final Set<String> NEVER_AUTOMATIC_TYPES = Set.of("STANDARD", "EMERGENCY", "LATENT");

    private final PolicyText text;
    private final List<Rule> rules;
    private final List<Voting> stages;

    private Policy(PolicyText text, List<Rule> rules, List<Voting> stages) {
        this.text = text;
        this.rules = rules;
        this.stages = stages;
    }

    private record Rule(String name, Condition when, Effect effect) {}

    private record Voting(
            StageText text,
            Condition voters,
            @Nullable Condition veto,
            @Nullable Condition escalation) {}

    /// What became of a text.
    public sealed interface Reading {

        record Sound(Policy policy) implements Reading {}

        /// Every fault, as `where: what`.
        record Faulty(List<String> faults) implements Reading {}
    }

    public static Reading read(PolicyText text) {
        List<String> faults = new ArrayList<>(PolicyFaults.of(text));
        List<Rule> rules = new ArrayList<>();
        for (PolicyText.Rule rule : text.rules()) {
            Condition when = Language.overChange("rule " + rule.name() + ", when", rule.when(), faults);
            if (when != null) {
                rules.add(new Rule(rule.name(), when, rule.effect()));
            }
        }
        List<Voting> stages = new ArrayList<>();
        for (StageText stage : text.stages()) {
            String where = "stage " + stage.name() + ", ";
            Condition voters = Language.overPerson(where + "voters", stage.voters(), faults);
            Condition veto = optional(where + "veto", stage.veto(), faults);
            Condition escalation = optional(where + "escalation", stage.escalation(), faults);
            if (voters != null) {
                stages.add(new Voting(stage, voters, veto, escalation));
            }
        }
        return faults.isEmpty()
                ? new Reading.Sound(new Policy(text, List.copyOf(rules), List.copyOf(stages)))
                : new Reading.Faulty(List.copyOf(faults));
    }

    private static @Nullable Condition optional(String where, @Nullable String text, List<String> faults) {
        return text == null ? null : Language.overPerson(where, text, faults);
    }

    public String name() {
        return text.name();
    }

    public String version() {
        return text.version();
    }

    public String source() {
        return text.source();
    }

    /// SHA-256 of the source, in hexadecimal.
    public String hash() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(source().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Names of these stages, in the order of the policy.
    List<String> inOrder(Set<String> required) {
        return stages.stream().map(stage -> stage.text().name()).filter(required::contains).toList();
    }

    /// Whether any condition names this variable.
    boolean speaksOf(String variable) {
        return conditionsOn(variable).findAny().isPresent();
    }

    Stream<Anatomy> conditionsOn(String variable) {
        return Stream.concat(rules.stream().map(Rule::when), people())
                .map(Condition::anatomy)
                .filter(condition -> condition.speaksOf(variable));
    }

    boolean rulesSpeakOf(String variable) {
        return rulesCompare(variable).findAny().isPresent();
    }

    /// What rules compare this variable with.
    Stream<Anatomy> rulesCompare(String variable) {
        return rules.stream().map(rule -> rule.when().anatomy()).filter(rule -> rule.speaksOf(variable));
    }

    /// The conditions over changes.
    Stream<Condition> rules() {
        return rules.stream().map(Rule::when);
    }

    /// The conditions over people.
    Stream<Condition> people() {
        return people(_ -> true);
    }

    /// Those of some stages.
    Stream<Condition> people(Predicate<String> named) {
        return stages.stream()
                .filter(stage -> named.test(stage.text().name()))
                .flatMap(stage -> Stream.of(stage.voters(), stage.veto(), stage.escalation()))
                .filter(Objects::nonNull);
    }

    /// A condition that cannot be calculated might have been the one that denies: so it denies.
    ///
    /// @param people everybody who might vote
    public Answer answer(Question question, List<Voter> people) {
        return answer(question, new Electorate(people));
    }

    /// The same, of people who are asked often.
    Answer answer(Question question, Electorate people) {
        try {
            return calculate(question, people);
        } catch (IllegalStateException e) {
            return incalculable(e);
        }
    }

    static Answer incalculable(IllegalStateException e) {
        return new Answer.Denied(List.of(), List.of("the policy cannot be calculated: " + e.getMessage()));
    }

    /// Whether a stage is made up alike here and there, whoever the people are. How long they have is no matter.
    public boolean asksAlike(String stage, Policy other) {
        return stages.stream().filter(each -> each.text().name().equals(stage)).anyMatch(mine -> other.stages.stream()
                .map(Voting::text)
                .anyMatch(theirs -> theirs.name().equals(stage)
                        && theirs.voters().equals(mine.text().voters())
                        && theirs.atLeast() == mine.text().atLeast()
                        && Objects.equals(theirs.share(), mine.text().share())
                        && Objects.equals(theirs.veto(), mine.text().veto())));
    }

    /// Who would be in each stage, whether it is required or not. A stage that cannot be calculated has nobody.
    ///
    /// @param people everybody who might vote
    public List<Stage> stages(Question question, List<Voter> people) {
        Electorate all = new Electorate(people);
        return stages.stream()
                .flatMap(stage -> {
                    try {
                        return Stream.of(stage(stage, question, all));
                    } catch (IllegalStateException _) {
                        return Stream.empty();
                    }
                })
                .toList();
    }

    /// What the rules say, before anybody is looked for.
    ///
    /// @param required names of stages
    record Judgement(List<String> matched, List<String> denials, Set<String> required, boolean automatic) {}

    /// @throws IllegalStateException when a condition cannot be calculated for this question
    Judgement judge(Question question) {
        List<String> matched = new ArrayList<>();
        List<String> denials = new ArrayList<>();
        Set<String> required = new LinkedHashSet<>();
        boolean automatic = false;
        for (Rule rule : rules) {
            if (!rule.when().holds(question)) {
                continue;
            }
            matched.add(rule.name());
            switch (rule.effect()) {
                case Effect.Auto _ -> automatic = true;
                case Effect.Require(var names) -> required.addAll(names);
                case Effect.Deny(var reason) -> denials.add(reason);
            }
        }
        return new Judgement(List.copyOf(matched), List.copyOf(denials), required, automatic);
    }

    /// @throws IllegalStateException when a condition cannot be calculated for this question
    Answer calculate(Question question, Electorate people) {
        Judgement judged = judge(question);
        if (!judged.denials().isEmpty()) {
            return new Answer.Denied(judged.matched(), judged.denials());
        }
        if (!judged.required().isEmpty()) {
            return new Answer.Approval(
                    judged.matched(),
                    stages.stream()
                            .filter(stage -> judged.required().contains(stage.text().name()))
                            .map(stage -> stage(stage, question, people))
                            .toList());
        }
        if (!judged.automatic()) {
            return new Answer.None();
        }
        return mayBeAutomatic(question)
                ? new Answer.Automatic(judged.matched())
                : new Answer.Denied(judged.matched(), List.of(neverAutomatic(question)));
    }

    static String neverAutomatic(Question question) {
        return "the policy would approve a " + question.risk() + " " + question.type()
                + " change by itself, which is never done";
    }

    static boolean mayBeAutomatic(Question question) {
        return !NEVER_AUTOMATIC_RISKS.contains(question.risk()) && !NEVER_AUTOMATIC_TYPES.contains(question.type());
    }

    private static Stage stage(Voting stage, Question question, Electorate people) {
        List<String> members = people.members(stage.voters(), question);
        List<String> eligible =
                members.stream().filter(person -> !question.isOwn(person)).toList();
        PolicyText.Share share = stage.text().share();
        // Of all members, also those who step aside: otherwise to name one of them as implementer would lower the bar.
        int quorum = Math.max(stage.text().atLeast(), share == null ? 0 : share.of(members.size()));
        return new Stage(
                stage.text().name(),
                eligible,
                quorum,
                who(stage.veto(), question, people),
                stage.text().waits(),
                who(stage.escalation(), question, people),
                stage.text().escalationWaits());
    }

    private static List<String> who(@Nullable Condition condition, Question question, Electorate people) {
        return condition == null
                ? List.of()
                : people.members(condition, question).stream()
                        .filter(person -> !question.isOwn(person))
                        .toList();
    }
}
