package slipway.change.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import slipway.change.calendar.Window;
import slipway.change.domain.ChangeCommand.LiftHold;
import slipway.change.domain.ChangeCommand.LookAtCalendar;
import slipway.change.domain.ChangeCommand.MissWindow;
import slipway.change.domain.ChangeCommand.PutOnHold;
import slipway.change.domain.ChangeEvent.ChangeExpired;
import slipway.change.domain.ChangeEvent.ChangeHeld;
import slipway.change.domain.ChangeEvent.ChangeHoldLifted;
import slipway.change.domain.ChangeEvent.ChangeScheduled;
import slipway.change.domain.ChangeEvent.ConflictResolved;
import slipway.change.domain.ChangeEvent.ImplementationRevoked;
import slipway.change.domain.ChangeEvent.ScheduledWindowMissed;
import slipway.change.domain.ChangeState.Approved;
import slipway.change.domain.ChangeState.AwaitingApproval;
import slipway.change.domain.ChangeState.Implementing;
import slipway.change.domain.ChangeState.Known;
import slipway.change.domain.ChangeState.Scheduled;
import slipway.decider.Decision;
import slipway.decider.Wording;

/// The calendar of a change: what stands in its way is told and taken back, freezes and people hold it, and when nothing does,
/// it has its place.
final class Timing {

    private Timing() {}

    static Decision<ChangeEvent> look(LookAtCalendar look, ChangeState state) {
        return switch (state) {
            case AwaitingApproval waiting -> {
                // Not held before it is approved, but let go of: it may have been approved once, and amended.
                List<ChangeEvent> facts = differences(waiting.dossier(), look.conflicts());
                facts.addAll(lifted(look, waiting.dossier()));
                yield Decision.accept(facts);
            }
            case Approved approved -> {
                List<ChangeEvent> facts = lookAndHold(look, approved.dossier());
                boolean free = look.conflicts().stream().noneMatch(conflict -> conflict.kind().hard())
                        && after(approved.dossier(), facts).holds().isEmpty();
                // An approval that has ended waits for its timer, and a window that has passed for another.
                Window window = approved.dossier().rfc().window();
                boolean inTime = look.at().isBefore(approved.validUntil())
                        && window.notBefore().isBefore(approved.validUntil())
                        && !window.isOver(look.at());
                if (free && inTime) {
                    facts.add(scheduled(approved.dossier(), approved.approvers(), look.reservationId()));
                }
                yield Decision.accept(facts);
            }
            case Scheduled scheduled -> Decision.accept(lookAndHold(look, scheduled.dossier()));
            case Implementing running -> {
                List<ChangeEvent> facts = lookAndHold(look, running.dossier());
                facts.stream()
                        .filter(ChangeHeld.class::isInstance)
                        .map(held -> ((ChangeHeld) held).reason())
                        .findFirst()
                        .ifPresent(reason -> facts.add(revoked(running, RevocationCause.FREEZE, reason)));
                yield Decision.accept(facts);
            }
            case ChangeState.Known _,
                    ChangeState.Nothing _,
                    ChangeState.Refused _,
                    ChangeState.Closed _,
                    ChangeState.Cancelled _ ->
                Decision.nothing();
        };
    }

    private static Dossier after(Dossier dossier, List<ChangeEvent> facts) {
        Dossier held = dossier;
        for (ChangeEvent fact : facts) {
            if (fact instanceof ChangeHeld(var kind, var ref, var reason)) {
                held = held.heldBy(new Hold(kind, ref, reason));
            } else if (fact instanceof ChangeHoldLifted(var kind, var ref, _)) {
                held = held.letGo(kind, ref);
            }
        }
        return held;
    }

    private static List<ChangeEvent> lookAndHold(LookAtCalendar look, Dossier dossier) {
        List<ChangeEvent> facts = differences(dossier, look.conflicts());
        freezes(look)
                .filter(freeze -> dossier.holds().stream().noneMatch(hold -> hold.sameAs(HoldKind.FREEZE, freeze.with())))
                .forEach(freeze -> facts.add(new ChangeHeld(HoldKind.FREEZE, freeze.with(), freeze.reason())));
        facts.addAll(lifted(look, dossier));
        return facts;
    }

    private static Stream<Conflict> freezes(LookAtCalendar look) {
        return look.conflicts().stream().filter(conflict -> conflict.kind() == ConflictKind.FREEZE);
    }

    private static List<ChangeEvent> lifted(LookAtCalendar look, Dossier dossier) {
        return dossier.holds().stream()
                .filter(hold -> hold.kind() == HoldKind.FREEZE)
                .filter(hold -> freezes(look).noneMatch(freeze -> freeze.with().equals(hold.ref())))
                .<ChangeEvent>map(hold -> new ChangeHoldLifted(
                        HoldKind.FREEZE, hold.ref(), "the freeze no longer concerns this change"))
                .toList();
    }

    /// What is new, and what is gone.
    static List<ChangeEvent> differences(Dossier dossier, List<Conflict> conflicts) {
        List<ChangeEvent> facts = new ArrayList<>();
        conflicts.stream()
                .filter(conflict -> dossier.conflicts().stream().noneMatch(conflict::sameAs))
                .forEach(conflict -> facts.add(Assessment.detected(conflict)));
        dossier.conflicts().stream()
                .filter(conflict -> conflicts.stream().noneMatch(conflict::sameAs))
                .forEach(conflict -> facts.add(new ConflictResolved(conflict)));
        return facts;
    }

    static ChangeScheduled scheduled(Dossier dossier, List<String> approvers, String reservationId) {
        Rfc rfc = dossier.rfc();
        return new ChangeScheduled(
                rfc.window(),
                reservationId,
                dossier.digest(),
                rfc.service(),
                rfc.version(),
                rfc.digest(),
                rfc.environments(),
                rfc.configurationItems(),
                rfc.restoreDataOnRollback(),
                rfc.requester(),
                rfc.implementer(),
                approvers,
                rfc.rollbackSeconds(),
                rfc.title(),
                rfc.links(),
                List.copyOf(new TreeSet<>(dossier.authors())));
    }

    static String reservation(String by, Instant at) {
        return "RSV-" + by + "-" + at.toEpochMilli();
    }

    static Decision<ChangeEvent> miss(MissWindow missed, ChangeState state) {
        if (!(state instanceof Scheduled scheduled) || !scheduled.window().isOver(missed.at())) {
            return Decision.nothing();
        }
        return missed.at().isBefore(scheduled.validUntil())
                ? Decision.accept(new ScheduledWindowMissed(scheduled.window()))
                : Decision.accept(
                        new ChangeExpired("not started until the approval ended at " + scheduled.validUntil()));
    }

    static Decision<ChangeEvent> hold(PutOnHold hold, ChangeState state) {
        if (!(state instanceof Known open) || !canBeHeld(open)) {
            return Decision.refuse("there is nothing to hold: the change is " + state.status());
        }
        List<String> reasons = hold.by().strangerTo(open.dossier());
        reasons.addAll(Wording.reason("reason", hold.reason()));
        if (!reasons.isEmpty()) {
            return Decision.refuse(reasons);
        }
        String who = hold.by().id();
        if (open.dossier().holds().stream().anyMatch(each -> each.sameAs(HoldKind.MANUAL, who))) {
            return Decision.nothing();
        }
        ChangeHeld held = new ChangeHeld(HoldKind.MANUAL, who, hold.reason());
        return open instanceof Implementing running
                ? Decision.accept(held, revoked(running, RevocationCause.HOLD, who + " holds the change: " + hold.reason()))
                : Decision.accept(held);
    }

    static Decision<ChangeEvent> lift(LiftHold lift, ChangeState state) {
        if (!(state instanceof Known open) || !canBeHeld(open) && !open.dossier().isHeld()) {
            return Decision.refuse("there is no hold to lift: the change is " + state.status());
        }
        List<Hold> manual = open.dossier().holds().stream()
                .filter(hold -> hold.kind() == HoldKind.MANUAL)
                .filter(hold -> hold.ref().equals(lift.by().id()) || lift.by().managesChanges())
                .toList();
        List<String> reasons = new ArrayList<>();
        if (manual.isEmpty()) {
            reasons.add("there is no hold that " + lift.by().id() + " may lift: " + open.dossier().holds());
        }
        reasons.addAll(Wording.reason("reason", lift.reason()));
        return reasons.isEmpty()
                ? Decision.accept(manual.stream()
                        .map(hold -> new ChangeHoldLifted(
                                HoldKind.MANUAL, hold.ref(), lift.by().id() + ": " + lift.reason()))
                        .toList())
                : Decision.refuse(reasons);
    }

    private static boolean canBeHeld(Known open) {
        return switch (open) {
            case AwaitingApproval _, Approved _, Scheduled _, Implementing _ -> true;
            case ChangeState.Draft _,
                    ChangeState.Assessing _,
                    ChangeState.Rejected _,
                    ChangeState.Expired _,
                    ChangeState.Monitoring _,
                    ChangeState.RollingBack _,
                    ChangeState.InReview _ ->
                false;
        };
    }

    static ImplementationRevoked revoked(Implementing running, RevocationCause cause, String reason) {
        return new ImplementationRevoked(running.releaseId(), running.dossier().epoch() + 1, reason, cause);
    }
}
