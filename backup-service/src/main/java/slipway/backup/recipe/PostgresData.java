package slipway.backup.recipe;

import static slipway.backup.recipe.PostgresSession.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/// The data directory of a running server: what of it is captured, and whether that can be.
///
/// @param directory as it really is, without links on the way
record PostgresData(Path directory) {

    private static final int OLDEST = 150_000;
    /// Directories whose contents a server makes itself when it starts.
    private static final Set<String> EMPTY = Set.of(
            "pg_dynshmem", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans");
    private static final Set<String> LEFT_OUT = Set.of(
            "pg_wal",
            "postmaster.pid",
            "postmaster.opts",
            "backup_label",
            "backup_label.old",
            "tablespace_map",
            "tablespace_map.old",
            "backup_manifest",
            "current_logfiles",
            "recovery.signal",
            "standby.signal");
    private static final Path CONTROL = Path.of("global", "pg_control");

    /// A server starts only on a directory of whoever starts it, and what this service puts in its place belongs to this service.
    ///
    /// @throws IOException when it is somebody else's
    void checkOwner() throws IOException {
        int owner = Inode.of(directory).uid();
        int self = Inode.self();
        if (owner != self) {
            throw new IOException("%s belongs to user %s, and this service runs as %s: no server would start on what it puts there. Run it as the owner, say `%s: %s` where a person puts it back, or use postgresql-dump, which asks the server only"
                    .formatted(
                            directory,
                            Integer.toUnsignedString(owner),
                            Integer.toUnsignedString(self),
                            PostgresRecipe.RESTORE,
                            PostgresRecipe.BY_HAND));
        }
    }

    void check(Connection session) throws SQLException, IOException {
        if (Integer.parseInt(query(session, "show server_version_num")) < OLDEST) {
            throw new IOException("PostgreSQL is older than 15");
        }
        if (!Path.of(query(session, "show data_directory")).toRealPath().equals(directory)) {
            throw new IOException("the server at the URL is not the one that runs on " + directory);
        }
        try (var tablespaces = Files.list(directory.resolve("pg_tblspc"))) {
            if (tablespaces.findAny().isPresent()) {
                throw new IOException("the cluster has tablespaces of its own, which this recipe does not back up");
            }
        }
    }

    /// What says how far the rest is written is read last.
    Path control() {
        return directory.resolve(CONTROL);
    }

    static boolean isWanted(Path relative) {
        String name = relative.getFileName().toString();
        boolean isContentOfEmpty = relative.getNameCount() > 1 && EMPTY.contains(relative.getName(0).toString());
        return !isContentOfEmpty
                && !(relative.getNameCount() == 1 && LEFT_OUT.contains(name))
                && !relative.equals(CONTROL)
                && !name.startsWith("pgsql_tmp")
                && !name.startsWith("pg_internal.init");
    }

    /// Where the live server writes its messages; beside the data directory when that is no file.
    Path log() throws IOException {
        long pid = PostgresPrograms.postmaster(directory).orElseThrow().pid();
        try {
            Path log = Files.readSymbolicLink(Path.of("/proc", String.valueOf(pid), "fd", "1"));
            return Files.isRegularFile(log) ? log : beside(directory);
        } catch (IOException e) {
            return beside(directory);
        }
    }

    static Path beside(Path data) {
        return data.resolveSibling(data.getFileName() + ".log");
    }
}
