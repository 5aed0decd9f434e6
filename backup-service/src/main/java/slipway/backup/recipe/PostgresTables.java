package slipway.backup.recipe;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the user tables of a database look like: rows and a checksum over all of them, in any order. Sequences are left out: a
/// recovered one may be ahead. Unlogged and temporary tables too: recovery empties them.
final class PostgresTables {

    private static final String NAMES =
            """
            select format('%I.%I', n.nspname, c.relname)
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and c.relpersistence = 'p'
                and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
            order by 1
            """;

    /// Two hashes of 64 bits, summed up: no memory is needed for an order.
    private static final String LOOK =
            """
            select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0),
                coalesce(sum(hashtextextended(t::text, 7321)::numeric), 0)
            from only %s as t
            """;

    private PostgresTables() {}

    private static List<String> names(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(NAMES)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /// How many there are by the catalogue alone.
    static String count(Connection connection) throws SQLException {
        return String.valueOf(names(connection).size());
    }

    /// Nobody writes to a user table until the transaction ends. Names are quoted by the server.
    static void lock(Connection connection) throws SQLException {
        List<String> names = names(connection);
        if (!names.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("lock table only " + String.join(", only ", names) + " in share mode");
            }
        }
    }

    static Map<String, String> look(Connection connection) throws SQLException {
        Map<String, String> look = new TreeMap<>();
        for (String name : names(connection)) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(LOOK.formatted(name))) {
                row.next();
                look.put(
                        "table " + name,
                        row.getLong(1) + " rows, checksum " + row.getString(2) + "/" + row.getString(3));
            }
        }
        look.put("tables", String.valueOf(look.size()));
        look.put(PostgresStructure.NAME, PostgresStructure.look(connection));
        return look;
    }
}
