package slipway.change;

import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeCommand.LookAtCalendar;
import slipway.change.domain.ChangeCommand.LookAtVoters;
import slipway.change.domain.ChangeCommand.Reassess;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Circumstances;
import slipway.change.domain.Membership;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Order;

/// Brings approved changes into the calendar: at once when it is free, otherwise when it gets free. Looks again at all that are
/// open when anything changes that could stand in their way.
@Component
class Scheduling {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Situation situation;
    private final ChangeRegister register;
    private final Memberships memberships;
    private final InventoryStore inventory;
    private final Clock clock;

    Scheduling(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            Situation situation,
            ChangeRegister register,
            Memberships memberships,
            InventoryStore inventory,
            Clock clock) {
        this.memberships = memberships;
        this.inventory = inventory;
        this.changes = changes;
        this.situation = situation;
        this.register = register;
        this.clock = clock;
    }

    List<Order<?>> look(String changeId) {
        return changes.state(changeId) instanceof ChangeState.Known open
                ? List.of(changes.order(changeId, look(changeId, open)))
                : List.of();
    }

    /// A freeze, a maintenance window or the graph changed: it may concern anybody who is not done.
    void lookAtAll(Cause cause) {
        lookAt(register.open(), cause);
    }

    /// The graph or an item changed: what was approved may reach more by now.
    void assessAnew(Cause cause) {
        for (String id : register.open()) {
            if (changes.state(id) instanceof ChangeState.Known open && !(open instanceof ChangeState.Implementing)) {
                Circumstances now = situation.of(id, open.dossier().rfc()).judgedBy(memberships.policy(id));
                changes.decide(id, new Reassess(now), cause);
            }
        }
    }

    /// People came or left, or changed their groups: those who wait may wait for nobody.
    void lookAtVoters(Cause cause) {
        for (String id : register.open()) {
            if (changes.state(id) instanceof ChangeState.AwaitingApproval waiting) {
                Membership today = memberships.of(id, waiting.dossier(), inventory.current());
                changes.decide(id, new LookAtVoters(today, clock.instant()), cause);
            }
        }
    }

    /// A change got a place in the calendar, moved or left it: those who wait, and those about that time.
    void lookAround(String changeId, Cause cause) {
        Set<String> concerned = new LinkedHashSet<>(register.waiting());
        concerned.addAll(register.around(changeId));
        concerned.remove(changeId);
        lookAt(concerned, cause);
    }

    /// One after the other, each decided for itself: whoever asked first goes first, and the next finds that place taken. In one
    /// transaction, one who cannot have it would take all the others back.
    private void lookAt(Collection<String> ids, Cause cause) {
        for (String id : ids) {
            if (changes.state(id) instanceof ChangeState.Known open) {
                changes.decide(id, look(id, open), cause);
            }
        }
    }

    private LookAtCalendar look(String changeId, ChangeState.Known open) {
        return new LookAtCalendar(
                situation.conflicts(changeId, open.dossier().rfc()), "RSV-" + changeId, clock.instant());
    }
}
