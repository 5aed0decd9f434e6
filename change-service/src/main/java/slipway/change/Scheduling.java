package slipway.change;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Rfc;
import slipway.messaging.Decisions;
import slipway.messaging.Order;

/// Brings approved changes into the calendar: at once when it is free, otherwise when it gets free.
@Component
class Scheduling {

    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Calendar calendar;
    private final ChangeRegister register;
    private final Clock clock;

    Scheduling(
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            Calendar calendar,
            ChangeRegister register,
            Clock clock) {
        this.changes = changes;
        this.calendar = calendar;
        this.register = register;
        this.clock = clock;
    }

    List<Order<?>> reserve(String changeId) {
        return changes.state(changeId) instanceof ChangeState.Approved approved
                ? List.of(changes.order(changeId, next(changeId, approved)))
                : List.of();
    }

    /// Somebody left the calendar: whoever waited longest goes first, and per item only one in this round.
    List<Order<?>> offer() {
        List<Order<?>> orders = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (String changeId : register.waiting()) {
            if (changes.state(changeId) instanceof ChangeState.Approved approved
                    && approved.plan().rfc().configurationItems().stream().noneMatch(taken::contains)) {
                ChangeCommand command = next(changeId, approved);
                if (command instanceof ChangeCommand.Schedule) {
                    taken.addAll(approved.plan().rfc().configurationItems());
                }
                orders.add(changes.order(changeId, command));
            }
        }
        return orders;
    }

    private ChangeCommand next(String changeId, ChangeState.Approved approved) {
        Rfc rfc = approved.plan().rfc();
        Optional<Calendar.Holder> holder = calendar.holder(changeId, rfc.configurationItems(), rfc.window());
        return holder.<ChangeCommand>map(held -> new ChangeCommand.NoteConflict(
                        held.ci(),
                        held.changeId(),
                        held.changeId() + " has " + held.ci() + " reserved " + held.during()
                                + "; this change waits until it is free"))
                .orElseGet(() -> new ChangeCommand.Schedule("RSV-" + changeId, clock.instant()));
    }
}
