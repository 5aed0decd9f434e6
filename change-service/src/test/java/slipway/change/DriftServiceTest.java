package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static slipway.change.TheService.DANA;
import static slipway.change.TheService.example;
import static slipway.change.TheService.good;
import static slipway.change.TheService.kinds;
import static slipway.change.TheService.post;
import static slipway.change.TheService.publish;
import static slipway.change.TheService.service;
import static slipway.change.TheService.submitFor;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.ShapePart;
import slipway.events.release.EnvironmentDriftDetected;
import slipway.messaging.RunningService;
import tools.jackson.databind.JsonNode;

/// What release-service finds in an environment, and nobody asked for.
class DriftServiceTest {

    private static List<JsonNode> latent() {
        return service().get("/changes?tag=drift").body().get("changes").valueStream().toList();
    }

    @Test
    void what_nobody_released_becomes_a_latent_change_that_has_to_be_ratified() {
        String id = submitFor("ci-8", 2);
        String other = submitFor("ci-9", 2);
        String amended = example("rfc.yaml")
                .replace("  - inventory-web\n  - inventory-db\n", "  - ci-8\n  - ci-9\n")
                .replaceAll("(testEvidence|doneBefore|dataTouched|businessHours|leadTime): \\d", "$1: 1");
        good(service().ask(DANA, "PUT", "/changes/" + other, "application/yaml", amended));
        int before = latent().size();
        publish(
                new EnvironmentDriftDetected(
                        RunningService.meta("ENV-attic-prod", 1, "ENV-attic-prod"),
                        "attic",
                        "prod",
                        "REL-" + id,
                        List.of(id, other),
                        "sha256:a",
                        List.of(new ShapePart("attic-1", "sha256:b", 100))),
                "ENV-attic-prod");
        await().atMost(Duration.ofSeconds(30)).until(() -> latent().size() > before);
        String found = latent().getFirst().get("id").stringValue();
        JsonNode change = service().get("/changes/" + found).body();
        assertThat(change.get("state").stringValue()).isEqualTo("REVIEW");
        assertThat(change.get("rfc").get("type").stringValue()).isEqualTo("LATENT");
        assertThat(change.get("rfc").get("configurationItems").valueStream().map(JsonNode::stringValue))
                .as("of all changes that it carried, as they were amended last")
                .containsExactly("ci-8", "ci-9");
        assertThat(change.get("rfc").get("justification").stringValue())
                .isEqualTo("Authorised is sha256:a. Seen there: attic-1 runs sha256:b");
        assertThat(kinds(found)).contains("UnauthorisedChangeDetected");
        assertThat(service().bean(JdbcClient.class)
                        .sql("select correlation_id from journal where aggregate_id = ?")
                        .param(found)
                        .query(String.class)
                        .list())
                .as("its story is its own")
                .containsOnly(found);
        // What waits takes note of everything that happens at its time, and other tests make much happen.
        for (String waiting : List.of(id, other)) {
            good(post(DANA, "/changes/" + waiting + "/cancel", "reason: looked at"));
        }
    }
}
