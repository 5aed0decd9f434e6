package slipway.release;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import slipway.messaging.RunningService;
import slipway.program.Installed;
import slipway.release.packages.Folders;
import slipway.release.packages.Packages;

/// The whole service before a real HAProxy with two slots of two servers each. Version 2.0.0 runs on blue; a package that has a file
/// `broken` answers its visitors with 500 and everything else as any other.
final class ShopFront implements AutoCloseable {

    private final Map<String, Site> sites = new LinkedHashMap<>();
    final Path folder;
    final RealHaproxy proxy;

    ShopFront(Path folder) throws Exception {
        this.folder = folder;
        Installed.program("haproxy");
        Map<String, URI> urls = new LinkedHashMap<>();
        for (String server : List.of("dev1", "blue1", "blue2", "green1", "green2")) {
            Path current = folder.resolve(server).resolve("current");
            Site site = new Site(exchange -> {
                String path = exchange.getRequestURI().getPath().substring(1);
                Path file = current.resolve(path.isEmpty() ? "index.html" : path);
                boolean broken = path.isEmpty() && Files.exists(current.resolve("broken"));
                boolean there = Files.isRegularFile(file);
                Site.say(exchange, broken ? 500 : there ? 200 : 404, there ? Files.readString(file) : "no " + path);
            });
            sites.put(server, site);
            urls.put(server, site.url());
        }
        proxy = new RealHaproxy(
                folder.resolve("proxy"),
                new TreeMap<>(Map.of("blue1", "", "blue2", "", "green1", "weight 0", "green2", "weight 0")),
                urls);
        String old = new Packages(folder.resolve("elsewhere"))
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
        Folders.write(folder.resolve("web/2.1.0-bad"), Map.of("index.html", "2.1.0-bad", "broken", ""));
    }

    /// @param strategy fields of prod, as YAML, which begin in the first column
    RunningService service(String strategy) throws IOException {
        Path delivery = Files.writeString(
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
                        probe: {path: /index.html, samples: 1, intervalMillis: 10, timeoutMillis: 2000, failureLimit: 0, identity: /slipway-release.txt}
                      - name: prod
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
                        probe: {path: /index.html, samples: 3, intervalMillis: 50, timeoutMillis: 2000, failureLimit: 0, identity: /slipway-release.txt}
                %s"""
                        .formatted(url("dev1"), url("blue1"), url("green1"), strategy.indent(8)));
        return new RunningService(
                ReleaseService.application(),
                "slipway.delivery=" + delivery,
                "slipway.packages=" + folder.resolve("store"),
                "slipway.patience=3s");
    }

    private URI url(String server) {
        return sites.get(server).url();
    }

    @Override
    public void close() {
        proxy.close();
        sites.values().forEach(Site::close);
    }
}
