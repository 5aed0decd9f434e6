package slipway.change;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeCommand.LookAtCalendar;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Conflict;
import slipway.change.domain.Rfc;
import slipway.messaging.Decisions;
import slipway.messaging.Order;

/// Brings approved changes into the calendar: at once when it is free, otherwise when it gets free. Looks again at all that are
/// open when anything changes that could stand in their way.
@Component
class Scheduling {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Situation situation;
    private final ChangeRegister register;
    private final Clock clock;

    Scheduling(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            Situation situation,
            ChangeRegister register,
            Clock clock) {
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
    List<Order<?>> lookAtAll() {
        return register.open().stream().flatMap(id -> look(id).stream()).toList();
    }

    /// Somebody left the calendar: whoever waited longest goes first; who wants the same item at the same time waits on.
    List<Order<?>> offer() {
        List<Order<?>> orders = new ArrayList<>();
        List<Rfc> taken = new ArrayList<>();
        for (String changeId : register.waiting()) {
            if (changes.state(changeId) instanceof ChangeState.Approved approved) {
                Rfc rfc = approved.dossier().rfc();
                if (taken.stream().noneMatch(other -> meet(rfc, other))) {
                    LookAtCalendar look = look(changeId, approved);
                    if (look.conflicts().stream().noneMatch(conflict -> conflict.kind().hard())) {
                        taken.add(rfc);
                    }
                    orders.add(changes.order(changeId, look));
                }
            }
        }
        return orders;
    }

    private static boolean meet(Rfc one, Rfc other) {
        return one.occupied().overlaps(other.occupied())
                && !Collections.disjoint(one.configurationItems(), other.configurationItems());
    }

    private LookAtCalendar look(String changeId, ChangeState.Known open) {
        List<Conflict> conflicts = situation.conflicts(changeId, open.dossier().rfc());
        return new LookAtCalendar(conflicts, "RSV-" + changeId, clock.instant());
    }
}
