package slipway.backup.recipe;

import static slipway.backup.recipe.PostgresSession.query;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import slipway.backup.vault.Digest;

/// What a database is made of beside the rows of its tables, as one digest: functions, views, types, defaults, constraints, triggers, rights,
/// settings, large objects. A restored cluster has the same catalogues, so that they are compared as they are, without what goes on by itself
/// (statistics, places of files, tables of sessions).
final class PostgresStructure {

    static final String NAME = "structure";

    /// Of which rows of a catalogue, and what of them.
    private static final List<String> CATALOGUES = List.of(
            "(select c.oid, c.relname, c.relnamespace, c.relkind, c.relowner, c.relacl, c.reloptions, c.relrowsecurity, c.relforcerowsecurity"
                    + " from pg_class c where oid in (table kept)) t",
            "pg_attribute t where attrelid in (table kept)",
            "pg_attrdef t where adrelid in (table kept)",
            "pg_constraint t where conrelid = 0 or conrelid in (table kept)",
            "pg_index t where indrelid in (table kept)",
            "pg_trigger t where tgrelid in (table kept)",
            "pg_policy t where polrelid in (table kept)",
            "pg_rewrite t where ev_class in (table kept)",
            "pg_sequence t where seqrelid in (table kept)",
            "pg_proc t where pronamespace in (table lasting)",
            "pg_type t where typnamespace in (table lasting)",
            "pg_namespace t where oid in (table lasting)",
            "pg_enum t",
            "pg_extension t",
            "pg_default_acl t",
            "pg_event_trigger t",
            "(select d.datname, d.datdba, d.encoding, d.datcollate, d.datctype, d.datconnlimit, d.datacl from pg_database d where datname = current_database()) t",
            "pg_db_role_setting t where setdatabase in (0, (select oid from pg_database where datname = current_database()))",
            "pg_largeobject_metadata t");

    private static final String LARGE_OBJECTS = "pg_largeobject t";

    private static final String LOOK =
            """
            with lasting as (select oid from pg_namespace where nspname !~ '^pg_(toast_)?temp_'),
                kept as (select oid from pg_class where relnamespace in (table lasting))
            select coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from %s
            """;

    private PostgresStructure() {}

    static String look(Connection connection) throws SQLException {
        List<String> catalogues = new ArrayList<>(CATALOGUES);
        if (query(connection, "select has_table_privilege('pg_catalog.pg_largeobject', 'select')").equals("t")) {
            catalogues.add(LARGE_OBJECTS);
        }
        StringBuilder all = new StringBuilder();
        for (String each : catalogues) {
            all.append(query(connection, LOOK.formatted(each))).append(' ');
        }
        return "sha256:" + Digest.of(all.toString().getBytes(StandardCharsets.UTF_8));
    }
}
