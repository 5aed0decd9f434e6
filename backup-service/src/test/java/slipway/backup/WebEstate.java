package slipway.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;

/// What is backed up of a service `web`: a real database with its log, directories, a repository, and pages by a recipe of somebody's own.
record WebEstate(Path home, PostgresTestServer database) implements AutoCloseable {

    private static final String RECIPE = """
            id: pages
            version: 1
            system: pages
            category: CONFIGURATION
            tier: CONTRACT_ONLY
            summary: Pages of somebody who wrote a recipe for them.
            consistency: unchanged during capture
            programs: [cp]
            parameters:
              directory: {type: PATH, doc: of the pages}
              served: {type: PATH, doc: the file that is made of them}
            scratch: {directory: "{tree}"}
            replaces: directory
            look: [{survey: "{directory}"}]
            capture: [{run: [cp, -a, "{directory}/.", "{tree}"]}]
            restoreScratch: [{expect: [{file: "{tree}/index.html", minBytes: 1}]}]
            reload: [{run: [cp, "{directory}/index.html", "{served}"]}]""";

    private static final String PLANS = """
            plans:
              web-prod:
                items:
                  - name: database
                    recipe: postgresql-base-backup
                    parameters: {url: "%s", user: postgres, passwordFile: database/password, dataDirectory: database/data,
                        walArchive: archive}
                  - {name: configuration, recipe: directory, parameters: {path: configuration}}
                  - {name: repository, recipe: git, parameters: {path: repository}}
                  - {name: pages, recipe: pages, parameters: {directory: pages, served: served.html}}
              web-files:
                items:
                  - {name: pages, recipe: directory, parameters: {path: more}}
              web-written:
                items:
                  - {name: pages, recipe: directory, parameters: {path: more}, mayChange: true}
              web-broken:
                items:
                  - {name: nothing, recipe: directory, parameters: {path: not-there}}
            coverage:
              web:
                notApplicable:
                  kubernetes: {by: rosa, reason: it runs on hosts}
                  infrastructure-state: {by: rosa, reason: nothing is made by code}
                  artifacts: {by: rosa, reason: rebuilt from Git}
                  logs: {by: rosa, reason: shipped elsewhere}
                  security: {by: rosa, reason: none of its own}
                  storage: {by: rosa, reason: none}
                  pipelines: {by: rosa, reason: none of its own}
                  traffic: {by: rosa, reason: shared}""";

    WebEstate(Path home) throws Exception {
        this(home, new PostgresTestServer(Files.createDirectory(home.resolve("database")), Files.createDirectory(home.resolve("archive"))));
        database.execute(
                "create table item (id int primary key, quantity int not null)",
                "insert into item select n, 100 from generate_series(1, 200) n");
        Files.writeString(Files.createDirectory(files()).resolve("limits.yaml"), "limit: 1\n");
        Files.writeString(Files.createDirectory(more()).resolve("page.html"), "good");
        try (Git git = Git.init().setDirectory(home.resolve("repository").toFile()).call()) {
            git.commit().setAllowEmpty(true).setSign(false).setAuthor("dana", "d@example.org").setMessage("one").call();
        }
        Files.writeString(Files.createDirectory(home.resolve("pages")).resolve("index.html"), "welcome\n");
        Files.writeString(Files.createDirectory(home.resolve("recipes")).resolve("pages.yaml"), RECIPE);
        Files.writeString(plans(), PLANS.formatted(database.url()));
    }

    /// Configuration that is backed up with the database.
    Path files() {
        return home.resolve("configuration");
    }

    /// Pages that plans of their own back up.
    Path more() {
        return home.resolve("more");
    }

    Path plans() {
        return home.resolve("backups.yaml");
    }

    @Override
    public void close() throws IOException {
        database.close();
    }
}
