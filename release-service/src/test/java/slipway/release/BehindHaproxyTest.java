package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.messaging.RunningService;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.packages.Folders;
import slipway.release.packages.Packages;

/// The whole service before a real HAProxy, with people who use what is released all the while.
class BehindHaproxyTest {

    @TempDir
    static Path folder;

    private static final Map<String, Site> SITES = new LinkedHashMap<>();
    private static RealHaproxy proxy;
    private static RunningService service;
    private static String old;

    @BeforeAll
    static void start() throws Exception {
        Installed.program("haproxy");
        Map<String, URI> urls = new LinkedHashMap<>();
        for (String server : List.of("dev1", "dev2", "blue1", "blue2", "green1", "green2")) {
            Site site = Site.of(folder.resolve(server).resolve("current"));
            SITES.put(server, site);
            urls.put(server, site.url());
        }
        Map<String, String> servers = new LinkedHashMap<>(
                Map.of("blue1", "", "blue2", "", "green1", "weight 0", "green2", "weight 0"));
        proxy = new RealHaproxy(folder.resolve("proxy"), servers, urls);
        old = new Packages(folder.resolve("elsewhere"))
                .build(Folders.write(folder.resolve("2.0.0"), Map.of("index.html", "2.0.0")))
                .digest();
        for (String server : List.of("dev1", "blue1", "blue2")) {
            Path home = folder.resolve(server);
            Folders.write(
                    home.resolve("releases").resolve(Packages.hex(old)),
                    Map.of("index.html", "2.0.0", "slipway-release.txt", old + "\n"));
            Files.createSymbolicLink(home.resolve("current"), Path.of("releases", Packages.hex(old)));
        }
        Folders.write(folder.resolve("web/2.1.0"), Map.of("index.html", "2.1.0"));
        service = new RunningService(
                ReleaseService.application(),
                "slipway.delivery=" + delivery(),
                "slipway.packages=" + folder.resolve("store"),
                "slipway.patience=3s");
    }

    private static Path delivery() throws IOException {
        return Files.writeString(
                folder.resolve("delivery.yaml"),
                """
                services:
                  web:
                    artifacts: web
                    environments:
                      - name: dev
                        strategy: ALL_AT_ONCE
                        backupPlan: web
                        rpoSeconds: 600
                        minLevel: V2
                        directory: {instances: {dev1: dev1}}
                        urls: {dev1: "%s"}
                        probe: {path: /, samples: 1, intervalMillis: 10, timeoutMillis: 1000, failureLimit: 0, identity: /slipway-release.txt}
                      - name: prod
                        strategy: BLUE_GREEN
                        keepSeconds: 2
                        backupPlan: web
                        rpoSeconds: 600
                        minLevel: V2
                        haproxy:
                          socket: proxy/admin.sock
                          backend: shop
                          slots:
                            blue: {servers: {blue1: blue1, blue2: blue2}}
                            green: {servers: {green1: green1, green2: green2}}
                          identity: /slipway-release.txt
                          drainSeconds: 10
                          timeoutSeconds: 10
                        urls: {blue: "%s", green: "%s"}
                        probe: {path: /, samples: 3, intervalMillis: 50, timeoutMillis: 2000, failureLimit: 0, identity: /slipway-release.txt}
                """
                        .formatted(SITES.get("dev1").url(), SITES.get("blue1").url(), SITES.get("green1").url()));
    }

    @AfterAll
    static void stop() throws IOException {
        if (service != null) {
            service.close();
        }
        if (proxy != null) {
            proxy.close();
        }
        SITES.values().forEach(Site::close);
    }

    @Test
    void a_blue_green_switch_under_load_loses_no_request() {
        Load load = new Load(proxy.url());
        try (load) {
            await().until(() -> load.size() > 400);
            Neighbours thread = Neighbours.of(service).schedule("2.1.0").until(ReleaseDeployed.class, 2);
            assertThat(thread.all(RolloutStepCompleted.class))
                    .filteredOn(step -> step.environment().equals("prod"))
                    .extracting(step -> step.kind() + " " + step.name())
                    .containsExactly(
                            "PREVIEW new", "ANALYSE new", "CUTOVER prod", "ANALYSE new", "BAKE 2 s", "RETIRE old", "VALIDATE prod");
            int until = load.size() + 400;
            await().until(() -> load.size() > until);
        }
        assertThat(load.answers()).hasSizeGreaterThan(1_000).allMatch(answer -> answer.status() == 200);
        for (int client = 0; client < Load.clients(); client++) {
            List<String> changes = new ArrayList<>();
            for (Load.Answer answer : load.of(client)) {
                if (changes.isEmpty() || !changes.getLast().equals(answer.said())) {
                    changes.add(answer.said());
                }
            }
            assertThat(changes).as("what client %d met", client).containsExactly("2.0.0", "2.1.0");
        }
        assertThat(folder.resolve("blue1/current")).as("retired").doesNotExist();
    }
}
