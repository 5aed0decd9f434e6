package slipway.launcher.estate;

import java.nio.file.Path;
import java.util.List;
import slipway.launcher.local.Home;
import slipway.launcher.local.Local;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.PostgresServer;
import slipway.launcher.local.Supervisor;

/// A shop's small real estate on this machine, made from `examples/estate`: seven web servers in four environments, their configuration, a
/// Git repository, a database with data. It begins with the baseline everywhere.
public final class Estate implements AutoCloseable {

    private final Papers papers;
    private final Site site;
    private final WarehouseServer database;
    private final WebServers servers;

    /// Ends what a killed launcher left running of it, and writes the files that the services read.
    ///
    /// @param supervisor looks after the web servers. Not after the database: a restore stops it and starts it again
    public Estate(Home home, Local local, Ports ports, Path examples, Supervisor supervisor) {
        Path directory = home.sub("estate");
        this.site = Site.in(directory, examples, ports);
        this.servers = new WebServers(local.children(), supervisor, site.servers());
        this.database = new WarehouseServer(
                new PostgresServer(
                        local.binaries(),
                        directory.resolve("postgres").resolve("data"),
                        home.sub("logs").resolve("estate-postgres.log"),
                        ports.of(For.INVENTORY),
                        home.secret("estate-postgres")),
                examples.resolve("database").resolve("baseline.sql"),
                home.secret("estate-inventory"));
        database.stopLeftOver();
        this.papers = Papers.write(
                directory, List.of(examples), ports, home.secret("estate-inventory").toString());
        site.prepare();
    }

    public Papers papers() {
        return papers;
    }

    public Site site() {
        return site;
    }

    public Warehouse warehouse() {
        return database.warehouse();
    }

    /// Starts database and web servers, and waits until each answers.
    public void start() {
        servers.start();
        database.start();
        site.awaitAny();
    }

    @Override
    public void close() {
        servers.close();
        database.close();
    }
}
