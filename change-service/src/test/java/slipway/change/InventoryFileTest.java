package slipway.change;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryFileTest {

    @Test
    void a_service_with_a_bad_inventory_does_not_start_and_names_every_fault(@TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("inventory.yaml");
        Files.writeString(
                file,
                """
                people:
                  - {id: dana, name: Dana, email: dana@example.org, groups: approvers}
                configurationItems:
                  - {id: web, name: Web, criticality: high, tier: 1, ownerGroup: owners, impacts: [gone], telemetry: []}
                """);
        assertThatThrownBy(() -> InventoryFile.read(file))
                .hasMessageContaining("people[0].groups: must be a list")
                .hasMessageContaining("configurationItems[0].criticality: must be a whole number")
                .hasMessageContaining("there is no item 'gone'");
    }

    @Test
    void a_service_whose_inventory_is_missing_does_not_start(@TempDir Path directory) {
        assertThatThrownBy(() -> InventoryFile.read(directory.resolve("nowhere.yaml"))).hasMessageContaining("nowhere.yaml: is not there");
    }
}
