package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static slipway.release.TheReleases.folder;
import static slipway.release.TheReleases.migrated;
import static slipway.release.TheReleases.old;
import static slipway.release.TheReleases.served;
import static slipway.release.TheReleases.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import slipway.messaging.RunningService.Answer;
import slipway.release.domain.DriftEvent;
import slipway.release.domain.ReleaseEvent.BackupRequested;
import slipway.release.domain.ReleaseEvent.PackageBuilt;
import slipway.release.domain.ReleaseEvent.PackageTested;
import slipway.release.domain.ReleaseEvent.ReleaseDeployed;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.release.domain.ReleaseEvent.RollbackCompleted;
import slipway.release.domain.ReleaseEvent.RollbackFailed;
import slipway.release.domain.ReleaseEvent.RollbackTriggered;
import slipway.release.domain.ReleaseEvent.RolloutStepCompleted;
import slipway.release.domain.StepKind;
import slipway.release.packages.Trees;
import tools.jackson.databind.JsonNode;

/// The service `shop`, delivered as two packages: `api` with a database, and `front` on two instances.
class ReleaseComponentsTest {

    private static final String BEFORE = "api=" + old + ",front=" + old;

    @BeforeEach
    void estate() throws IOException {
        TheReleases.estate();
    }

    private static Neighbours shop() {
        return Neighbours.of(service).releasing("shop", "prod");
    }

    private static String digests(Neighbours thread) {
        PackageBuilt built = thread.all(PackageBuilt.class).getLast();
        return "api=" + built.components().getFirst().digest() + ",front="
                + built.components().getLast().digest();
    }

    @Test
    void both_go_out_together_each_by_its_own_strategy() {
        Neighbours thread = shop().schedule("2.1.0").until(ReleaseDeployed.class);
        assertThat(thread.all(ReleasePlanned.class).getLast().components())
                .extracting(each -> each.name() + " " + each.previousDigest())
                .containsExactly("api " + old, "front " + old);
        assertThat(thread.all(PackageBuilt.class).getLast().digest()).isEqualTo(digests(thread));
        assertThat(thread.all(PackageTested.class).getLast().checks())
                .extracting(each -> each.name())
                .contains("api digest", "front digest");
        assertThat(thread.all(RolloutStepCompleted.class))
                .extracting(step -> step.kind() + " " + step.name())
                .containsExactly(
                        "MIGRATE api: prod",
                        "SWITCH api: api-1",
                        "SWITCH front: front-1",
                        "ANALYSE front: front-1",
                        "SWITCH front: front-2",
                        "REHEARSE front: prod",
                        "RETURN front: prod",
                        "VALIDATE prod");
        assertThat(thread.all(RolloutStepCompleted.class))
                .filteredOn(step -> step.kind() == StepKind.REHEARSE)
                .singleElement()
                .satisfies(step -> assertThat(step.observed()).endsWith("front=" + old));
        assertThat(thread.all(ReleaseDeployed.class).getLast().observedDigest()).isEqualTo(digests(thread));
        assertThat(served("api-1")).isEqualTo("api 2.1.0");
        assertThat(served("front-1")).isEqualTo("front 2.1.0");
        assertThat(served("front-2")).isEqualTo("front 2.1.0");
        assertThat(migrated()).isTrue();
        assertThat(service.text("/releases/" + thread.release() + "/notes"))
                .startsWith("# shop 2.1.0\n")
                .contains("- package api `sha256:", "- package front `sha256:");
    }

    @Test
    void where_one_fails_both_go_back_and_their_data_with_them() {
        Neighbours thread = shop().schedule("2.1.0-bad").until(RollbackCompleted.class);
        RollbackTriggered back = thread.all(RollbackTriggered.class).getLast();
        assertThat(back.toDigest()).isEqualTo(BEFORE);
        assertThat(back.dataRestore()).isTrue();
        assertThat(back.reason()).contains("404 /well");
        assertThat(thread.all(RollbackCompleted.class).getLast().observedDigest()).isEqualTo(BEFORE);
        assertThat(List.of(served("api-1"), served("front-1"), served("front-2"))).containsOnly("2.0.0");
    }

    @Test
    void whoever_changes_one_of_them_is_seen() throws Exception {
        Neighbours thread = shop().schedule("2.1.0").until(ReleaseDeployed.class);
        Path current = folder.resolve("front-2/current");
        Path other = folder.resolve("front-2/releases").resolve(old.substring("sha256:".length()));
        Files.delete(current);
        Files.createSymbolicLink(current, other);
        // The other one cannot be looked at, and hides nothing.
        Path api = folder.resolve("api-1/current");
        Path runs = Files.readSymbolicLink(api);
        Files.delete(api);
        Files.createDirectory(api);
        service.bean(DriftWatch.class).look();
        assertThat(service.facts("drifts", "ENV-shop-prod"))
                .last()
                .isInstanceOfSatisfying(DriftEvent.EnvironmentDriftDetected.class, drift -> {
                    assertThat(drift.authorisedDigest()).isEqualTo("front=" + digests(thread).split(",front=")[1]);
                    assertThat(drift.observed()).anyMatch(part ->
                            part.name().equals("front/front-2") && old.equals(part.digest()));
                });
        Files.delete(api);
        Files.createSymbolicLink(api, runs);
    }

    @Test
    void what_keeps_a_component_from_going_back_is_seen_before_and_told_with_its_name() throws Exception {
        Neighbours thread = shop().schedule("2.1.0").until(ReleaseDeployed.class);
        Trees.delete(folder.resolve("front-1/releases").resolve(old.substring("sha256:".length())));
        JsonNode preview = service.get("/releases/" + thread.release() + "/rollback").body();
        assertThat(preview.get("obstacles").valueStream().map(JsonNode::stringValue))
                .containsExactly("prod: front: front-1 has no " + old);
        TheReleases.act(thread, "olu:operators", "rollback", "{\"reason\": \"bad\"}");
        thread.until(RollbackFailed.class);
        assertThat(thread.all(RollbackFailed.class).getLast().reason())
                .startsWith("front: ")
                .endsWith("; back are api");
        assertThat(served("api-1")).isEqualTo("2.0.0");
        TheReleases.act(thread, "olu:operators", "resolve", "{\"reason\": \"by hand\"}");
    }

    @Test
    void a_plan_pins_each_and_chooses_how_each_goes_out() {
        Neighbours thread = shop();
        thread.answering(false).schedule("2.1.0").until(BackupRequested.class);
        String pinned = thread.all(PackageBuilt.class).getLast().components().getFirst().digest();
        Answer planned = service.ask(
                "rosa:change-managers",
                "POST",
                "/releases",
                "application/yaml",
                """
                changes: [%s]
                start: AUTOMATIC
                components:
                  - {name: api, digest: "%s", previousDigest: "%s"}
                environments:
                  - name: prod
                    components:
                      front: {steps: [{setInstances: 2}, {bake: {seconds: 1}}]}
                """
                        .formatted(thread.changes().getFirst(), pinned, old));
        assertThat(planned.status()).as("%s", planned.body()).isEqualTo(200);
        thread.answering(true).until(ReleaseDeployed.class);
        assertThat(thread.all(ReleasePlanned.class).getLast().components().getFirst().digest()).isEqualTo(pinned);
        assertThat(thread.all(RolloutStepCompleted.class))
                .extracting(step -> step.kind() + " " + step.name())
                .containsExactly(
                        "MIGRATE api: prod",
                        "SWITCH api: api-1",
                        "SWITCH front: front-1, front-2",
                        "BAKE front: 1 s",
                        "VALIDATE prod");
    }
}
