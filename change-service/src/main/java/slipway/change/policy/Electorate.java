package slipway.change.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import slipway.change.policy.Language.Condition;

/// Everybody who might vote. A condition is asked about all of them once for each question that differs in what it speaks of: of a
/// year's questions there are many, and hardly any of them differs in that. Not for several threads.
public final class Electorate {

    /// So many answers are remembered, the last used ones.
    private static final int MOST = 1_000;

    private final List<Voter> people;
    private final Map<Asked, List<String>> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Asked, List<String>> eldest) {
            return size() > MOST;
        }
    };

    /// @param spoken the variables that the condition speaks of
    private record Asked(Condition condition, Map<String, Object> spoken) {}

    public Electorate(List<Voter> people) {
        this.people = List.copyOf(people);
    }

    /// @throws IllegalStateException when the condition cannot be calculated for one of them
    List<String> members(Condition condition, Question question) {
        Map<String, Object> spoken = question.variables();
        spoken.keySet().removeIf(name -> !condition.anatomy().speaksOf(name));
        Asked asked = new Asked(condition, spoken);
        List<String> before = known.get(asked);
        if (before != null) {
            return before;
        }
        List<String> members = people.stream()
                .filter(person -> condition.holds(question, person))
                .map(Voter::id)
                .distinct()
                .sorted()
                .toList();
        known.put(asked, members);
        return members;
    }
}
