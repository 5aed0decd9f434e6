package slipway.change;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.support.TransactionTemplate;

class InventoryStoreTest {

    private static InventoryStore load(Path file) {
        return new InventoryStore(
                JdbcClient.create(new SimpleDriverDataSource()), new TransactionTemplate(), file.toString());
    }

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
        assertThatThrownBy(() -> load(file))
                .hasMessageContaining("people[0].groups: must be a list")
                .hasMessageContaining("configurationItems[0].criticality: must be a whole number")
                .hasMessageContaining("there is no item 'gone'");
    }

    @Test
    void a_service_whose_inventory_is_missing_does_not_start(@TempDir Path directory) {
        assertThatThrownBy(() -> load(directory.resolve("nowhere.yaml"))).hasMessageContaining("cannot be read");
    }
}
