package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import slipway.change.domain.ChangeEvent;
import slipway.events.RollbackCause;
import slipway.events.Topics;
import slipway.events.VerificationLevel;
import slipway.events.release.ImplementationRequested;
import slipway.events.release.RollbackCompleted;
import slipway.events.release.RollbackTriggered;
import slipway.http.FakeIssuer;
import slipway.messaging.RunningService;
import slipway.messaging.RunningService.Answer;
import tools.jackson.databind.JsonNode;

/// One running change-service for all tests of this module: starting it costs more than any of them. It ends with the JVM.
final class TheService {

    static final String MANAGER = "rosa:change-managers,policy-owners";
    static final String DANA = "dana:developers";

    static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Where people sign in with a browser; tokens of its own are not looked at.
    static final FakeIssuer ISSUER = new FakeIssuer();

    private static final Path EXAMPLES = Path.of("../examples");
    private static final RunningService SERVICE = start();

    private TheService() {}

    static RunningService service() {
        return SERVICE;
    }

    private static RunningService start() {
        try {
            List<String> properties = new ArrayList<>(Sending.properties());
            properties.add("slipway.inventory=src/test/resources/inventory.yaml");
            properties.add("spring.security.oauth2.resourceserver.jwt.issuer-uri=" + ISSUER.url());
            properties.add("slipway.sign-in.client-id=" + FakeIssuer.CLIENT);
            properties.add("slipway.sign-in.client-secret-file="
                    + Files.writeString(Files.createTempFile("sign-in", ".secret"), FakeIssuer.CLIENT_SECRET + "\n"));
            RunningService running = new RunningService(ChangeService.application(), properties.toArray(String[]::new));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    running.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
            return running;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String example(String name) {
        try {
            return Files.readString(EXAMPLES.resolve(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Answer submit(String yaml) {
        return service().ask("dana:developers", "POST", "/changes", "application/yaml", yaml);
    }

    static String submitFor(String ci, int answer) {
        String yaml = example("rfc.yaml")
                .replace("  - inventory-web\n  - inventory-db\n", "  - " + ci + "\n")
                .replaceAll("(testEvidence|doneBefore|dataTouched|businessHours|leadTime): \\d", "$1: " + answer)
                .replace("soakSeconds: 5", "soakSeconds: 0");
        Answer answered = submit(yaml);
        assertThat(answered.status()).as("%s", answered.body()).isEqualTo(201);
        return answered.body().get("id").stringValue();
    }

    static Answer approve(String id, String who) {
        return service().post(who, "/changes/" + id + "/votes", "{\"decision\": \"approve\"}");
    }

    static void awaitState(String id, String state) {
        await().atMost(PATIENCE).until(() -> show(id).get("state").stringValue(), state::equals);
    }

    static JsonNode show(String id) {
        return service().get("/changes/" + id).body();
    }

    static List<String> kinds(String id) {
        return service().<ChangeEvent>facts("changes", id).stream()
                .map(fact -> fact.getClass().getSimpleName())
                .toList();
    }

    static void publish(SpecificRecord fact, String release) {
        service().publish(Topics.RELEASE, fact, release);
    }

    static void askForLeave(String id, String release) {
        publish(
                new ImplementationRequested(
                        RunningService.meta(release, 1, id),
                        id,
                        "dev",
                        "sha256:a",
                        show(id).get("planDigest").stringValue(),
                        "BKP-1",
                        "sha256:m",
                        VerificationLevel.V2,
                        null,
                        0,
                        List.of(),
                        List.of()),
                release);
    }

    static void rollBack(String id, String release) {
        publish(
                new RollbackTriggered(
                        RunningService.meta(release, 2, id),
                        "dev",
                        List.of("dev"),
                        RollbackCause.CANARY_FAILED,
                        "3 of 5 probes failed",
                        "sha256:b",
                        false,
                        "BKP-1",
                        "sha256:m",
                        null,
                        List.of(),
                        List.of(),
                        List.of()),
                release);
        publish(
                new RollbackCompleted(RunningService.meta(release, 3, id), "sha256:b", "sha256:b", false, null, List.of()),
                release);
    }

    static Answer post(String who, String path, String yaml) {
        return SERVICE.ask(who, "POST", path, "application/yaml", yaml);
    }

    static JsonNode good(Answer answer) {
        assertThat(answer.status()).as("%s", answer.body()).isBetween(200, 201);
        return answer.body();
    }

    static JsonNode gate(String id) {
        return good(SERVICE.get("/api/gates/" + id));
    }

    static String scheduled(String ci) {
        String id = submitFor(ci, 2);
        approve(id, "aki:approvers");
        approve(id, "sam:approvers");
        awaitState(id, "SCHEDULED");
        return id;
    }
}
