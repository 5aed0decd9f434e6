package slipway.change.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.change.domain.Examples.INVENTORY;
import static slipway.change.domain.Examples.item;
import static slipway.change.domain.Examples.person;

import java.util.List;
import org.junit.jupiter.api.Test;

class InventoryTest {

    @Test
    void a_good_inventory_has_no_faults() {
        assertThat(INVENTORY.faults()).isEmpty();
    }

    @Test
    void every_fault_of_an_inventory_is_named_at_once() {
        Inventory bad = new Inventory(
                List.of(person("dana"), person("dana"), new Inventory.Person("", "", "nowhere", List.of())),
                List.of(
                        item("web", 6, 0, "gone"),
                        item("web", 1, 1),
                        new Inventory.Item("db", "", 1, 1, "", List.of(), List.of("ftp://x", "::"), List.of())));
        assertThat(bad.faults())
                .containsExactly(
                        "people[1].id: 'dana' is there twice",
                        "people[2].id: is missing",
                        "people[2].name: is missing",
                        "people[2].email: 'nowhere' is no address",
                        "configurationItems[0].criticality: must be 1 to 5, not 6",
                        "configurationItems[0].tier: must be 1 to 4, not 0",
                        "configurationItems[0].impacts: there is no item 'gone'",
                        "configurationItems[1].id: 'web' is there twice",
                        "configurationItems[2].name: is missing",
                        "configurationItems[2].ownerGroup: is missing",
                        "configurationItems[2].telemetry: 'ftp://x' is no http URL",
                        "configurationItems[2].telemetry: '::' is no http URL");
    }

    @Test
    void the_version_depends_on_the_content_and_not_on_its_order() {
        Inventory turned = new Inventory(
                INVENTORY.people().reversed(), INVENTORY.configurationItems().reversed());
        Inventory other = new Inventory(INVENTORY.people(), List.of(item("web", 1, 1)));
        assertThat(turned.version()).isEqualTo(INVENTORY.version());
        assertThat(other.version()).isNotEqualTo(INVENTORY.version());
    }
}
