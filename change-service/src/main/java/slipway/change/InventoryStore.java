package slipway.change;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.change.calendar.Recurrence;
import slipway.change.domain.Inventory;
import slipway.change.domain.Inventory.Item;
import slipway.change.domain.Inventory.Person;
import slipway.change.domain.InventoryDecider;
import slipway.change.domain.InventoryEvent;
import slipway.http.Form;
import slipway.http.Refusal;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Outcome;

/// People and configuration items, as a file or an operator gave them. Whatever changes them is one transaction and one
/// `InventoryChanged`.
@Component
class InventoryStore {

    private static final Logger LOG = LoggerFactory.getLogger(InventoryStore.class);

    static final String AGGREGATE = "INVENTORY";

    private final JdbcClient jdbc;
    private final InventoryTables tables;
    private final TransactionTemplate transaction;
    private final Decisions<InventoryDecider.Replace, InventoryDecider.Held, InventoryEvent> decisions;
    private final InUse inUse;
    private volatile @Nullable Held newest;

    /// @param version as it stands in the table: what a newer program calculates for the same content may differ
    private record Held(String version, Inventory inventory) {}

    InventoryStore(
            JdbcClient jdbc,
            InventoryTables tables,
            TransactionTemplate transaction,
            Decisions<InventoryDecider.Replace, InventoryDecider.Held, InventoryEvent> decisions,
            InUse inUse) {
        this.inUse = inUse;
        this.jdbc = jdbc;
        this.tables = tables;
        this.transaction = transaction;
        this.decisions = decisions;
    }

    /// The inventory as it is now. Kept in memory; that it is still the newest costs one look at one row.
    Inventory current() {
        while (true) {
            String before = version();
            Held held = newest;
            if (held != null && held.version().equals(before)) {
                return held.inventory();
            }
            Inventory read = tables.read();
            // Two tables are two statements: only what nobody replaced in between is of one piece.
            if (version().equals(before)) {
                newest = new Held(before, read);
                return read;
            }
        }
    }

    private String version() {
        return jdbc.sql("select version from inventory").query(String.class).optional().orElse("");
    }

    /// Replaces everything, or nothing.
    ///
    /// @throws Refusal 422 naming every fault
    Inventory replace(Form form, Cause cause) {
        Inventory after = InventoryForm.inventory(form);
        return change(_ -> after, cause, inUse::missed);
    }

    /// As the operator's file says, whatever open changes need: they are told of, and whoever waits for people who left hears.
    Inventory replace(Inventory inventory, Cause cause) {
        return change(_ -> inventory, cause, (before, after) -> {
            inUse.missed(before, after).forEach(missed -> LOG.warn("the inventory's file takes away what is needed: {}", missed));
            return List.of();
        });
    }

    /// Adds this item, or puts it in the place of the one with its id.
    ///
    /// @throws Refusal 422 naming every fault
    Item putItem(String id, Form form, Cause cause) {
        Item item = InventoryForm.item(form, id);
        change(before -> before.with(item), cause);
        return item;
    }

    /// @throws Refusal 422 naming every fault
    Item maintain(String id, List<Recurrence> times, Cause cause) {
        return change(before -> before.with(before.item(id).orElseThrow().maintainedAt(times)), cause)
                .item(id)
                .orElseThrow();
    }

    /// @throws Refusal 422 naming every fault
    Person putPerson(String id, Form form, Cause cause) {
        Person person = InventoryForm.person(form, id);
        change(before -> before.with(person), cause);
        return person;
    }

    /// @throws Refusal 404; 422 while other items name it in their `impacts`, or open changes need it
    void removeItem(String id, Cause cause) {
        change(
                before -> {
                    before.item(id).orElseThrow(() -> Refusal.unknown("there is no configuration item " + id));
                    return before.withoutItem(id);
                },
                cause,
                inUse::missed);
    }

    /// @throws Refusal 404; 422 while open changes need them
    void removePerson(String id, Cause cause) {
        change(
                before -> {
                    before.person(id).orElseThrow(() -> Refusal.unknown("there is no person " + id));
                    return before.withoutPerson(id);
                },
                cause,
                inUse::missed);
    }

    private Inventory change(UnaryOperator<Inventory> edit, Cause cause) {
        return change(edit, cause, (_, _) -> List.of());
    }

    /// @param against what forbids it, of the inventory before and after
    private Inventory change(
            UnaryOperator<Inventory> edit, Cause cause, BiFunction<Inventory, Inventory, List<String>> against) {
        Inventory changed = transaction.execute(_ -> {
            // Whoever else changes it waits for the one row.
            jdbc.sql("insert into inventory (version) values ('') on conflict (one) do nothing")
                    .update();
            jdbc.sql("select version from inventory for update")
                    .query(String.class)
                    .single();
            Inventory before = current();
            Inventory after = edit.apply(before);
            List<String> forbidden = against.apply(before, after);
            if (!forbidden.isEmpty()) {
                throw Refusal.unacceptable(
                        Stream.concat(after.faults().stream(), forbidden.stream()).toList());
            }
            if (decisions.decide(AGGREGATE, new InventoryDecider.Replace(before, after), cause)
                    instanceof Outcome.Refused<InventoryDecider.Held>(var reasons)) {
                throw Refusal.unacceptable(reasons);
            }
            tables.write(before, after);
            jdbc.sql("update inventory set version = ?").param(after.version()).update();
            LOG.info(
                    "inventory {}: {} people, {} items",
                    after.version(),
                    after.people().size(),
                    after.configurationItems().size());
            return after;
        });
        // Whoever asks next does not wait until it is read again; somebody else's that came since is seen by its version.
        newest = new Held(changed.version(), changed);
        return changed;
    }
}
