package slipway.change;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.change.domain.Inventory;
import slipway.http.Form;
import slipway.http.Misconfigured;
import slipway.messaging.Beginning;
import slipway.messaging.Cause;

/// The file `slipway.inventory`, read before the first request is judged: a service with a bad one does not start. A file
/// that is the same as last time does not undo what operators put since.
@Component
class InventoryFile implements Beginning {

    private static final Logger LOG = LoggerFactory.getLogger(InventoryFile.class);

    private final InventoryStore store;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final String file;

    InventoryFile(
            InventoryStore store,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            @Value("${slipway.inventory:}") String file) {
        this.store = store;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.file = file;
    }

    @Override
    public void begin() {
        read();
        // Reading a hundred thousand items takes a second or two: not of the first who asks.
        store.current();
    }

    private void read() {
        if (file.isBlank()) {
            LOG.info("no inventory file; what operators put is used");
            return;
        }
        Inventory inventory = read(Path.of(file));
        transaction.executeWithoutResult(_ -> {
            Optional<String> before = jdbc.sql("select version from inventory_file for update")
                    .query(String.class)
                    .optional();
            if (!before.equals(Optional.of(inventory.version()))) {
                store.replace(inventory, Cause.service("change-service"));
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
    }

    /// @throws Misconfigured naming every fault
    static Inventory read(Path file) {
        return Misconfigured.reading(
                "slipway.inventory: " + file,
                () -> InventoryForm.inventory(
                        Form.readBulk(Files.readAllBytes(file), Form.YAML).form()));
    }
}
