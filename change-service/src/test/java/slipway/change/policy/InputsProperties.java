package slipway.change.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.policy.Policies.PEOPLE;
import static slipway.change.policy.Policies.auto;
import static slipway.change.policy.Policies.require;
import static slipway.change.policy.Policies.sound;
import static slipway.change.policy.Policies.stage;
import static slipway.change.policy.Policies.text;

import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What is kept of a question is the question.
class InputsProperties {

    private static final Policy POLICY = sound(text(
            List.of(
                    auto("small", "reached < 10 && tier > 2"),
                    require("look", "risk != 'LOW' || 'prod' in environments || outage", "peer", "owner")),
            stage("peer", "'approvers' in groups", 1),
            stage("owner", "groups.exists(g, g in ownerGroups) && !(person in evidence)", 1)));

    /// The same for all questions, as a backtest has them.
    private static final Electorate ASKED_OFTEN = new Electorate(PEOPLE);

    /// Commas, brackets, backslashes and spaces are in names of real directories.
    @Provide
    Arbitrary<Question> questions() {
        Arbitrary<String> name = Arbitraries.strings().withChars("ab,[]\\ =").ofMinLength(1).ofMaxLength(6);
        Arbitrary<List<String>> names = Arbitraries.oneOf(name, Arbitraries.of("web-owners", "cab", "sam", "lea", "prod"))
                .list()
                .ofMaxSize(3);
        Arbitrary<Integer> number = Arbitraries.integers().between(1, 1000);
        Arbitrary<List<Boolean>> flags = Arbitraries.of(true, false).list().ofSize(3);
        return Combinators.combine(
                        name.list().ofSize(3), names, names, names, names, flags, number.list().ofSize(3),
                        Arbitraries.of("LOW", "MODERATE", "HIGH", "EXTREME"))
                .as((texts, authors, environments, owners, evidence, yes, counts, risk) -> new Question(
                        texts.get(0), texts.get(1), authors, "NORMAL", risk, yes.get(0), yes.get(1), yes.get(2), texts.get(2),
                        environments, owners, counts.get(0), counts.get(1), counts.get(2), evidence));
    }

    @Property
    void a_question_is_read_back_as_it_was(@ForAll("questions") Question question) {
        assertThat(Inputs.read(question.inputs())).isEqualTo(new Inputs(question, Set.of()));
    }

    @Property
    void a_policy_answers_from_the_record_what_it_answered_then(@ForAll("questions") Question question) {
        assertThat(Reperformed.of(POLICY, Inputs.read(question.inputs()), ASKED_OFTEN))
                .isEqualTo(new Reperformed.Answered(POLICY.answer(question, PEOPLE)));
    }
}
