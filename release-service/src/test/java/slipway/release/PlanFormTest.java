package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.http.Form;
import slipway.http.Refusal;
import slipway.release.deployer.Deployers;
import slipway.release.domain.CarriedChange;
import slipway.release.domain.Component;
import slipway.release.domain.PlannedCommand;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.release.domain.Strategy;
import slipway.release.domain.Window;
import slipway.release.packages.Packages;

class PlanFormTest {

    private static final String CATALOGUE =
            """
            services:
              web:
                artifacts: web
                workshop:
                  folder: workshop
                  programs: [make]
                  tests: [{name: lint, argv: [make, lint]}]
                environments:
                  - name: dev
                    strategy: ALL_AT_ONCE
                    backupPlan: web
                    rpoSeconds: 60
                    minLevel: V2
                    directory: {instances: {dev-1: dev-1}}
                    urls: {dev-1: "http://localhost:1/"}
                    probe: {path: /, samples: 1, intervalMillis: 1, timeoutMillis: 1, failureLimit: 0}
            """;

    @TempDir
    Path folder;

    private static ReleasePlanned scheduled() {
        Instant opens = Instant.parse("2026-03-02T10:00:00Z");
        Window window = new Window(opens, opens.plusSeconds(60));
        return new ReleasePlanned(
                List.of("CHG-7"),
                "web",
                List.of(new Component("web", "2.1.0", null, null, null)),
                List.of("dev"),
                Strategy.ALL_AT_ONCE,
                "sha256:plan",
                window,
                null,
                false,
                "dana",
                "dana",
                List.of("aki"),
                List.of(),
                List.of(new CarriedChange(
                        "CHG-7", "One", List.of(), "sha256:plan", window, null, false, "dana", "dana", List.of("aki"), List.of("dana"), List.of("web"))),
                null,
                false,
                false);
    }

    private List<String> tests(String yaml) throws IOException {
        Catalogue catalogue = CatalogueFile.read(
                Files.writeString(folder.resolve("delivery.yaml"), CATALOGUE),
                Deployers.all(new Packages(folder.resolve("store"))));
        Form form = Form.read(yaml.getBytes(StandardCharsets.UTF_8), Form.YAML);
        return PlanForm.read(form, catalogue, _ -> new PlanForm.Own.Plan(scheduled())).making().tests().stream()
                .map(PlannedCommand::name)
                .toList();
    }

    @Test
    void the_catalogue_s_own_tests_run_before_those_of_the_plan() throws IOException {
        assertThat(tests("{changes: [CHG-7]}")).containsExactly("lint");
        assertThat(tests("{changes: [CHG-7], tests: [{name: unit, argv: [make, unit]}]}"))
                .containsExactly("lint", "unit");
    }

    @Test
    void a_test_of_the_plan_does_not_take_the_place_of_one_of_the_catalogue() {
        assertThatThrownBy(() -> tests("{changes: [CHG-7], tests: [{name: lint, argv: [make, nothing]}]}"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reasons()).containsExactly("tests[0].name: lint is there twice"));
    }

    private static final String COMPONENTS =
            """
            services:
              web:
                components:
                  api: {artifacts: api}
                  front: {image: registry.example/front}
                workshop: {folder: workshop, programs: [make]}
                environments:
                  - name: dev
                    strategy: ALL_AT_ONCE
                    backupPlan: web
                    rpoSeconds: 60
                    minLevel: V2
                    components:
                      api:
                        directory: {instances: {dev-1: dev-1}}
                        urls: {dev-1: "http://localhost:1/"}
                        probe: {path: /, samples: 1, intervalMillis: 1, timeoutMillis: 1, failureLimit: 0}
                      front:
                        directory: {instances: {dev-2: dev-2}}
                        urls: {dev-2: "http://localhost:1/"}
                        probe: {path: /, samples: 1, intervalMillis: 1, timeoutMillis: 1, failureLimit: 0}
            """;

    private static ReleasePlanned shop() {
        ReleasePlanned one = scheduled();
        return new ReleasePlanned(
                one.changeIds(),
                one.service(),
                List.of(
                        new Component("api", "2.1.0", "sha256:" + "0".repeat(64), null, null),
                        new Component("front", "2.1.0", null, null, null)),
                one.environments(),
                one.strategy(),
                one.planDigest(),
                one.window(),
                null,
                false,
                one.requester(),
                one.implementer(),
                one.approvers(),
                List.of(),
                one.changes(),
                null,
                false,
                false);
    }

    private ReleasePlanned components(String yaml) throws IOException {
        Catalogue catalogue = CatalogueFile.read(
                Files.writeString(folder.resolve("delivery.yaml"), COMPONENTS),
                Deployers.all(new Packages(folder.resolve("store"))));
        return PlanForm.read(
                Form.read(yaml.getBytes(StandardCharsets.UTF_8), Form.YAML), catalogue, _ -> new PlanForm.Own.Plan(shop()));
    }

    @Test
    void each_component_may_be_pinned_and_rolled_out_in_its_own_way() throws IOException {
        String digest = "sha256:" + "f".repeat(64);
        ReleasePlanned plan = components(
                """
                changes: [CHG-7]
                components: [{name: front, digest: "%s", reference: registry.example/front}]
                build: {argv: [make], output: "dist/{component}/{version}"}
                environments: [{name: dev, soakSeconds: 5, components: {front: {rehearseRollback: true}}}]
                """
                        .formatted(digest));
        assertThat(plan.components())
                .containsExactly(
                        new Component("api", "2.1.0", null, null, null),
                        new Component("front", "2.1.0", null, digest, "registry.example/front"));
        assertThat(plan.stages().getFirst().soakSeconds()).isEqualTo(5);
        assertThat(plan.stages().getFirst().steps())
                .extracting(step -> step.kind() + " " + step.title())
                .containsExactly(
                        "SWITCH api: dev-1",
                        "SWITCH front: dev-2",
                        "REHEARSE front: dev",
                        "RETURN front: dev",
                        "VALIDATE dev");
    }

    @Test
    void only_an_image_is_had_from_elsewhere() {
        assertThatThrownBy(() -> components("{changes: [CHG-7], components: [{name: api, reference: elsewhere/api}]}"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reasons())
                                .containsExactly(
                                        "components[0].reference: only an image is had from elsewhere, and this is a package of ours"));
    }

    @Test
    void where_nothing_is_known_of_the_change_that_is_the_only_fault() throws IOException {
        Catalogue catalogue = CatalogueFile.read(
                Files.writeString(folder.resolve("delivery.yaml"), COMPONENTS),
                Deployers.all(new Packages(folder.resolve("store"))));
        Form form = Form.read(
                """
                changes: [CHG-8]
                components: [{name: api, version: "2.1.0", digest: x, previousDigest: x, reference: x, colour: red}]
                environments: [{name: dev}]
                """
                        .getBytes(StandardCharsets.UTF_8),
                Form.YAML);
        assertThatThrownBy(() -> PlanForm.read(form, catalogue, id -> new PlanForm.Own.None(id + " is over")))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reasons())
                                .containsExactly(
                                        "changes: CHG-8 is over",
                                        "components[0].colour: there is no such field; known are name, version, digest, previousDigest, reference"));
    }

    @Test
    void every_fault_of_a_component_is_named() {
        assertThatThrownBy(
                        () -> components(
                                """
                                changes: [CHG-7]
                                components:
                                  - {name: back}
                                  - {digest: x}
                                  - {name: api, version: "9", previousDigest: "sha256:%s"}
                                  - {name: api}
                                  - {name: front, reference: elsewhere/front, digest: latest}
                                build: {argv: [make], output: "dist/{version}"}
                                environments:
                                  - name: dev
                                    steps: [{switch: true}]
                                    components: {back: {}, front: {deployer: helm}}
                                """
                                        .formatted("1".repeat(64))))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reasons())
                                .anyMatch(each -> each.startsWith("components[0].name: 'back' is none of [api, front]"))
                                .anyMatch(each -> each.startsWith("components[1].name: is missing"))
                                .anyMatch(each -> each.startsWith("components[2].version: approved is 2.1.0"))
                                .anyMatch(each -> each.startsWith("components[2].previousDigest: what runs is sha256:000"))
                                .anyMatch(each -> each.startsWith("components[3].name: api is there twice"))
                                .anyMatch(each -> each.startsWith("components[4].reference: the catalogue has registry"))
                                .anyMatch(each -> each.startsWith("components[4].digest: 'latest' is no sha256"))
                                .anyMatch(each -> each.startsWith("build.output: 'dist/{version}' has no {component}"))
                                .anyMatch(each -> each.startsWith("environments[0].steps: "))
                                .anyMatch(each -> each.startsWith("environments[0].components.back: "))
                                .anyMatch(each -> each.startsWith("environments[0].components.front.deployer: dev is")));
    }
}
