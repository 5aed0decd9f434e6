package slipway.backup.recipe;

import static slipway.backup.recipe.PostgresSession.query;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import slipway.backup.domain.RestoreCheck;

/// A point in the log of a server, and what its tables look like there.
///
/// @param segment of the log that has it; it is written out to its end
/// @param system which cluster it is
record PostgresPoint(
        String lsn, String segment, String system, String database, Instant at, Map<String, String> contents) {

    /// All under one lock: what the tables look like, and the point in the log where they do.
    static PostgresPoint set(Connection session, String name) throws SQLException {
        session.setAutoCommit(false);
        PostgresTables.lock(session);
        Map<String, String> contents = PostgresTables.look(session);
        String lsn = query(session, "select pg_create_restore_point('" + name + "')::text");
        // Nobody is kept from changing a definition.
        if (!PostgresStructure.look(session).equals(contents.get(PostgresStructure.NAME))) {
            contents.put(PostgresStructure.NAME, RestoreCheck.MOVED);
        }
        Instant at = OffsetDateTime.parse(query(
                        session,
                        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"))
                .toInstant()
                .truncatedTo(ChronoUnit.MILLIS);
        session.commit();
        session.setAutoCommit(true);
        String segment = query(session, "select pg_walfile_name('" + lsn + "'::pg_lsn)");
        String system = query(session, "select system_identifier::text from pg_control_system()");
        String database = query(session, "select current_database()");
        query(session, "select pg_switch_wal()::text");
        return new PostgresPoint(lsn, segment, system, database, at, contents);
    }
}
