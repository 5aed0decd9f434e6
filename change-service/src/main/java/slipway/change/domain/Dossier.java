package slipway.change.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is known of a change that is not over, whatever its state.
///
/// @param digest of the material fields; approvals bind to it
/// @param treatedAs the class it is treated as: a STANDARD change without a live template is a NORMAL one
/// @param risk UNKNOWN until it was assessed
/// @param revision 1, and one more each time it was revised after a rejection or expiry
/// @param epoch of the leave to implement; leave of an earlier epoch is stale
/// @param conflicts those that were told and not resolved
/// @param raise null while nobody raised the risk
/// @param ratification null when it was approved beforehand, or not at all yet
/// @param authors who wrote any of the plan, from the first draft on: nobody judges a text of their own
/// @param required stages that the policy asks for; none while nobody has to be asked
public record Dossier(
        Rfc rfc,
        String digest,
        ChangeType treatedAs,
        RiskLevel risk,
        int revision,
        long epoch,
        List<Hold> holds,
        List<Conflict> conflicts,
        @Nullable Ratification ratification,
        @Nullable Raise raise,
        Set<String> authors,
        List<String> required) {

    static final long FIRST_EPOCH = 1;

    static Dossier of(Rfc rfc, String digest, int revision) {
        return new Dossier(
                rfc, digest, rfc.type(), RiskLevel.UNKNOWN, revision, FIRST_EPOCH, List.of(), List.of(), null, null, Set.of(), List.of());
    }

    /// Who asks for it and who carries it out.
    Set<String> own() {
        return Set.copyOf(List.of(rfc.requester(), rfc.implementer()));
    }

    boolean isOwn(String person) {
        return own().contains(person);
    }

    /// Why this person never approves the change; null: they may.
    @Nullable String part(String person) {
        if (person.equals(rfc.requester())) {
            return "is the requester";
        }
        if (person.equals(rfc.implementer())) {
            return "is the implementer";
        }
        return authors.contains(person) ? "wrote part of the plan" : null;
    }

    /// Everybody who never approves the change: requester, implementer, and whoever wrote any of the plan.
    public Set<String> parties() {
        Set<String> parties = new TreeSet<>(authors);
        parties.add(rfc.requester());
        parties.add(rfc.implementer());
        return parties;
    }

    Dossier writtenBy(Collection<String> people) {
        Set<String> more = new TreeSet<>(authors);
        more.addAll(people);
        return new Dossier(
                rfc, digest, treatedAs, risk, revision, epoch, holds, conflicts, ratification, raise, Set.copyOf(more), required);
    }

    public boolean isHeld() {
        return !holds.isEmpty();
    }

    boolean isHeldByHand() {
        return holds.stream().anyMatch(hold -> hold.kind() == HoldKind.MANUAL);
    }

    /// Whether people still have to say if it was right to go ahead without approval.
    public boolean isUnratified() {
        return ratification != null && !ratification.resolved();
    }

    List<Conflict> hardConflicts() {
        return conflicts.stream().filter(conflict -> conflict.kind().hard()).toList();
    }

    Dossier with(Rfc amended, String amendedDigest) {
        return new Dossier(
                amended, amendedDigest, treatedAs, risk, revision, epoch, holds, conflicts, ratification, raise, authors, required);
    }

    /// Whoever holds it goes on holding it.
    Dossier assessedAnew() {
        return new Dossier(
                rfc, digest, rfc.type(), RiskLevel.UNKNOWN, revision, epoch, holds, List.of(), ratification, raise, authors, required);
    }

    Dossier withRisk(RiskLevel assessed) {
        return new Dossier(rfc, digest, treatedAs, assessed, revision, epoch, holds, conflicts, ratification, raise, authors, required);
    }

    Dossier treatedAs(ChangeType type) {
        return new Dossier(rfc, digest, type, risk, revision, epoch, holds, conflicts, ratification, raise, authors, required);
    }

    Dossier requiring(List<String> stages) {
        return new Dossier(
                rfc, digest, treatedAs, risk, revision, epoch, holds, conflicts, ratification, raise, authors, List.copyOf(stages));
    }

    Dossier withEpoch(long next) {
        return new Dossier(rfc, digest, treatedAs, risk, revision, next, holds, conflicts, ratification, raise, authors, required);
    }

    Dossier raised(Raise higher) {
        return new Dossier(
                rfc, digest, treatedAs, risk, revision, epoch, holds, conflicts, ratification, higher, authors, required);
    }

    Dossier heldBy(Hold hold) {
        List<Hold> more = new ArrayList<>(holds);
        more.add(hold);
        return withHolds(more);
    }

    Dossier letGo(HoldKind kind, String ref) {
        return withHolds(
                holds.stream().filter(hold -> !hold.sameAs(kind, ref)).toList());
    }

    /// Nothing is left to hold.
    Dossier withoutHolds() {
        return withHolds(List.of());
    }

    private Dossier withHolds(List<Hold> left) {
        return new Dossier(
                rfc, digest, treatedAs, risk, revision, epoch, List.copyOf(left), conflicts, ratification, raise, authors, required);
    }

    Dossier withConflict(Conflict conflict) {
        List<Conflict> more = new ArrayList<>(withoutConflict(conflict).conflicts);
        more.add(conflict);
        return withConflicts(more);
    }

    Dossier withoutConflict(Conflict gone) {
        return withConflicts(conflicts.stream()
                .filter(conflict -> !conflict.sameAs(gone))
                .toList());
    }

    private Dossier withConflicts(List<Conflict> left) {
        return new Dossier(
                rfc, digest, treatedAs, risk, revision, epoch, holds, List.copyOf(left), ratification, raise, authors, required);
    }

    Dossier toBeRatified(Ratification open) {
        return new Dossier(rfc, digest, treatedAs, risk, revision, epoch, holds, conflicts, open, raise, authors, required);
    }

    Dossier ratifiedBy(String person) {
        return ratification == null ? this : toBeRatified(ratification.approvedBy(person));
    }

    /// What outlives a request that is written anew: a risk that was raised, hands that are on it, and who wrote it so far.
    Dossier carrying(Dossier before) {
        return new Dossier(
                rfc,
                digest,
                treatedAs,
                risk,
                revision,
                epoch,
                before.holds,
                conflicts,
                ratification,
                before.raise,
                before.authors,
                required);
    }

    Dossier ratified() {
        return ratification == null ? this : toBeRatified(ratification.done());
    }
}
