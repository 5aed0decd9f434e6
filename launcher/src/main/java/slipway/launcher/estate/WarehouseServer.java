package slipway.launcher.estate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import slipway.launcher.local.PostgresServer;
import slipway.launcher.local.Trouble;

/// The estate's PostgreSQL on this machine. A restore may stop it, put another data directory in its place and start it again, so nobody
/// restarts it here, and [#close] stops whichever server then runs.
final class WarehouseServer implements AutoCloseable {

    private static final Map<String, String> SETTINGS = Map.of(
            "wal_level", "replica",
            // A base backup takes the log of its own time along; it must not be recycled meanwhile.
            "wal_keep_size", "256MB",
            "max_wal_senders", "4",
            "shared_buffers", "32MB",
            "max_connections", "40",
            "fsync", "on",
            "full_page_writes", "on");

    private final PostgresServer server;
    private final Warehouse warehouse;
    private final Path marker;

    WarehouseServer(PostgresServer server, Path baseline, Path passwordFile) {
        this.server = server;
        this.warehouse = new Warehouse(server.url(Warehouse.NAME), baseline, passwordFile);
        this.marker = server.data().resolveSibling("was-initialised");
    }

    Warehouse warehouse() {
        return warehouse;
    }

    void stopLeftOver() {
        server.stopLeftOver();
    }

    void start() {
        try {
            Files.createDirectories(server.data().getParent());
            if (Files.exists(marker) && !server.isInitialised()) {
                throw new Trouble("the data directory " + server.data() + " is gone, perhaps in the middle of a restore: see "
                        + server.data().getParent() + ", and delete it to start afresh");
            }
            server.start(SETTINGS);
            server.own(Warehouse.NAME, warehouse.password());
            if (!Files.exists(marker)) {
                warehouse.reset();
                Files.createFile(marker);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
