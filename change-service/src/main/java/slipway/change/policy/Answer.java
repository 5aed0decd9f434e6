package slipway.change.policy;

import java.util.List;

/// What a policy says to a question.
public sealed interface Answer {

    /// Names of the rules that matched, in the order of the policy.
    List<String> matched();

    /// Nobody needs to look.
    record Automatic(List<String> matched) implements Answer {}

    /// @param stages each has to approve
    record Approval(List<String> matched, List<Stage> stages) implements Answer {}

    /// It cannot be approved as it is.
    record Denied(List<String> matched, List<String> reasons) implements Answer {}

    /// No rule matched: the policy is incomplete.
    record None() implements Answer {
        @Override
        public List<String> matched() {
            return List.of();
        }
    }
}
