package slipway.change;

import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import slipway.change.domain.ChangeCommand;
import slipway.change.domain.ChangeEvent;
import slipway.change.domain.ChangeState;
import slipway.change.domain.Inventory;
import slipway.messaging.Decisions;

/// What open changes need of the inventory: nobody takes away the item under a change, or those whom it waits for. Rights can be
/// taken from people at any time, by their groups; that is never refused.
@Component
class InUse {

    private final ChangeRegister register;
    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Memberships memberships;

    InUse(
            ChangeRegister register,
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            Memberships memberships) {
        this.register = register;
        this.changes = changes;
        this.memberships = memberships;
    }

    /// Every item and person that would be missed, with the changes that need them; empty: none.
    List<String> missed(Inventory before, Inventory after) {
        List<String> people = before.people().stream()
                .map(Inventory.Person::id)
                .filter(id -> after.person(id).isEmpty())
                .toList();
        List<String> items = before.configurationItems().stream()
                .map(Inventory.Item::id)
                .filter(id -> after.item(id).isEmpty())
                .toList();
        List<String> missed = new ArrayList<>();
        if (!people.isEmpty() || !items.isEmpty()) {
            missed.addAll(register.using(items, people));
        }
        if (!people.isEmpty()) {
            missed.addAll(unanswerable(before, after));
        }
        return missed;
    }

    private List<String> unanswerable(Inventory before, Inventory after) {
        return register.open().stream()
                .filter(id -> changes.state(id) instanceof ChangeState.AwaitingApproval waiting
                        && memberships.of(id, waiting.dossier(), before).suffices(waiting)
                        && !memberships.of(id, waiting.dossier(), after).suffices(waiting))
                .map(id -> "people: " + id + " waits for the approval of some of them, and the others are too few; cancel it first, or "
                        + "take only their groups")
                .toList();
    }
}
