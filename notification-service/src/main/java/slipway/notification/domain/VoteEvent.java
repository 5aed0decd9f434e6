package slipway.notification.domain;

import org.jspecify.annotations.Nullable;

/// What people answer where they were told.
public sealed interface VoteEvent {

    /// A wish: change-service decides.
    ///
    /// @param person as tokens call them
    /// @param planDigest of the plan that they were shown; null: not known
    /// @param channel where, such as `slack`
    /// @param account theirs there
    record ApprovalVoteRequested(
            String changeId,
            String person,
            VoteDecision decision,
            @Nullable String reason,
            @Nullable String planDigest,
            String channel,
            String account)
            implements VoteEvent {}
}
