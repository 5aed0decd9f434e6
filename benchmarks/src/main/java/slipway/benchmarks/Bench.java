package slipway.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import slipway.audit.transparency.SigningKey;
import slipway.launcher.local.Broker;
import slipway.launcher.local.Children;
import slipway.launcher.local.Database;
import slipway.launcher.local.Home;
import slipway.launcher.local.Issuer;
import slipway.launcher.local.Local;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.PostgresBinaries;
import slipway.launcher.local.SchemaRegistry;
import slipway.launcher.local.Services;
import slipway.launcher.local.Services.Instance;
import slipway.launcher.local.Services.Service;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The broker, registry and database of the launcher, and audit-service alone: no other service takes the history for its own.
final class Bench implements AutoCloseable {

    private static final String AUDITOR = "auditor";
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofHours(6);

    private final Home home;
    private final Ports ports = Ports.free();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Broker broker;
    private final SchemaRegistry registry;
    private final Database database;
    private final Issuer issuer;
    private final Services services;

    Bench(Path data) throws IOException {
        home = Home.take(data);
        started.push(home);
        System.setProperty("slipway.log", home.sub("logs").resolve("slipway.log").toString());
        Children children = new Children(home);
        started.push(children);
        broker = Broker.embedded(home.sub("kafka"), ports.of(For.KAFKA), ports.of(For.CONTROLLER));
        registry = new SchemaRegistry(home.sub("registry").resolve("schemas.jsonl"), ports.of(For.REGISTRY));
        database = new Database(home, PostgresBinaries.unpackedIn(home.sub("programs")), ports.of(For.POSTGRES));
        Path people = home.directory().resolve("people.yaml");
        Files.writeString(
                people, "people: [{id: " + AUDITOR + ", name: An auditor, email: auditor@example.org, groups: [auditors]}]\n");
        issuer = new Issuer(home, people, ports.of(For.ISSUER));
        services = new Services(children, ports);
    }

    void start() {
        started.push(registry);
        registry.start();
        started.push(issuer);
        issuer.start();
        started.push(database);
        database.start(List.of(Service.AUDIT.word()));
        started.push(broker);
        broker.start(Local.Telling.NOBODY);
    }

    String kafka() {
        return broker.address();
    }

    String registry() {
        return registry.url();
    }

    /// Returns when it listens; what is in the topics it takes from then on.
    void audit() throws IOException {
        Path key = home.directory().resolve("signing-key");
        Files.writeString(key, SigningKey.generate("slipway.example/benchmark"));
        started.push(services);
        services.start(
                new Instance(Service.AUDIT, 1),
                false,
                Map.ofEntries(
                        Map.entry("server.port", String.valueOf(ports.of(For.AUDIT))),
                        Map.entry("server.address", "127.0.0.1"),
                        Map.entry("SLIPWAY_KAFKA", broker.address()),
                        Map.entry("SLIPWAY_POSTGRES", ports.address(For.POSTGRES)),
                        Map.entry("SLIPWAY_REGISTRY", registry.url()),
                        Map.entry("SLIPWAY_ISSUER", issuer.url()),
                        Map.entry("spring.datasource.username", Service.AUDIT.word()),
                        Map.entry("spring.datasource.password", database.password(Service.AUDIT.word())),
                        Map.entry("slipway.audit.log", home.sub("audit-log").toString()),
                        Map.entry("slipway.audit.signing-key-file", key.toString()),
                        Map.entry("slipway.replay.patience", PATIENCE.toString())));
    }

    /// Starts what reads everything, and waits for its report.
    JsonNode run(String path) throws IOException, InterruptedException {
        JsonNode run = answer(request(path).POST(HttpRequest.BodyPublishers.noBody()).build());
        while (run.get("state").asString().equals("RUNNING")) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            run = get(path + "/" + run.get("number").asLong());
        }
        if (!run.get("state").asString().equals("DONE")) {
            throw new IOException(path + " ended as " + run);
        }
        return run.get("report");
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return answer(request(path).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(ports.url(For.AUDIT) + path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + issuer.tokenFor(AUDITOR));
    }

    private JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(request.uri() + " answers " + answer.statusCode() + ": " + answer.body());
        }
        return new JsonMapper().readTree(answer.body());
    }

    @Override
    public void close() throws Exception {
        http.close();
        while (!started.isEmpty()) {
            started.pop().close();
        }
    }
}
