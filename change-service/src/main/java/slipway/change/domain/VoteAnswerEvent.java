package slipway.change.domain;

import java.util.List;

/// What those are told who voted elsewhere than here.
public sealed interface VoteAnswerEvent {

    /// @param voteId of the wish that it answers
    /// @param counted whether the vote counts
    /// @param reasons every one why it does not
    record ApprovalVoteAnswered(
            String voteId, String changeId, String person, VoteDecision decision, boolean counted, List<String> reasons)
            implements VoteAnswerEvent {}
}
