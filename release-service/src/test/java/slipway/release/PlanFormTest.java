package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
                        "CHG-7", "One", List.of(), "sha256:plan", window, null, false, "dana", "dana", List.of("aki"), List.of("dana"))),
                null,
                false,
                false);
    }

    private List<String> tests(String yaml) throws IOException {
        Catalogue catalogue = CatalogueFile.read(
                Files.writeString(folder.resolve("delivery.yaml"), CATALOGUE),
                Deployers.all(new Packages(folder.resolve("store"))));
        Form form = Form.read(yaml.getBytes(StandardCharsets.UTF_8), Form.YAML);
        return PlanForm.read(form, catalogue, _ -> Optional.of(scheduled())).making().tests().stream()
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
}
