package slipway.change.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What may be asked of a change; each can still be refused. Moments are whole milliseconds.
public sealed interface ChangeCommand {

    /// Somebody writes a request down, or goes on writing; nobody judges it yet.
    ///
    /// @param relative times that are meant from the moment of submission
    record SaveDraft(Asker by, Rfc rfc, RelativeTimes relative) implements ChangeCommand {}

    /// Somebody asks for a change.
    ///
    /// @param writtenBy everybody behind the request
    /// @param unread faults found while reading the request, as `field: what`; named together with those that the rules find
    record Submit(Rfc rfc, List<String> writtenBy, List<String> unread, Circumstances now) implements ChangeCommand {}

    /// An environment runs what nobody released: there is a change, whoever made it.
    ///
    /// @param sourceId eventId of the fact that says so
    record RegisterDrift(Submit request, String sourceId) implements ChangeCommand {}

    /// The same through the open door, where nobody waits for an answer: a refusal becomes a fact.
    ///
    /// @param source CloudEvents source of the request
    /// @param sourceId CloudEvents id of the request
    record TakeIn(Submit request, String source, String sourceId) implements ChangeCommand {}

    /// Another system says something about a change.
    ///
    /// @param shown of it
    /// @param version of what was built; empty: it does not say
    /// @param artifacts that were built, `sha256:…`
    /// @param service of which the change has to be; null: any
    /// @param writtenBy people who made what a draft takes over of it; empty: programs did
    record ReceiveEvidence(
            ChangeEvent.EvidenceReceived shown,
            String version,
            List<String> artifacts,
            @Nullable String service,
            List<String> writtenBy)
            implements ChangeCommand {}

    /// Somebody changes the request, or its window.
    record Amend(Asker by, Rfc rfc, List<String> unread, Circumstances now) implements ChangeCommand {}

    /// Starts again after a rejection or expiry.
    record Revise(Asker by) implements ChangeCommand {}

    /// A person knows that the risk is higher than the formula says.
    record RaiseRisk(Asker by, RiskLevel level, String reason, Circumstances now) implements ChangeCommand {}

    /// The template was suspended before the change started.
    record FallToNormal(String reason, Circumstances now) implements ChangeCommand {}

    /// The inventory changed: the same plan may reach more, or something more important.
    ///
    /// @param now with the policy that the change was judged by
    record Reassess(Circumstances now) implements ChangeCommand {}

    /// @param onBehalfOf the person who delegated the vote; null: for oneself
    /// @param delegated whether that person did, for this moment
    /// @param stage for which it counts; null: where it is needed
    /// @param reason needed to reject
    /// @param planDigest of the plan that the voter has read; null: whichever is asked for now
    /// @param today who may be asked now
    record CastVote(
            Asker by,
            @Nullable String onBehalfOf,
            boolean delegated,
            @Nullable String stage,
            VoteDecision decision,
            @Nullable String reason,
            @Nullable String planDigest,
            Membership today,
            Instant at)
            implements ChangeCommand {}

    /// People came or left: whoever is left may be too few.
    record LookAtVoters(Membership today, Instant at) implements ChangeCommand {}

    /// Somebody tried to vote who may not.
    record NoteAttempt(String who, boolean authenticated, List<String> reasons) implements ChangeCommand {}

    /// The time to approve, or the approval, has run out.
    record Expire(Instant at) implements ChangeCommand {}

    record Cancel(Asker by, String reason) implements ChangeCommand {}

    /// An emergency goes ahead without approval.
    record BreakGlass(Asker by, String reason, Instant at) implements ChangeCommand {}

    /// A person judges afterwards what went ahead without approval.
    record Ratify(Asker by, VoteDecision decision, String reason, Membership today, Instant at) implements ChangeCommand {}

    /// Nobody did in time.
    record MissRatification(Instant at) implements ChangeCommand {}

    /// What stands in the way was looked at again.
    ///
    /// @param conflicts all of them
    record LookAtCalendar(List<Conflict> conflicts, String reservationId, Instant at) implements ChangeCommand {}

    /// The window is over.
    record MissWindow(Instant at) implements ChangeCommand {}

    record PutOnHold(Asker by, String reason) implements ChangeCommand {}

    record LiftHold(Asker by, String reason) implements ChangeCommand {}

    /// A release asks for leave to start in one environment.
    ///
    /// @param digests what it would deploy: of each component, `sha256:…`
    /// @param planDigest the plan that it was planned for
    /// @param backupLevel how far its way back is proven
    /// @param conflicts what stands in the way now
    record Authorise(
            String releaseId,
            String environment,
            List<String> digests,
            String planDigest,
            VerificationLevel backupLevel,
            List<Conflict> conflicts,
            Instant at)
            implements ChangeCommand {}

    /// The release is out in its last environment.
    record CompleteImplementation(String releaseId, Instant at) implements ChangeCommand {}

    /// The release is being taken back.
    record RollBack(String releaseId, String reason) implements ChangeCommand {}

    /// The rollback ended, for better (`BACKED_OUT`) or worse (`FAILED_NOT_BACKED_OUT`).
    record EndRollback(String releaseId, Outcome outcome, String cause, Instant at) implements ChangeCommand {}

    /// The release ended before it changed anything.
    record EndRelease(String releaseId, String reason, Instant at) implements ChangeCommand {}

    /// The change was watched long enough.
    record EndSoak(List<CriterionResult> criteria, Instant at) implements ChangeCommand {}

    /// A person looked at how it went.
    ///
    /// @param incidentRef needed when it failed and could not be taken back
    record Review(Asker reviewer, Outcome outcome, String findings, @Nullable String incidentRef)
            implements ChangeCommand {}

    /// Closes what needs no review.
    record Close(Asker by, Outcome outcome) implements ChangeCommand {}

    /// Nobody reviewed it in time.
    record MissReview(Instant at) implements ChangeCommand {}

    /// A closed change turned out otherwise.
    record ReclassifyOutcome(Asker by, Outcome outcome, String incidentRef, String reason) implements ChangeCommand {}
}
