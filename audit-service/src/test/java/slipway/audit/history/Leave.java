package slipway.audit.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.audit.history.ChangeStory.State;
import slipway.audit.history.Chronicle.Why;
import slipway.events.HoldKind;
import slipway.events.Meta;
import slipway.events.RevocationCause;
import slipway.events.ShapePart;
import slipway.events.change.ChangeHeld;
import slipway.events.change.ChangeHoldLifted;
import slipway.events.change.ImplementationAuthorised;
import slipway.events.change.ImplementationRefused;
import slipway.events.change.ImplementationRevoked;

/// Leave to start: given, refused, taken back while the rollout runs, and given again.
final class Leave {

    private final ChangeStory change;
    private final World world;
    private final Chronicle.Story story;
    private final Dice dice;
    private long epoch = 1;
    private @Nullable List<ShapePart> stood;
    private int nextStep;
    private @Nullable Meta lifted;

    Leave(ChangeStory change) {
        this.change = change;
        this.world = change.world;
        this.story = change.story;
        this.dice = change.dice;
    }

    /// Leave to start, or not.
    void answer(Meta asked, ReleaseStory its, String environment, int resumesAt) {
        Why why = Why.reaction(ChangeStory.SERVICE, asked);
        List<String> reasons = new ArrayList<>();
        if (change.place.heldBy() != null) {
            reasons.add("held by " + change.place.heldBy());
        }
        if (change.state != State.SCHEDULED && change.state != State.IMPLEMENTING) {
            reasons.add("the change is " + change.state + ", not SCHEDULED or IMPLEMENTING");
        }
        if (!reasons.isEmpty()) {
            Meta refused = change.tell(why, meta -> new ImplementationRefused(meta, its.id(), environment, reasons));
            story.after(1, () -> its.refused(refused, reasons));
            return;
        }
        if (change.state == State.SCHEDULED) {
            change.become(State.IMPLEMENTING);
        }
        long given = epoch;
        String authorisation = "AUT-" + its.id() + "-" + environment + "-" + given;
        Meta authorised = change.tell(why, meta -> new ImplementationAuthorised(
                meta, its.id(), environment, authorisation, given, change.window()));
        List<ShapePart> shape = stood;
        boolean stale = environment.equals("prod") && resumesAt == 0 && change.breaks(Breach.STALE_EPOCH);
        if (stale) {
            revoke("somebody saw an alert");
        }
        if (resumesAt > 0 && shape != null) {
            story.after(1, () -> its.resume(authorised, authorisation, given, resumesAt, shape));
        } else {
            // Within a minute it could not have known.
            story.after(stale ? 120 : 1, () -> its.start(authorised, authorisation, given));
        }
    }

    private Meta revoke(String reason) {
        String manager = dice.one(world.company.group(Company.MANAGERS));
        Why why = Why.person(manager);
        change.tell(why, meta -> new ChangeHeld(meta, HoldKind.MANUAL, manager, reason));
        epoch++;
        Meta revoked = change.tell(why, meta -> new ImplementationRevoked(
                meta, "REL-" + change.id(), epoch, manager + " holds the change: " + reason, RevocationCause.HOLD));
        story.after(dice.between(120, 500), () -> {
            Meta lifted = change.tell(why, meta -> new ChangeHoldLifted(
                    meta, HoldKind.MANUAL, manager, manager + ": it was another service"));
            resumable(lifted);
        });
        return revoked;
    }

    /// Somebody wants to look before it goes on.
    void holdRunning() {
        ReleaseStory its = change.release();
        if (change.state == State.IMPLEMENTING && its != null && change.isPlain()) {
            String reason = "an alert in the neighbourhood";
            Meta revoked = revoke(reason);
            its.revoked(revoked, epoch, revoked.getActor().getId() + " holds the change: " + reason);
        }
    }

    void standsStill(int next, List<ShapePart> shape) {
        stood = shape;
        nextStep = next;
        Meta gone = lifted;
        if (gone != null) {
            resumable(gone);
        }
    }

    /// Both have come: it stands, and nothing holds it any more.
    private void resumable(Meta gone) {
        lifted = gone;
        ReleaseStory its = change.release();
        if (its != null && nextStep > 0 && change.state == State.IMPLEMENTING) {
            int step = nextStep;
            nextStep = 0;
            story.after(1, () -> its.askToResume(gone, step));
        }
    }
}
