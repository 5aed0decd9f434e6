package slipway.launcher.local;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The services' PostgreSQL: a database per service, each owned by a role of its own.
public final class Database implements AutoCloseable {

    private static final Map<String, String> SETTINGS = Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "max_connections", "200",
            "shared_buffers", "64MB");

    private final Home home;
    private final int port;
    private final Path log;
    private final PostgresServer server;

    public Database(Home home, PostgresBinaries binaries, int port) {
        this.home = home;
        this.port = port;
        this.log = home.sub("logs").resolve("postgres.log");
        this.server = new PostgresServer(
                binaries,
                home.directory().resolve("postgres"),
                log,
                port,
                home.secret("postgres-superuser"));
    }

    public void stopLeftOver() {
        server.stopLeftOver();
    }

    /// @param names of the databases, which are also the names of their owners
    public void start(List<String> names) {
        server.start(SETTINGS);
        for (String name : names) {
            server.own(name, password(name));
            // Extensions are the superuser's business; the calendar of changes excludes overlaps with this one.
            try (Connection connection = server.connect(name);
                    Statement statement = connection.createStatement()) {
                statement.execute("create extension if not exists btree_gist");
            } catch (SQLException e) {
                throw new Trouble("PostgreSQL cannot add btree_gist to " + name + ": " + e.getMessage(), e);
            }
        }
    }

    /// It is nobody's child, and nobody is told how it ended.
    Kept kept() {
        return new Kept(
                "postgres",
                1,
                "postgres",
                log,
                () -> Ports.isRefused(port) ? Optional.of("is not there any more") : Optional.empty(),
                () -> {
                    server.close();
                    server.start(SETTINGS);
                });
    }

    public String password(String name) {
        return home.password("postgres-" + name);
    }

    public String url(String name) {
        return server.url(name);
    }

    @Override
    public void close() {
        server.close();
    }
}
