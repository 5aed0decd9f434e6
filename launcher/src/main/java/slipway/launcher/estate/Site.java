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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import slipway.launcher.local.Addresses;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Trees;
import slipway.launcher.local.Trouble;

/// The estate's files, made from `examples/estate`: the folder of each web server, their configuration, a Git repository, what the product was
/// built to. Whoever serves the folders (`current` in each of them) is somebody else's business.
public final class Site {

    public static final String BASELINE = "2.0.0";
    private static final String PRODUCT = "inventory-web";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Which are also those of their folders.
    private static final Map<For, String> NAMES = new EnumMap<>(Map.of(
            For.WEB_DEV, "dev-1",
            For.WEB_QA, "qa-1",
            For.WEB_STAGING, "staging-1",
            For.WEB_PROD_1, "prod-1",
            For.WEB_PROD_2, "prod-2",
            For.WEB_PROD_3, "prod-3",
            For.WEB_PROD_4, "prod-4"));

    private final Path directory;
    private final Path examples;
    private final List<WebServer> servers;

    /// @param directory with `releases/` and the link `current`
    /// @param url where it answers
    public record WebServer(String name, Path directory, URI url) {}

    private Site(Path directory, Path examples, List<WebServer> servers) {
        this.directory = directory;
        this.examples = examples;
        this.servers = servers;
    }

    /// @param directory where all of it lies
    /// @param examples `examples/estate`
    /// @param addresses of the web servers
    public static Site in(Path directory, Path examples, Addresses addresses) {
        if (!Files.isDirectory(examples)) {
            throw new Trouble("there is no directory " + examples + " to make the estate from");
        }
        List<WebServer> servers = NAMES.entrySet().stream()
                .map(each -> new WebServer(
                        each.getValue(),
                        directory.resolve("instances").resolve(each.getValue()),
                        URI.create(addresses.url(each.getKey()))))
                .toList();
        return new Site(directory, examples, servers);
    }

    List<WebServer> servers() {
        return servers;
    }

    /// Makes what is missing, in the baseline.
    public void prepare() {
        Trees.copy(examples.resolve("product"), directory.resolve("product"));
        Path configuration = directory.resolve("configuration");
        if (!Files.exists(configuration)) {
            // Whole or not at all: backups are made of it.
            Path half = configuration.resolveSibling("configuration.new");
            Trees.delete(half);
            Trees.copy(examples.resolve("configuration"), half);
            move(half, configuration);
        }
        if (!Files.exists(directory.resolve("repository"))) {
            commit(directory.resolve("repository"));
        }
        for (WebServer each : servers) {
            if (!Files.isSymbolicLink(each.directory().resolve("current"))) {
                toBaseline(each);
            }
        }
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
        move(half, repository);
    }

    private static void move(Path half, Path whole) {
        try {
            Files.move(half, whole);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sets every web server back to the baseline: setting up the stage, not a release. Returns when each answers so.
    ///
    /// @return what was set back, in words; empty when all was there already
    public List<String> backToBaseline() {
        List<String> done = new ArrayList<>();
        versions().forEach((name, version) -> {
            if (!version.equals(BASELINE)) {
                done.add(name + " from " + (version.isEmpty() ? "nothing" : version));
            }
        });
        servers.forEach(this::toBaseline);
        awaitAnswers();
        return done;
    }

    private void awaitAnswers() {
        Instant until = Instant.now().plus(PATIENCE);
        while (!versions().values().stream().allMatch(BASELINE::equals)) {
            if (Instant.now().isAfter(until)) {
                throw new Trouble("the estate does not come back to " + BASELINE + ": " + versions());
            }
            pause();
        }
    }

    /// Returns when each web server answers, whatever it serves.
    ///
    /// @throws Trouble naming one that does not
    void awaitAny() {
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

    /// What each web server says its version is; empty when it does not answer.
    public Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            for (WebServer each : servers) {
                versions.put(each.name(), version(http, each.url()));
            }
        }
        return versions;
    }

    private static String version(HttpClient http, URI server) {
        URI address = server.resolve("/version.txt");
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
    private void toBaseline(WebServer server) {
        Path content = directory.resolve("product").resolve(PRODUCT).resolve(BASELINE);
        Path target = Path.of("releases", digest(content));
        Path installed = server.directory().resolve(target);
        try {
            if (!Files.exists(installed)) {
                Path half = installed.resolveSibling(installed.getFileName() + ".new");
                Files.createDirectories(half);
                Trees.copy(content, half);
                Files.move(half, installed);
            }
            Path current = server.directory().resolve("current");
            Path link = server.directory().resolve("current.new");
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

}
