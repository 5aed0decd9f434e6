package slipway.launcher.estate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import slipway.launcher.local.Home;
import slipway.launcher.local.Local;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.PostgresServer;
import slipway.launcher.local.Trees;
import slipway.launcher.local.Trouble;

/// A shop's small real estate, made from `examples/estate`: seven web servers in four environments, their configuration, a
/// Git repository, a database with data. It begins with version 2.0.0 everywhere.
public final class Estate implements Local.Files, AutoCloseable {

    public static final String BASELINE = "2.0.0";
    private static final String PRODUCT = "inventory-web";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final Path examples;
    private final Ports ports;
    private final Warehouse warehouse;
    private final WebServers servers;
    private final List<WebServers.Instance> instances;

    /// Ends what a killed launcher left running of it, and writes the files that the services read.
    public Estate(Home home, Local local, Ports ports, Path examples) {
        this.directory = home.sub("estate");
        this.examples = examples;
        this.ports = ports;
        this.instances = List.of(
                instance("dev-1", For.WEB_DEV),
                instance("qa-1", For.WEB_QA),
                instance("staging-1", For.WEB_STAGING),
                instance("prod-1", For.WEB_PROD_1),
                instance("prod-2", For.WEB_PROD_2),
                instance("prod-3", For.WEB_PROD_3),
                instance("prod-4", For.WEB_PROD_4));
        this.servers = new WebServers(local.children(), instances);
        PostgresServer server = new PostgresServer(
                local.binaries(),
                directory.resolve("postgres").resolve("data"),
                home.sub("logs").resolve("estate-postgres.log"),
                ports.of(For.INVENTORY),
                home.secret("estate-postgres"));
        this.warehouse = new Warehouse(
                server, examples.resolve("database").resolve("baseline.sql"), home.secret("estate-inventory"));
        warehouse.stopLeftOver();
        prepare();
    }

    private WebServers.Instance instance(String name, For port) {
        return new WebServers.Instance(name, directory.resolve("instances").resolve(name), ports.of(port));
    }

    @Override
    public Path inventory() {
        return directory.resolve("inventory.yaml");
    }

    @Override
    public Path delivery() {
        return directory.resolve("delivery.yaml");
    }

    @Override
    public Path backups() {
        return directory.resolve("backups.yaml");
    }

    @Override
    public Path notifications() {
        return directory.resolve("notifications.yaml");
    }

    public Warehouse warehouse() {
        return warehouse;
    }

    private void prepare() {
        if (!Files.isDirectory(examples)) {
            throw new Trouble("there is no directory " + examples + " to make the estate from");
        }
        try {
            for (Path file : List.of(inventory(), delivery(), backups(), notifications())) {
                Files.writeString(file, filledIn(Files.readString(examples.resolve(file.getFileName().toString()))));
            }
            Trees.copy(examples.resolve("product"), directory.resolve("product"));
            if (!Files.exists(directory.resolve("configuration"))) {
                Trees.copy(examples.resolve("configuration"), directory.resolve("configuration"));
            }
            if (!Files.exists(directory.resolve("repository"))) {
                commit(directory.resolve("repository"));
            }
            for (WebServers.Instance each : instances) {
                if (!Files.isSymbolicLink(each.directory().resolve("current"))) {
                    toBaseline(each);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String filledIn(String template) {
        String text = template;
        for (Map.Entry<For, Integer> each : ports.numbers().entrySet()) {
            text = text.replace("${" + each.getKey() + "}", String.valueOf(each.getValue()));
        }
        return text;
    }

    private void commit(Path repository) {
        Path half = repository.resolveSibling("repository.new");
        Trees.delete(half);
        try (Git git = Git.init().setDirectory(half.toFile()).setInitialBranch("main").call()) {
            Trees.copy(examples.resolve("product").resolve(PRODUCT).resolve(BASELINE), half);
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage("Inventory pages " + BASELINE)
                    .setAuthor("Dana Brandt", "dana@shop.example")
                    .setCommitter("Dana Brandt", "dana@shop.example")
                    .setSign(false)
                    .call();
            git.tag().setName("v" + BASELINE).setAnnotated(false).call();
        } catch (GitAPIException e) {
            throw new Trouble("the estate's repository cannot be made: " + e.getMessage(), e);
        }
        try {
            Files.move(half, repository);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts database and web servers, and waits until each answers.
    public void start() {
        servers.start();
        warehouse.start();
        Instant until = Instant.now().plus(PATIENCE);
        Map<String, String> answers = versions();
        while (answers.containsValue("") && Instant.now().isBefore(until)) {
            pause();
            answers = versions();
        }
        answers.forEach((name, version) -> {
            if (version.isEmpty()) {
                throw new Trouble("the estate's web server " + name + " does not answer, see its log");
            }
        });
    }

    /// Sets every instance and the data back to the baseline: setting up the stage, not a release.
    ///
    /// @return what was set back, in words; empty when all was there already
    public List<String> backToBaseline() {
        List<String> done = new ArrayList<>();
        versions().forEach((name, version) -> {
            if (!version.equals(BASELINE)) {
                done.add(name + " from " + (version.isEmpty() ? "nothing" : version));
            }
        });
        instances.forEach(this::toBaseline);
        try {
            Warehouse.Look look = warehouse.look();
            if (look.migrated()) {
                warehouse.reset();
                done.add("the inventory's data");
            }
        } catch (SQLException e) {
            warehouse.reset();
            done.add("the inventory's data");
        }
        Instant until = Instant.now().plus(PATIENCE);
        while (!versions().values().stream().allMatch(BASELINE::equals)) {
            if (Instant.now().isAfter(until)) {
                throw new Trouble("the estate does not come back to " + BASELINE + ": " + versions());
            }
            pause();
        }
        return done;
    }

    /// What each web server says its version is; empty when it does not answer.
    public Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            for (WebServers.Instance each : instances) {
                versions.put(each.name(), version(http, each.port()));
            }
        }
        return versions;
    }

    private static String version(HttpClient http, int port) {
        URI address = URI.create("http://localhost:" + port + "/version.txt");
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(3)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body().strip() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble("interrupted", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble("interrupted", e);
        }
    }

    /// As an operator would have installed it: the content under its digest, the link switched in one step.
    private void toBaseline(WebServers.Instance instance) {
        Path content = directory.resolve("product").resolve(PRODUCT).resolve(BASELINE);
        Path target = Path.of("releases", digest(content));
        Path installed = instance.directory().resolve(target);
        try {
            if (!Files.exists(installed)) {
                Path half = installed.resolveSibling(installed.getFileName() + ".new");
                Files.createDirectories(half);
                Trees.copy(content, half);
                Files.move(half, installed);
            }
            Path current = instance.directory().resolve("current");
            Path link = instance.directory().resolve("current.new");
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, target);
            Files.move(link, current, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Over names and content of all files, in the order of their names.
    private static String digest(Path content) {
        try (Stream<Path> files = Files.walk(content)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                digest.update(content.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        servers.close();
        warehouse.close();
    }
}
