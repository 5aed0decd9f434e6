package slipway.change.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import slipway.change.calendar.Window;

/// Where a change stands: each state carries only what its next decision needs.
public sealed interface ChangeState {

    Status status();

    /// A state of a change that is not over.
    sealed interface Known extends ChangeState {
        Dossier dossier();

        Known with(Dossier dossier);
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

    /// @param relative times that are meant from the moment of submission
    /// @param brought where tests can be looked up that other systems showed, and no person did
    record Draft(Dossier dossier, RelativeTimes relative, Set<String> brought) implements Known {

        /// The request as it would be submitted now.
        public Rfc at(Instant now) {
            return relative.at(dossier.rfc(), now);
        }

        @Override
        public Status status() {
            return Status.DRAFT;
        }

        @Override
        public Draft with(Dossier next) {
            return new Draft(next, relative, brought);
        }
    }

    record Assessing(Dossier dossier) implements Known {
        @Override
        public Status status() {
            return Status.ASSESSING;
        }

        @Override
        public Assessing with(Dossier next) {
            return new Assessing(next);
        }
    }

    /// One stage that people are asked for.
    ///
    /// @param escalation who is asked too at `dueAt`, once
    record Asked(ApprovalStage stage, Instant dueAt, List<String> escalation, long escalationSeconds) {}

    /// A vote that stands.
    ///
    /// @param voter who cast it: the person whose seat it is, or their delegate
    /// @param through who acted in the voter's place
    record Vote(String stage, String voter, VoteDecision decision, List<String> through) {

        boolean isOf(String person) {
            return voter.equals(person) || through.contains(person);
        }
    }

    /// @param asked in the order of the policy
    /// @param votes the newest vote of each seat, by the person whose seat it is
    record AwaitingApproval(Dossier dossier, List<Asked> asked, Map<String, Vote> votes) implements Known {
        @Override
        public Status status() {
            return Status.AWAITING_APPROVAL;
        }

        @Override
        public AwaitingApproval with(Dossier next) {
            return new AwaitingApproval(next, asked, votes);
        }

        AwaitingApproval with(Asked more) {
            List<Asked> all = new ArrayList<>(asked);
            all.removeIf(each -> each.stage().name().equals(more.stage().name()));
            all.add(more);
            return new AwaitingApproval(dossier, List.copyOf(all), votes);
        }

        AwaitingApproval with(String seat, Vote vote) {
            Map<String, Vote> newest = new LinkedHashMap<>(votes);
            newest.put(seat, vote);
            return new AwaitingApproval(dossier, asked, newest);
        }
    }

    record Rejected(Dossier dossier) implements Known {
        @Override
        public Status status() {
            return Status.REJECTED;
        }

        @Override
        public Rejected with(Dossier next) {
            return new Rejected(next);
        }
    }

    record Expired(Dossier dossier) implements Known {
        @Override
        public Status status() {
            return Status.EXPIRED;
        }

        @Override
        public Expired with(Dossier next) {
            return new Expired(next);
        }
    }

    record Approved(Dossier dossier, List<String> approvers, Instant validUntil) implements Known {
        @Override
        public Status status() {
            return Status.APPROVED;
        }

        @Override
        public Approved with(Dossier next) {
            return new Approved(next, approvers, validUntil);
        }
    }

    record Scheduled(Dossier dossier, List<String> approvers, Instant validUntil, Window window) implements Known {
        @Override
        public Status status() {
            return Status.SCHEDULED;
        }

        @Override
        public Scheduled with(Dossier next) {
            return new Scheduled(next, approvers, validUntil, window);
        }
    }

    /// From here on nobody cancels.
    record Implementing(Dossier dossier, String releaseId, Window window, Instant validUntil) implements Known {
        @Override
        public Status status() {
            return Status.IMPLEMENTING;
        }

        @Override
        public Implementing with(Dossier next) {
            return new Implementing(next, releaseId, window, validUntil);
        }
    }

    record Monitoring(Dossier dossier, String releaseId, Instant soakUntil) implements Known {
        @Override
        public Status status() {
            return Status.MONITORING;
        }

        @Override
        public Monitoring with(Dossier next) {
            return new Monitoring(next, releaseId, soakUntil);
        }
    }

    record RollingBack(Dossier dossier, String releaseId) implements Known {
        @Override
        public Status status() {
            return Status.ROLLING_BACK;
        }

        @Override
        public RollingBack with(Dossier next) {
            return new RollingBack(next, releaseId);
        }
    }

    /// @param proposed the outcome that the facts suggest
    /// @param dueAt until when a person has to look; null: nobody has to
    /// @param reviewed the outcome that the reviewer found; null: not reviewed yet
    /// @param releaseId who carried it out, and may still take it back; null: nobody that we know
    record InReview(
            Dossier dossier,
            Outcome proposed,
            @Nullable Instant dueAt,
            @Nullable Outcome reviewed,
            @Nullable String releaseId)
            implements Known {
        @Override
        public Status status() {
            return Status.REVIEW;
        }

        @Override
        public InReview with(Dossier next) {
            return new InReview(next, proposed, dueAt, reviewed, releaseId);
        }
    }

    /// Final; never reopened.
    ///
    /// @param facts the outcome that the facts say
    /// @param own who asked for it and who carried it out
    record Closed(Outcome outcome, Outcome facts, Set<String> own) implements ChangeState {
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
