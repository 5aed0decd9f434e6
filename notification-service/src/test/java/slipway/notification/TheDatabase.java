package slipway.notification;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A database of this service, without the service: one for all tests that need no more.
final class TheDatabase {

    private static final String LATEST = "latest";

    private static @Nullable EmbeddedPostgres running;

    private TheDatabase() {}

    /// @param tables that are empty then
    static synchronized JdbcClient with(String... tables) {
        EmbeddedPostgres postgres = running == null ? start() : running;
        running = postgres;
        JdbcClient jdbc = JdbcClient.create(postgres.getPostgresDatabase());
        for (String table : tables) {
            jdbc.sql("delete from " + table).update();
        }
        return jdbc;
    }

    /// As it was before an upgrade, with these rows; and upgraded then.
    static void upgraded(String from, String rows) {
        JdbcClient jdbc = with();
        jdbc.sql("drop schema public cascade").update();
        jdbc.sql("create schema public").update();
        DataSource database = Objects.requireNonNull(running).getPostgresDatabase();
        try {
            migrate(database, from);
            jdbc.sql(rows).update();
        } finally {
            migrate(database, LATEST);
        }
    }

    private static void migrate(DataSource database, String target) {
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/messaging", "classpath:db/notification")
                .target(target)
                .load()
                .migrate();
    }

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres started = EmbeddedPostgres.start();
            migrate(started.getPostgresDatabase(), LATEST);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    started.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
