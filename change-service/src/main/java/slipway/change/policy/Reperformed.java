package slipway.change.policy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.change.policy.Language.Condition;

/// What a policy says to a question of the past, as far as was recorded what it asks about. Nothing is guessed: what a condition
/// speaks of has to be there, whether or not the calculation would come to it.
public sealed interface Reperformed {

    /// As an input that can be missing: everybody with their groups.
    String PEOPLE = "people";

    record Answered(Answer answer) implements Reperformed {}

    /// These stages have to approve; who may vote in them, and how many have to, depends on what was not recorded.
    ///
    /// @param stages their names
    /// @param missing what was not recorded
    record Partly(List<String> matched, List<String> stages, Set<String> missing) implements Reperformed {}

    /// @param missing inputs that a condition speaks of and that were not recorded
    record Undecidable(Set<String> missing) implements Reperformed {}

    /// @param people everybody who might have voted; null: not recorded
    static Reperformed of(Policy policy, Inputs kept, @Nullable Electorate people) {
        Set<String> lacking = kept.lacking(variables(policy.rules()));
        if (!lacking.isEmpty()) {
            return new Undecidable(lacking);
        }
        Policy.Judgement judged;
        try {
            judged = policy.judge(kept.question());
        } catch (IllegalStateException e) {
            return new Answered(Policy.incalculable(e));
        }
        if (judged.denials().isEmpty() && !judged.required().isEmpty()) {
            return asked(policy, judged, kept, people);
        }
        if (judged.denials().isEmpty() && judged.automatic()) {
            lacking = kept.lacking(Set.of("type", "risk"));
        }
        return lacking.isEmpty()
                ? new Answered(policy.answer(kept.question(), new Electorate(List.of())))
                : new Undecidable(lacking);
    }

    private static Reperformed asked(
            Policy policy, Policy.Judgement judged, Inputs kept, @Nullable Electorate people) {
        Set<String> needed = variables(policy.people(judged.required()::contains));
        needed.addAll(Set.of("requester", "implementer", "authors"));
        Set<String> lacking = kept.lacking(needed);
        if (people != null && lacking.isEmpty()) {
            return new Answered(policy.answer(kept.question(), people));
        }
        if (people == null) {
            lacking.add(PEOPLE);
        }
        return new Partly(judged.matched(), policy.inOrder(judged.required()), lacking);
    }

    private static Set<String> variables(Stream<Condition> conditions) {
        return conditions
                .flatMap(condition -> condition.anatomy().variables().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
