package slipway.change.domain;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Whether a change may start now, in the same words wherever it is asked.
///
/// @param reason every one, in words
/// @param nextMoment when asking again may bring another answer; null: nobody knows
public record Verdict(Answer answer, String reason, @Nullable Instant nextMoment) {

    public enum Answer {
        /// It may start, or has.
        OPEN,
        /// Not decided, or too early: asking again makes sense.
        PENDING,
        /// It will not start as it is.
        DENIED,
        /// Decided, but something stands in the way.
        BLOCKED
    }

    /// @param conflicts what stands in the way now
    /// @param slot when its window could be instead; null: not known
    public static Verdict of(ChangeState state, List<Conflict> conflicts, @Nullable Instant slot, Instant at) {
        // No free window ends what a person holds.
        Instant free = state instanceof ChangeState.Known known && known.dossier().isHeldByHand() ? null : slot;
        return switch (state) {
            case ChangeState.Nothing _ -> denied("there is no such change");
            case ChangeState.Refused _ -> denied("the request was refused");
            case ChangeState.Draft _ -> pending("the request is still being written", null);
            case ChangeState.Assessing _ -> pending("the request is being assessed", null);
            case ChangeState.AwaitingApproval waiting ->
                pending(
                        String.join(
                                "; ",
                                Stream.concat(
                                                Stream.of("approval is missing: " + missing(waiting)),
                                                Start.obstacles(waiting.dossier(), conflicts).stream())
                                        .toList()),
                        due(waiting));
            case ChangeState.Rejected _ -> denied("the change was rejected");
            case ChangeState.Expired _ -> denied("the change expired");
            case ChangeState.Cancelled _ -> denied("the change was cancelled");
            case ChangeState.Approved(var dossier, _, var validUntil) -> {
                List<String> reasons = Start.reasonsAgainst(dossier, dossier.rfc().window(), validUntil, conflicts, at);
                yield reasons.isEmpty()
                        ? pending("approved, but not in the calendar yet", free)
                        : blocked(reasons, free);
            }
            case ChangeState.Scheduled(var dossier, _, var validUntil, var window) -> {
                List<String> reasons = Start.reasonsAgainst(dossier, window, validUntil, conflicts, at);
                if (!reasons.isEmpty()) {
                    yield blocked(reasons, free);
                }
                yield window.opensAfter(at)
                        ? pending(Start.opens(window), window.notBefore())
                        : new Verdict(Answer.OPEN, "scheduled, and the window is open until " + window.notAfter(), null);
            }
            case ChangeState.Implementing(var dossier, var releaseId, var window, var validUntil) -> {
                List<String> reasons = Start.reasonsAgainst(dossier, window, validUntil, conflicts, at);
                yield reasons.isEmpty()
                        ? new Verdict(Answer.OPEN, releaseId + " carries it out", null)
                        : blocked(reasons, free);
            }
            case ChangeState.Monitoring _, ChangeState.RollingBack _, ChangeState.InReview _ ->
                denied("it was carried out: the change is " + state.status());
            case ChangeState.Closed(var outcome, _, _) -> denied("the change is closed: " + outcome);
        };
    }

    private static Verdict blocked(List<String> reasons, @Nullable Instant free) {
        return new Verdict(Answer.BLOCKED, String.join("; ", reasons), free);
    }

    private static String missing(ChangeState.AwaitingApproval waiting) {
        var tally = Voting.tally(waiting);
        return String.join(
                ", ",
                tally.stages().stream()
                        .filter(stage -> tally.missing(stage) > 0)
                        .map(stage -> stage.stage() + " " + tally.missing(stage))
                        .toList());
    }

    private static @Nullable Instant due(ChangeState.AwaitingApproval waiting) {
        return waiting.asked().stream()
                .map(ChangeState.Asked::dueAt)
                .min(Instant::compareTo)
                .orElse(null);
    }

    private static Verdict denied(String reason) {
        return new Verdict(Answer.DENIED, reason, null);
    }

    private static Verdict pending(String reason, @Nullable Instant next) {
        return new Verdict(Answer.PENDING, reason, next);
    }
}
