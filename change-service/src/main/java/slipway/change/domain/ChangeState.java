package slipway.change.domain;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;

/// Where a change stands: each state carries only what its next decision needs.
public sealed interface ChangeState {

    Status status();

    /// A state with a plan that can still be decided about.
    sealed interface Planned extends ChangeState {
        Plan plan();
    }

    /// Before the first fact.
    record Nothing() implements ChangeState {
        @Override
        public Status status() {
            return Status.NONE;
        }
    }

    /// A request through the open door that was not acceptable. Final.
    record Refused() implements ChangeState {
        @Override
        public Status status() {
            return Status.REFUSED;
        }
    }

    record Assessing(Plan plan) implements Planned {
        @Override
        public Status status() {
            return Status.ASSESSING;
        }
    }

    /// @param votes the newest vote of each person
    record AwaitingApproval(Plan plan, ApprovalStage stage, Instant dueAt, Map<String, VoteDecision> votes)
            implements Planned {
        @Override
        public Status status() {
            return Status.AWAITING_APPROVAL;
        }

        AwaitingApproval with(String voter, VoteDecision decision) {
            Map<String, VoteDecision> newest = new LinkedHashMap<>(votes);
            newest.put(voter, decision);
            return new AwaitingApproval(plan, stage, dueAt, newest);
        }
    }

    record Rejected() implements ChangeState {
        @Override
        public Status status() {
            return Status.REJECTED;
        }
    }

    record Expired() implements ChangeState {
        @Override
        public Status status() {
            return Status.EXPIRED;
        }
    }

    /// @param conflict the newest conflict that keeps it out of the calendar
    record Approved(
            Plan plan,
            List<String> approvers,
            Instant validUntil,
            ChangeEvent.@Nullable ConflictDetected conflict)
            implements Planned {
        @Override
        public Status status() {
            return Status.APPROVED;
        }
    }

    record Scheduled(Plan plan, Instant validUntil, Window window) implements Planned {
        @Override
        public Status status() {
            return Status.SCHEDULED;
        }
    }

    /// From here on nobody cancels.
    record Implementing(Plan plan, String releaseId, long epoch, Window window) implements Planned {
        @Override
        public Status status() {
            return Status.IMPLEMENTING;
        }
    }

    record Monitoring(Plan plan, String releaseId, Instant soakUntil) implements Planned {
        @Override
        public Status status() {
            return Status.MONITORING;
        }
    }

    record RollingBack(Plan plan, String releaseId) implements Planned {
        @Override
        public Status status() {
            return Status.ROLLING_BACK;
        }
    }

    /// @param proposed the outcome that the facts suggest
    record InReview(Plan plan, Outcome proposed) implements Planned {
        @Override
        public Status status() {
            return Status.REVIEW;
        }
    }

    /// Final; never reopened.
    record Closed(Outcome outcome) implements ChangeState {
        @Override
        public Status status() {
            return Status.CLOSED;
        }
    }

    /// Final.
    record Cancelled() implements ChangeState {
        @Override
        public Status status() {
            return Status.CANCELLED;
        }
    }
}
