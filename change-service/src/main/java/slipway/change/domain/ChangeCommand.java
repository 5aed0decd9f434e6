package slipway.change.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What may be asked of a change; each can still be refused. Moments are whole milliseconds.
public sealed interface ChangeCommand {

    /// Somebody asks for a change.
    ///
    /// @param unread faults found while reading the request, as `field: what`; named together with those that the rules find
    /// @param inventory the people and items as they are now
    /// @param history what failed lately
    record Submit(Rfc rfc, List<String> unread, Inventory inventory, History history, Instant at)
            implements ChangeCommand {}

    /// The same through the open door, where nobody waits for an answer: a refusal becomes a fact.
    ///
    /// @param source CloudEvents source of the request
    /// @param sourceId CloudEvents id of the request
    record TakeIn(Submit request, String source, String sourceId) implements ChangeCommand {}

    /// @param reason needed to reject
    record Vote(String voter, VoteDecision decision, @Nullable String reason, Instant at) implements ChangeCommand {}

    record Cancel(Asker by, String reason) implements ChangeCommand {}

    /// The time to approve, or the approval, has run out.
    record Expire(Instant at) implements ChangeCommand {}

    /// The calendar is free.
    record Schedule(String reservationId, Instant at) implements ChangeCommand {}

    /// The calendar is not free.
    record NoteConflict(String ci, String withChange, String reason) implements ChangeCommand {}

    /// A release asks for leave to start in one environment.
    ///
    /// @param digest what it would deploy
    /// @param planDigest the plan that it was planned for
    /// @param backupLevel how far its way back is proven
    record Authorise(
            String releaseId,
            String environment,
            String digest,
            String planDigest,
            VerificationLevel backupLevel,
            Instant at)
            implements ChangeCommand {}

    /// The release is out in its last environment.
    record CompleteImplementation(String releaseId, Instant at) implements ChangeCommand {}

    /// The release is being taken back.
    record RollBack(String releaseId, String reason) implements ChangeCommand {}

    /// The rollback ended, for better (`BACKED_OUT`) or worse (`FAILED_NOT_BACKED_OUT`).
    record EndRollback(String releaseId, Outcome outcome, String cause) implements ChangeCommand {}

    /// The release ended before it changed anything.
    record EndRelease(String releaseId, String reason) implements ChangeCommand {}

    /// The change was watched long enough.
    record EndSoak(List<CriterionResult> criteria, Instant at) implements ChangeCommand {}

    record Review(Asker reviewer, Outcome outcome, String findings) implements ChangeCommand {}
}
