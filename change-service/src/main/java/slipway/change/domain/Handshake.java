package slipway.change.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeCommand.Authorise;
import slipway.change.domain.ChangeEvent.ImplementationAuthorised;
import slipway.change.domain.ChangeEvent.ImplementationRefused;
import slipway.change.domain.ChangeState.Implementing;
import slipway.change.domain.ChangeState.Scheduled;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// Leave to start. Cancel and start race; this change is the one place where the race is decided.
///
/// Every request gets an answer, also one that was answered before: a release that lost its way and asks again must not wait
/// for ever. The same request gets the same authorisation. However much was written about the change, the answer fits.
final class Handshake {

    private Handshake() {}

    static Decision<ChangeEvent> answer(Authorise asked, ChangeState state) {
        return switch (state) {
            case ChangeState.Nothing _, ChangeState.Refused _ -> Decision.refuse("there is no such change");
            case Scheduled scheduled -> {
                List<String> reasons =
                        reasonsAgainst(asked, scheduled.dossier(), scheduled.window(), scheduled.validUntil());
                yield answer(asked, reasons, scheduled.window(), scheduled.dossier().epoch());
            }
            case Implementing running -> {
                List<String> reasons =
                        reasonsAgainst(asked, running.dossier(), running.window(), running.validUntil());
                if (!asked.releaseId().equals(running.releaseId())) {
                    reasons.add("another release carries this change out: " + running.releaseId());
                }
                yield answer(asked, reasons, running.window(), running.dossier().epoch());
            }
            case ChangeState.Known _, ChangeState.Cancelled _, ChangeState.Closed _ ->
                refused(asked, List.of("the change is " + state.status() + ", not SCHEDULED or IMPLEMENTING"));
        };
    }

    private static Decision<ChangeEvent> answer(Authorise asked, List<String> reasons, Window window, long epoch) {
        if (!reasons.isEmpty()) {
            return refused(asked, reasons);
        }
        String authorisationId = "AUT-" + asked.releaseId() + "-" + asked.environment() + "-" + epoch;
        return Decision.accept(new ImplementationAuthorised(
                asked.releaseId(), asked.environment(), authorisationId, epoch, window));
    }

    private static Decision<ChangeEvent> refused(Authorise asked, List<String> reasons) {
        return Decision.accept(new ImplementationRefused(asked.releaseId(), asked.environment(), Wording.shortened(reasons)));
    }

    private static List<String> reasonsAgainst(
            Authorise asked, Dossier dossier, Window window, Instant validUntil) {
        List<String> reasons = Start.reasonsAgainst(dossier, window, validUntil, asked.conflicts(), asked.at());
        if (window.opensAfter(asked.at())) {
            reasons.add(Start.opens(window));
        }
        if (!asked.planDigest().equals(dossier.digest())) {
            reasons.add("the plan is not the approved one: " + asked.planDigest() + " against " + dossier.digest());
        }
        Rfc rfc = dossier.rfc();
        // A request that names none leaves it to the release to build one and to carry the same one everywhere.
        String pinned = rfc.digest();
        if (pinned != null && !asked.digests().contains(pinned)) {
            reasons.add("the package is not an approved one: " + String.join(", ", asked.digests()) + " against [" + pinned + "]");
        }
        if (!rfc.artifacts().isEmpty()) {
            Set<String> approved = new TreeSet<>(rfc.artifacts());
            Optional.ofNullable(pinned).ifPresent(approved::add);
            asked.digests().stream()
                    .filter(digest -> !approved.contains(digest))
                    .forEach(digest -> reasons.add("the package is not an approved one: " + digest + " against " + approved));
        }
        if (!rfc.environments().contains(asked.environment())) {
            reasons.add("environment " + asked.environment() + " was not approved: " + rfc.environments());
        }
        switch (asked.backupLevel()) {
            case V0, UNKNOWN -> reasons.add("the way back is only proven to " + asked.backupLevel() + ", needed is V1");
            case V1, V2, V3, V4, V5 -> {}
        }
        return reasons;
    }
}
