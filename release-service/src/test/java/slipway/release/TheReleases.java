package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.RunningService;
import slipway.messaging.RunningService.Answer;
import slipway.release.packages.Folders;
import slipway.release.packages.Packages;
import slipway.release.packages.Trees;
import tools.jackson.databind.JsonNode;

/// One running service for all tests of it, on real folders, web servers and databases. Where 2.0.0 runs everywhere, put there by
/// somebody else, [#estate] puts it back.
final class TheReleases {

    private static final List<String> INSTANCES = List.of("dev-1", "prod-1", "prod-2");

    /// Of the service `shop`, which has two components.
    private static final List<String> SHOP = List.of("api-1", "front-1", "front-2");

    private static final List<String> ALL =
            Stream.concat(INSTANCES.stream(), SHOP.stream()).toList();
    static final Map<String, String> GOOD = Map.of(
            "index.html", "2.1.0",
            "settings/dev.json", "{\"well\": true}",
            "settings/prod.json", "{\"well\": true}",
            "migrations/V1__shops.sql", "create table shops (name text)");

    static final Path folder = folder();

    private static final Map<String, Site> SITES = new LinkedHashMap<>();
    private static EmbeddedPostgres postgres;
    static String old;
    static final RunningService service = running();

    private TheReleases() {}

    private static Path folder() {
        try {
            return Files.createTempDirectory("releases");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RunningService running() {
        try {
            RunningService running = start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running)));
            return running;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static RunningService start() throws Exception {
        for (String instance : ALL) {
            SITES.put(instance, Site.of(folder.resolve(instance).resolve("current")));
        }
        SITES.put("cloud", Site.of(folder.resolve("cloud")));
        postgres = EmbeddedPostgres.start();
        old = new Packages(folder.resolve("elsewhere"))
                .build(Folders.write(folder.resolve("2.0.0"), Map.of("index.html", "2.0.0")))
                .digest();
        Folders.write(folder.resolve("web/2.1.0"), GOOD);
        Map<String, String> bad = new TreeMap<>(GOOD);
        bad.put("index.html", "2.1.0-bad");
        bad.remove("settings/prod.json");
        Folders.write(folder.resolve("web/2.1.0-bad"), bad);
        Map<String, String> sql = new TreeMap<>(GOOD);
        sql.put("migrations/V2__oops.sql", "create tabel oops (x int)");
        Folders.write(folder.resolve("web/2.1.0-sql"), sql);
        shop();
        return new RunningService(
                ReleaseService.application(),
                "slipway.delivery=" + delivery(),
                "slipway.packages=" + folder.resolve("store"),
                "slipway.patience=3s");
    }

    private static void shop() throws IOException {
        for (String version : List.of("2.1.0", "2.1.0-bad")) {
            Folders.write(
                    folder.resolve("api").resolve(version),
                    Map.of("index.html", "api " + version, "migrations/V1__shops.sql", "create table shops (name text)"));
            Folders.write(folder.resolve("front").resolve(version), Map.of("index.html", "front " + version));
        }
        Folders.write(folder.resolve("front/2.1.0"), Map.of("well", "yes"));
    }

    private static void stop(RunningService running) {
        try {
            running.close();
            postgres.close();
            SITES.values().forEach(Site::close);
            Trees.delete(folder);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path delivery() throws IOException {
        Files.writeString(folder.resolve("password"), "any");
        Path workshop = Files.createDirectories(folder.resolve("workshop"));
        Files.writeString(workshop.resolve("lint.sh"), "echo linted $1\n");
        Files.writeString(
                workshop.resolve("build.sh"),
                """
                set -eu
                echo "building $SLIPWAY_VERSION"
                mkdir -p "out/$1/settings"
                printf '%s' "$1 built" > "out/$1/index.html"
                printf '{"well": true}' > "out/$1/settings/dev.json"
                printf '{"well": true}' > "out/$1/settings/prod.json"
                """);
        Files.writeString(workshop.resolve("fail.sh"), "echo 'one of two failed' >&2; exit 3\n");
        Files.writeString(workshop.resolve("unit.sh"), "echo tested $SLIPWAY_DIGEST; echo '<ok/>' > report.xml\n");
        return Files.writeString(
                folder.resolve("delivery.yaml"),
                """
                services:
                  web:
                    artifacts: web
                    workshop:
                      folder: workshop
                      programs: [/bin/sh]
                      tests: [{name: lint, argv: [/bin/sh, lint.sh, "{version}"]}]
                    environments:
                      - name: dev
                        strategy: ALL_AT_ONCE
                        backupPlan: web-dev
                        rpoSeconds: 600
                        minLevel: V2
                        directory: {instances: {dev-1: dev-1}}
                        urls: {dev-1: "%s"}
                        probe: {path: /settings/dev.json, contains: well, samples: 2, intervalMillis: 10, timeoutMillis: 1000, failureLimit: 0, identity: /slipway-release.txt}
                      - name: prod
                        strategy: CANARY
                        backupPlan: web-prod
                        rpoSeconds: 600
                        minLevel: V4
                        deployer: directory
                        directory: {instances: {prod-1: prod-1, prod-2: prod-2}}
                        command:
                          parts: [cloud]
                          folder: cloud
                          timeoutSeconds: 20
                          probe: [cat, slipway-release.txt]
                          apply: [/bin/sh, deploy.sh, "{digest}"]
                        urls: {prod-1: "%s", prod-2: "%s", cloud: "%s"}
                        probe: {path: /settings/prod.json, contains: well, samples: 3, intervalMillis: 10, timeoutMillis: 1000, failureLimit: 1, identity: /slipway-release.txt}
                        migrations: {url: "%s", user: postgres, passwordFile: password, path: migrations}
                  shop:
                    components:
                      api: {artifacts: api}
                      front: {artifacts: front}
                    environments:
                      - name: prod
                        strategy: CANARY
                        backupPlan: shop-prod
                        rpoSeconds: 600
                        minLevel: V4
                        components:
                          api:
                            strategy: ALL_AT_ONCE
                            directory: {instances: {api-1: api-1}}
                            urls: {api-1: "%s"}
                            probe: {path: /, samples: 1, intervalMillis: 10, timeoutMillis: 1000, failureLimit: 0, identity: /slipway-release.txt}
                            migrations: {url: "%s", user: postgres, passwordFile: password, path: migrations}
                          front:
                            rehearseRollback: true
                            directory: {instances: {front-1: front-1, front-2: front-2}}
                            urls: {front-1: "%s", front-2: "%s"}
                            probe: {path: /well, samples: 2, intervalMillis: 10, timeoutMillis: 1000, failureLimit: 0, identity: /slipway-release.txt}
                """
                        .formatted(
                                SITES.get("dev-1").url(),
                                SITES.get("prod-1").url(),
                                SITES.get("prod-2").url(),
                                SITES.get("cloud").url(),
                                postgres.getJdbcUrl("postgres", "postgres"),
                                SITES.get("api-1").url(),
                                postgres.getJdbcUrl("postgres", "postgres"),
                                SITES.get("front-1").url(),
                                SITES.get("front-2").url()));
    }

    /// Everywhere 2.0.0 runs, put there by somebody else, and the database is as it was.
    static void estate() throws IOException {
        for (String instance : ALL) {
            Path home = folder.resolve(instance);
            if (Files.exists(home)) {
                Trees.delete(home);
            }
            Folders.write(home.resolve("releases").resolve(Packages.hex(old)), Map.of("index.html", "2.0.0"));
            Files.createSymbolicLink(home.resolve("current"), Path.of("releases", Packages.hex(old)));
        }
        Folders.write(
                folder.resolve("cloud"),
                Map.of(
                        "slipway-release.txt", old,
                        "settings/prod.json", "{\"well\": true}",
                        "deploy.sh", "printf '%s' \"$1\" > slipway-release.txt; echo $SLIPWAY_KEY >> keys"));
        Files.deleteIfExists(folder.resolve("cloud/keys"));
        target("drop table if exists shops, slipway_migrations");
    }

    static void target(String sql) {
        JdbcClient.create(postgres.getPostgresDatabase()).sql(sql).update();
    }

    static boolean migrated() {
        return JdbcClient.create(postgres.getPostgresDatabase())
                .sql("select to_regclass('shops') is not null")
                .query(Boolean.class)
                .single();
    }

    /// What the other deployer of prod was told to run.
    static String inTheCloud() throws IOException {
        return Files.readString(folder.resolve("cloud/slipway-release.txt"));
    }

    static String served(String instance) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(SITES.get(instance).url()).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static void assertServed(String version) {
        assertThat(INSTANCES).allSatisfy(instance -> assertThat(served(instance)).isEqualTo(version));
    }

    static void assertNoLeases(Neighbours thread) {
        assertThat(service.bean(JdbcClient.class)
                        .sql("select count(*) from lease where release_id = ?")
                        .param(thread.release())
                        .query(Long.class)
                        .single())
                .isZero();
    }

    static JsonNode show(Neighbours thread) {
        return service.get("/releases/" + thread.release()).body();
    }

    static String status(Neighbours thread) {
        return service.get("/releases").body().valueStream()
                .filter(line -> line.get("id").stringValue().equals(thread.release()))
                .map(line -> line.get("status").stringValue())
                .findFirst()
                .orElse("unknown");
    }

    static Answer act(Neighbours thread, String who, String what, String body) {
        return service.post(who, "/releases/" + thread.release() + "/" + what, body);
    }
}
