package slipway.change;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.change.domain.Inventory;
import slipway.change.domain.Inventory.Item;
import slipway.change.domain.Inventory.Person;
import slipway.http.Form;
import slipway.http.Refusal;

/// People and configuration items, as the file `slipway.inventory` or an operator gave them. Read before the first request is
/// judged: a service with a bad file does not start.
@Component
class InventoryStore {

    private static final Logger LOG = LoggerFactory.getLogger(InventoryStore.class);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    InventoryStore(JdbcClient jdbc, TransactionTemplate transaction, @Value("${slipway.inventory:}") String file) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        if (file.isBlank()) {
            LOG.info("no inventory file; what operators put is used");
        } else {
            load(Path.of(file));
        }
    }

    Inventory current() {
        List<Person> people = jdbc.sql("select * from person order by place")
                .query((row, _) -> new Person(
                        row.getString("id"),
                        row.getString("name"),
                        row.getString("email"),
                        List.of((String[]) row.getArray("groups").getArray())))
                .list();
        List<Item> items = jdbc.sql("select * from configuration_item order by place")
                .query((row, _) -> new Item(
                        row.getString("id"),
                        row.getString("name"),
                        row.getInt("criticality"),
                        row.getInt("tier"),
                        row.getString("owner_group"),
                        List.of((String[]) row.getArray("impacts").getArray()),
                        List.of((String[]) row.getArray("telemetry").getArray())))
                .list();
        return new Inventory(people, items);
    }

    /// Replaces everything, or nothing.
    ///
    /// @throws Refusal naming every fault
    Inventory replace(Form form) {
        Inventory inventory = read(form);
        transaction.executeWithoutResult(_ -> write(inventory));
        LOG.info(
                "inventory {}: {} people, {} items",
                inventory.version(),
                inventory.people().size(),
                inventory.configurationItems().size());
        return inventory;
    }

    private void load(Path file) {
        try {
            Inventory inventory = read(Form.read(Files.readAllBytes(file), Form.YAML));
            transaction.executeWithoutResult(_ -> {
                Optional<String> before = jdbc.sql("select version from inventory_file for update")
                        .query(String.class)
                        .optional();
                if (!before.equals(Optional.of(inventory.version()))) {
                    write(inventory);
                    jdbc.sql(
                                    """
                                    insert into inventory_file (version) values (?)
                                    on conflict (one) do update set version = excluded.version
                                    """)
                            .param(inventory.version())
                            .update();
                    LOG.info("inventory {} read from {}", inventory.version(), file);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException("slipway.inventory: " + file + " cannot be read", e);
        } catch (Refusal e) {
            throw new IllegalStateException(
                    "slipway.inventory: " + file + " has faults:\n  " + String.join("\n  ", e.reasons()), e);
        }
    }

    private static Inventory read(Form form) {
        List<Person> people = form.parts("people").stream()
                .map(person -> new Person(
                        person.text("id"), person.text("name"), person.text("email"), person.texts("groups")))
                .toList();
        List<Item> items = form.parts("configurationItems").stream()
                .map(item -> new Item(
                        item.text("id"),
                        item.text("name"),
                        item.smallNumber("criticality"),
                        item.smallNumber("tier"),
                        item.text("ownerGroup"),
                        item.texts("impacts"),
                        item.texts("telemetry")))
                .toList();
        Inventory inventory = new Inventory(people, items);
        List<String> faults = new ArrayList<>(form.faults());
        // A field that could not be read is named once.
        inventory.faults().stream()
                .filter(fault -> faults.stream().noneMatch(unread -> field(unread).equals(field(fault))))
                .toList()
                .forEach(faults::add);
        if (!faults.isEmpty()) {
            throw Refusal.unacceptable(faults);
        }
        return inventory;
    }

    private static String field(String fault) {
        return fault.substring(0, fault.indexOf(':'));
    }

    private void write(Inventory inventory) {
        // Whoever else replaces it waits here.
        jdbc.sql("lock table person in exclusive mode").update();
        jdbc.sql("delete from person").update();
        jdbc.sql("delete from configuration_item").update();
        int place = 0;
        for (Person person : inventory.people()) {
            jdbc.sql("insert into person (id, name, email, groups, place) values (?, ?, ?, ?, ?)")
                    .params(person.id(), person.name(), person.email(), array(person.groups()), place++)
                    .update();
        }
        for (Item item : inventory.configurationItems()) {
            jdbc.sql(
                            """
                            insert into configuration_item (id, name, criticality, tier, owner_group, impacts, telemetry, place)
                            values (?, ?, ?, ?, ?, ?, ?, ?)
                            """)
                    .params(
                            item.id(),
                            item.name(),
                            item.criticality(),
                            item.tier(),
                            item.ownerGroup(),
                            array(item.impacts()),
                            array(item.telemetry()),
                            place++)
                    .update();
        }
    }

    private static String[] array(List<String> values) {
        return values.toArray(String[]::new);
    }
}
