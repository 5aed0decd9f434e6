package slipway.audit.history;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import slipway.audit.history.ChangeStory.State;
import slipway.audit.history.Chronicle.Why;
import slipway.events.Conflict;
import slipway.events.ConflictKind;
import slipway.events.FieldChange;
import slipway.events.HoldKind;
import slipway.events.Meta;
import slipway.events.Rfc;
import slipway.events.Window;
import slipway.events.change.ChangeAmended;
import slipway.events.change.ChangeHeld;
import slipway.events.change.ChangeHoldLifted;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.ConflictDetected;
import slipway.events.change.ConflictResolved;
import slipway.events.change.ScheduledWindowMissed;

/// The place of a change in the calendar: won, held by people and freezes, missed, and moved.
final class Place {

    /// What is to become of it, as far as people decide it.
    enum Fate {
        CARRIED_OUT,
        CANCELLED,
        HELD,
        NOT_STARTED
    }

    private final ChangeStory change;
    private final World world;
    private final Chronicle chronicle;
    private final Chronicle.Story story;
    private final Dice dice;
    private Fate fate = Fate.CARRIED_OUT;
    private @Nullable String heldBy;

    Place(ChangeStory change) {
        this.change = change;
        this.world = change.world;
        this.chronicle = change.chronicle;
        this.story = change.story;
        this.dice = change.dice;
    }

    void isFated(Fate to) {
        fate = to;
    }

    boolean isCarriedOut() {
        return fate == Fate.CARRIED_OUT;
    }

    /// Null: nothing holds it.
    @Nullable String heldBy() {
        return heldBy;
    }

    void schedule(Meta because) {
        Rfc rfc = change.rfc();
        World.Frozen freeze = world.freezes().get(rfc.getService());
        if (freeze != null && change.window().getNotBefore().isBefore(freeze.until())) {
            freeze(freeze, because);
            return;
        }
        change.become(State.SCHEDULED);
        ChangeScheduled[] scheduled = new ChangeScheduled[1];
        Meta meta = change.tell(Why.reaction(ChangeStory.SERVICE, because), each -> scheduled[0] = new ChangeScheduled(
                each,
                rfc.getWindow(),
                "RSV-" + change.id(),
                change.planDigest(),
                rfc.getService(),
                rfc.getVersion(),
                rfc.getDigest(),
                rfc.getEnvironments(),
                rfc.getConfigurationItems(),
                rfc.getRestoreDataOnRollback(),
                rfc.getRequester(),
                rfc.getImplementer(),
                change.approvers(),
                rfc.getRollbackSeconds(),
                rfc.getTitle(),
                rfc.getLinks(),
                List.copyOf(change.authors())));
        ReleaseStory its = change.itsRelease();
        boolean starts = fate != Fate.NOT_STARTED;
        story.after(1, () -> its.plan(scheduled[0], starts));
        change.later(change.window().getNotAfter(), () -> miss(meta));
        live();
    }

    /// What people do to it before it starts.
    private void live() {
        long left = Working.seconds(chronicle.now(), change.window().getNotBefore());
        switch (fate) {
            case CANCELLED -> {
                if (left > 60) {
                    change.later(chronicle.now().plusSeconds(left * dice.between(20, 90) / 100), () -> change.cancel("the customer no longer wants it"));
                }
            }
            case HELD -> {
                if (left > 60) {
                    change.later(chronicle.now().plusSeconds(left * dice.between(20, 90) / 100), this::hold);
                }
            }
            case NOT_STARTED, CARRIED_OUT -> {}
        }
    }

    private void hold() {
        String manager = dice.one(world.company.group(Company.MANAGERS));
        String reason = "the supplier has not confirmed yet";
        heldBy = manager;
        change.tell(Why.person(manager), meta -> new ChangeHeld(meta, HoldKind.MANUAL, manager, reason));
        // Until shortly before it begins, or shortly after.
        int seconds = dice.in(400) ? dice.between(300, 600) : dice.between(-7200, -60);
        story.at(change.window().getNotBefore().plusSeconds(seconds), () -> lift(manager, manager + ": the supplier has confirmed"));
    }

    private void lift(String ref, String reason) {
        if (change.state == State.OVER) {
            return;
        }
        heldBy = null;
        Meta lifted = change.tell(Why.person(ref), meta -> new ChangeHoldLifted(meta, HoldKind.MANUAL, ref, reason));
        goOn(lifted);
    }

    private void goOn(Meta lifted) {
        ReleaseStory its = change.release();
        Instant latest = change.window().getNotBefore().plus(Requests.LATE);
        if (change.state == State.SCHEDULED && its != null && chronicle.now().isBefore(latest)) {
            story.after(1, () -> its.goOn(lifted));
        }
    }

    /// A freeze came into its way.
    void freeze(World.Frozen freeze, Meta because) {
        Why why = Why.reaction(ChangeStory.SERVICE, because);
        heldBy = freeze.id();
        change.tell(why, meta -> new ConflictDetected(meta, change.rfc().getService(), freeze.id(), freeze.reason(), ConflictKind.FREEZE));
        change.tell(why, meta -> new ChangeHeld(meta, HoldKind.FREEZE, freeze.id(), freeze.reason()));
    }

    boolean isFrozenBy(World.Frozen freeze) {
        return freeze.id().equals(heldBy);
    }

    void thaw(World.Frozen freeze, Meta lifted) {
        Why why = Why.reaction(ChangeStory.SERVICE, lifted);
        heldBy = null;
        change.tell(why, meta -> new ConflictResolved(
                meta, new Conflict(ConflictKind.FREEZE, change.rfc().getService(), freeze.id(), freeze.reason())));
        Meta gone = change.tell(why, meta -> new ChangeHoldLifted(
                meta, HoldKind.FREEZE, freeze.id(), "the freeze no longer concerns this change"));
        if (change.state == State.APPROVED && chronicle.now().isBefore(change.window().getNotBefore())) {
            schedule(gone);
        } else {
            goOn(gone);
        }
    }

    private void miss(Meta scheduled) {
        if (!chronicle.now().isBefore(change.validUntil())) {
            change.expire(scheduled, "not started until the approval ended at " + change.validUntil());
            return;
        }
        Window missed = change.window();
        Meta told = change.tell(Why.reaction(ChangeStory.SERVICE, scheduled), meta -> new ScheduledWindowMissed(meta, missed));
        change.become(State.APPROVED);
        change.later(change.validUntil(), () -> change.expire(told, "approved only until " + change.validUntil()));
        Instant looks = chronicle.now().plusSeconds(dice.between(10, 90) * 60L);
        change.later(looks, () -> move(missed));
    }

    /// Within its envelope, nobody has to be asked.
    private void move(Window missed) {
        Window free = world.appointments.take(
                change.rfc().getService(), chronicle.now(), chronicle.now().plusSeconds(1800), Requests.length(change.rfc().getEnvironments()), Requests.BACK);
        if (free.getNotAfter().isAfter(change.outer().getNotAfter()) || !free.getNotBefore().isBefore(change.validUntil())) {
            world.appointments.giveBack(change.rfc().getService(), free);
            return;
        }
        fate = Fate.CARRIED_OUT;
        change.moveTo(free);
        Rfc moved = change.rfc();
        String by = moved.getRequester();
        Meta amended = change.tell(Why.person(by), meta -> new ChangeAmended(
                meta, moved, change.planDigest(), List.of(new FieldChange("window", words(missed), words(free))), false, by, List.of(by)));
        schedule(amended);
    }

    private static String words(Window window) {
        return "Window[notBefore=" + window.getNotBefore() + ", notAfter=" + window.getNotAfter() + "]";
    }
}
