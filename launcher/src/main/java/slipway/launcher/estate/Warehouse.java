package slipway.launcher.estate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import slipway.launcher.local.Trouble;

/// The estate's database `inventory`: what is in it, and how it is worked with.
public final class Warehouse {

    static final String NAME = "inventory";
    /// How the data look: what a restore has to bring back.
    ///
    /// @param items rows of `item`
    /// @param movements rows of `stock_movement`
    /// @param checksum over the content of `item`
    /// @param migrated whether the table of 2.1.0 is there
    public record Look(long items, long movements, String checksum, boolean migrated) {}

    private final String url;
    private final Path baseline;
    private final Path passwordFile;

    /// @param url JDBC, of the database [#NAME], which the user of that name owns
    /// @param baseline SQL that makes its content
    public Warehouse(String url, Path baseline, Path passwordFile) {
        this.url = url;
        this.baseline = baseline;
        this.passwordFile = passwordFile;
    }

    /// Puts the data of the baseline in place of whatever is there, unless they are the baseline's already.
    ///
    /// @return whether something had to be put back
    public boolean backToBaseline() {
        try {
            if (!look().migrated()) {
                return false;
            }
        } catch (SQLException e) {
            // nothing of it is there, or not all
        }
        reset();
        return true;
    }

    void reset() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("drop schema public cascade");
            statement.execute("create schema public");
            statement.execute(Files.readString(baseline));
            connection.commit();
        } catch (SQLException | IOException e) {
            throw new Trouble("the inventory cannot be filled: " + e.getMessage(), e);
        }
    }

    public Look look() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select (select count(*) from item),
                               (select count(*) from stock_movement),
                               (select md5(string_agg(id || name || quantity, ',' order by id)) from item),
                               to_regclass('public.shop_stock') is not null""")) {
            row.next();
            return new Look(row.getLong(1), row.getLong(2), row.getString(3), row.getBoolean(4));
        }
    }

    /// Books one movement, as a shop assistant would: committed when this returns.
    public void book(String note) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(
                        "insert into stock_movement (item_id, change, note) values (1 + floor(random() * 500), -1, ?)")) {
            statement.setString(1, note);
            statement.executeUpdate();
        }
    }

    /// How many movements with this note there are.
    public long booked(String note) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement =
                        connection.prepareStatement("select count(*) from stock_movement where note = ?")) {
            statement.setString(1, note);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", NAME);
        properties.setProperty("password", password());
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("socketTimeout", "10");
        return DriverManager.getConnection(url, properties);
    }

    String password() {
        try {
            return Files.readString(passwordFile).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
