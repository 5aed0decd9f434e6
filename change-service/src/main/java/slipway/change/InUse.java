package slipway.change;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
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

    private final JdbcClient jdbc;
    private final ChangeRegister register;
    private final Decisions<ChangeCommand, ChangeState, ChangeEvent> changes;
    private final Memberships memberships;

    InUse(
            JdbcClient jdbc,
            ChangeRegister register,
            Decisions<ChangeCommand, ChangeState, ChangeEvent> changes,
            Memberships memberships) {
        this.jdbc = jdbc;
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
            missed.addAll(using(items, people));
        }
        if (!people.isEmpty()) {
            missed.addAll(unanswerable(before, after));
        }
        return missed;
    }

    /// Why these cannot be taken away: changes that are not done with them.
    private List<String> using(Collection<String> items, Collection<String> people) {
        String[] goneItems = items.toArray(String[]::new);
        String[] gonePeople = people.toArray(String[]::new);
        Map<String, Set<String>> users = new TreeMap<>();
        jdbc.sql(
                        """
                        select id, items, requester, implementer from change
                        where status in
                                ('AWAITING_APPROVAL', 'APPROVED', 'SCHEDULED', 'IMPLEMENTING', 'MONITORING', 'ROLLING_BACK')
                            and (items && cast(? as text[]) or requester = any(?) or implementer = any(?))
                        order by number
                        """)
                .params(goneItems, gonePeople, gonePeople)
                .query((row, _) -> {
                    String id = row.getString("id");
                    for (String item : (String[]) row.getArray("items").getArray()) {
                        if (items.contains(item)) {
                            users.computeIfAbsent("configurationItems: '" + item + "'", _ -> new LinkedHashSet<>()).add(id);
                        }
                    }
                    for (String person : List.of(row.getString("requester"), row.getString("implementer"))) {
                        if (people.contains(person)) {
                            users.computeIfAbsent("people: '" + person + "'", _ -> new LinkedHashSet<>()).add(id);
                        }
                    }
                    return id;
                })
                .list();
        return users.entrySet().stream()
                .map(used -> used.getKey() + " is needed by " + String.join(", ", used.getValue()))
                .toList();
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
