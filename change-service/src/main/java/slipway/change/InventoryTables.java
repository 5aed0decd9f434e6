package slipway.change;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import slipway.change.calendar.Recurrence;
import slipway.change.domain.Inventory;
import slipway.change.domain.Inventory.Item;
import slipway.change.domain.Inventory.Person;
import tools.jackson.databind.json.JsonMapper;

/// The inventory in rows: only those that differ are written, so that one item among 100,000 is one row.
@Component
class InventoryTables {

    private static final int BATCH = 1000;

    private static final String PUT_PERSON =
            """
            insert into person (id, name, email, groups) values (?, ?, ?, ?)
            on conflict (id) do update set name = excluded.name, email = excluded.email, groups = excluded.groups
            """;

    private static final String PUT_ITEM =
            """
            insert into configuration_item (id, name, criticality, tier, owner_group, impacts, telemetry, maintenance)
            values (?, ?, ?, ?, ?, ?, ?, ?::jsonb)
            on conflict (id) do update set name = excluded.name, criticality = excluded.criticality, tier = excluded.tier,
                owner_group = excluded.owner_group, impacts = excluded.impacts, telemetry = excluded.telemetry,
                maintenance = excluded.maintenance
            """;

    private final JdbcTemplate jdbc;
    private final JsonMapper json;

    InventoryTables(JdbcTemplate jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Inventory read() {
        List<Person> people = jdbc.query(
                "select * from person order by id",
                (row, _) -> new Person(
                        row.getString("id"),
                        row.getString("name"),
                        row.getString("email"),
                        List.of((String[]) row.getArray("groups").getArray())));
        List<Item> items = jdbc.query(
                "select * from configuration_item order by id",
                (row, _) -> new Item(
                        row.getString("id"),
                        row.getString("name"),
                        row.getInt("criticality"),
                        row.getInt("tier"),
                        row.getString("owner_group"),
                        List.of((String[]) row.getArray("impacts").getArray()),
                        List.of((String[]) row.getArray("telemetry").getArray()),
                        List.of(json.readValue(row.getString("maintenance"), Recurrence[].class))));
        return new Inventory(people, items);
    }

    /// In the transaction of the caller.
    void write(Inventory before, Inventory after) {
        remove(
                "delete from person where id = ?",
                before.people().stream().map(Person::id).filter(id -> after.person(id).isEmpty()).toList());
        remove(
                "delete from configuration_item where id = ?",
                before.configurationItems().stream()
                        .map(Item::id)
                        .filter(id -> after.item(id).isEmpty())
                        .toList());
        Collection<Person> people = after.people().stream()
                .filter(person -> !before.person(person.id()).equals(Optional.of(person)))
                .toList();
        jdbc.batchUpdate(PUT_PERSON, people, BATCH, (row, person) -> {
            row.setString(1, person.id());
            row.setString(2, person.name());
            row.setString(3, person.email());
            row.setArray(4, array(row, person.groups()));
        });
        Collection<Item> items = after.configurationItems().stream()
                .filter(item -> !before.item(item.id()).equals(Optional.of(item)))
                .toList();
        jdbc.batchUpdate(PUT_ITEM, items, BATCH, (row, item) -> {
            row.setString(1, item.id());
            row.setString(2, item.name());
            row.setInt(3, item.criticality());
            row.setInt(4, item.tier());
            row.setString(5, item.ownerGroup());
            row.setArray(6, array(row, item.impacts()));
            row.setArray(7, array(row, item.telemetry()));
            row.setString(8, json.writeValueAsString(item.maintenance()));
        });
    }

    private void remove(String sql, Collection<String> ids) {
        jdbc.batchUpdate(sql, ids, BATCH, (row, id) -> row.setString(1, id));
    }

    private static Array array(PreparedStatement row, List<String> values) throws SQLException {
        return row.getConnection().createArrayOf("text", values.toArray());
    }
}
