package slipway.audit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// A few connections to the service's database beside its own, so that who asks keeps nobody from taking facts in or signing.
final class Connections implements AutoCloseable {

    private static final int READERS = 4;
    private static final int READINGS = 3;
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(20);

    private final HikariDataSource pool;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    private Connections(HikariConfig config) {
        this.pool = new HikariDataSource(config);
        this.jdbc = JdbcClient.create(pool);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
    }

    /// For people's questions: they only read, few at a time, and none for longer than 20 s.
    static Connections reading(DataSourceProperties database) {
        HikariConfig config = config(database, "reading", READERS);
        config.setReadOnly(true);
        config.setConnectionInitSql("set statement_timeout = " + LONGEST_ANSWER.toMillis());
        return new Connections(config);
    }

    /// For what reads everything, as long as that takes.
    static Connections unhurried(DataSourceProperties database) {
        return new Connections(config(database, "unhurried", READINGS));
    }

    private static HikariConfig config(DataSourceProperties database, String name, int most) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.determineUrl());
        config.setUsername(database.determineUsername());
        config.setPassword(database.determinePassword());
        config.setPoolName(name);
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(0);
        // A database that is away when the service starts is told by the service's own connections.
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(Duration.ofSeconds(10).toMillis());
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "3");
        return config;
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    TransactionTemplate transaction() {
        return transaction;
    }

    @Override
    public void close() {
        pool.close();
    }
}
