package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.http.Form;
import slipway.release.deployer.Deployers;
import slipway.release.domain.Stage;
import slipway.release.packages.Packages;

/// What a plan may say of an environment that the catalogue has.
class StageFormTest {

    private static final String CATALOGUE =
            """
            services:
              shop:
                artifacts: shop
                environments:
                  - name: prod
                    steps:
                      - {preview: true}
                      - {setWeight: 10}
                      - {analysis: feel}
                      - {cutover: true}
                      - {analysis: feel}
                      - {bake: {seconds: 300}}
                      - {retire: true}
                    strategy: BLUE_GREEN
                    pointOfNoReturn: RETIRE
                    backupPlan: shop
                    rpoSeconds: 60
                    minLevel: V4
                    soakSeconds: 600
                    analyses: {feel: {judge: THRESHOLD, metrics: {front: {path: /}}}}
                    deployer: kubernetes
                    command: {parts: [cloud], timeoutSeconds: 9, probe: [./runs], apply: [./deploy, "{digest}"]}
                    kubernetes: {namespace: shop, service: shop, deployments: [shop-blue, shop-green], slotLabel: slot, replicas: 10, timeoutSeconds: 60, intervalMillis: 500}
                    urls: {cloud: "http://cloud.shop/", shop-blue: "http://blue.shop/", shop-green: "http://green.shop/"}
                    probe: {path: /, samples: 3, intervalMillis: 200, timeoutMillis: 2000, failureLimit: 1}
            """;

    private static final String FEEL = "{judge: THRESHOLD, metrics: {front: {path: /, failureLimit: 0}}}";

    @TempDir
    Path folder;

    private record Read(Stage stage, List<String> faults) {}

    private Catalogue.Environment prod() throws IOException {
        return CatalogueFile.read(
                        Files.writeString(folder.resolve("delivery.yaml"), CATALOGUE),
                        Deployers.all(new Packages(folder.resolve("store"))))
                .environment("shop", "prod")
                .orElseThrow();
    }

    private Read plan(String yaml) throws IOException {
        return plan(yaml, "kubernetes");
    }

    private Read plan(String yaml, String deployer) throws IOException {
        Catalogue.Environment prod = prod().by(deployer).orElseThrow();
        Form form = Form.read(yaml.getBytes(StandardCharsets.UTF_8), Form.YAML);
        Catalogue.Site site = prod.site("");
        Catalogue.Course course = CourseForm.read(form, "prod", site.place(), site.course(), site.course().strategy());
        Stage stage = StageForm.read(form, "prod", course.strategy(), Map.of("", course), prod.stage());
        return new Read(stage, form.faults());
    }

    private List<String> faults(String yaml) throws IOException {
        return plan(yaml).faults().stream()
                .map(fault -> fault.substring(0, fault.indexOf(": ")))
                .toList();
    }

    private static List<String> steps(Stage stage) {
        return stage.steps().stream()
                .map(step -> step.kind() + " " + step.name())
                .toList();
    }

    @Test
    void a_plan_may_ask_for_more_than_the_catalogue_but_never_for_less() throws IOException {
        assertThat(faults("{rpoSeconds: 61, soakSeconds: 599, backupPlan: other, minLevel: V3}"))
                .containsExactlyInAnyOrder("rpoSeconds", "soakSeconds", "backupPlan", "minLevel");
        Read more = plan("{rpoSeconds: 59, soakSeconds: 601, backupPlan: shop, minLevel: V5}");
        assertThat(more.faults()).isEmpty();
        assertThat(more.stage().rpoSeconds()).isEqualTo(59);
        assertThat(more.stage().soakSeconds()).isEqualTo(601);
    }

    @Test
    void an_analysis_of_the_catalogue_stays_and_others_come_beside_it_without_touching_the_steps() throws IOException {
        assertThat(faults("{analyses: {feel: " + FEEL + "}}")).containsExactly("analyses.feel");
        Read beside = plan("{analyses: {look: " + FEEL + "}}");
        assertThat(beside.faults()).isEmpty();
        assertThat(beside.stage().steps()).isEqualTo(prod().stage().steps());
        assertThat(beside.stage().analyses()).extracting("name").containsExactly("probe", "feel", "look");
    }

    @Test
    void steps_of_one_s_own_have_the_catalogue_s_point_of_no_return() throws IOException {
        assertThat(plan("{steps: [{preview: true}, {cutover: true}]}").faults())
                .containsExactly("steps: there is no step RETIRE, which is the catalogue's point of no return");
        assertThat(faults("{steps: [{preview: true}, {cutover: true}, {retire: true}]}")).isEmpty();
    }

    @Test
    void a_rehearsal_alone_keeps_the_catalogue_s_steps_and_comes_before_the_old_slot_is_let_go() throws IOException {
        Read rehearsed = plan("{rehearseRollback: true}");
        assertThat(rehearsed.faults()).isEmpty();
        assertThat(steps(rehearsed.stage()))
                .containsExactly(
                        "PREVIEW new",
                        "WEIGHT 10 %",
                        "ANALYSE new",
                        "CUTOVER prod",
                        "ANALYSE new",
                        "REHEARSE prod",
                        "RETURN prod",
                        "BAKE 300 s",
                        "RETIRE old",
                        "VALIDATE prod");
        assertThat(rehearsed.stage().steps().get(2).analysis()).isEqualTo("feel");
        assertThat(plan("{rehearseRollback: false}").stage().steps())
                .isEqualTo(prod().stage().steps());
    }

    @Test
    void words_of_a_strategy_beside_steps_would_be_without_effect_and_are_faults() throws IOException {
        String steps = "steps: [{preview: true}, {cutover: true}, {retire: true}]";
        assertThat(faults("{" + steps + ", strategy: CANARY, batch: 2, weights: [5], keepSeconds: 1, analysis: feel,"
                        + " rehearseRollback: true}"))
                .containsExactlyInAnyOrder(
                        "strategy", "batch", "weights", "keepSeconds", "analysis", "rehearseRollback");
        assertThat(faults("{" + steps + ", strategy: BLUE_GREEN}")).isEmpty();
        assertThat(faults("{steps: []}")).containsExactly("steps");
    }

    @Test
    void whoever_tunes_a_strategy_writes_it() throws IOException {
        assertThat(faults("{weights: [5]}")).containsExactly("weights");
        assertThat(faults("{batch: 1, keepSeconds: 5, analysis: feel}"))
                .containsExactlyInAnyOrder("batch", "keepSeconds", "analysis");
        Read written = plan("{strategy: CANARY, weights: [5], analysis: feel, keepSeconds: 7}");
        assertThat(written.faults()).isEmpty();
        assertThat(steps(written.stage()))
                .containsExactly(
                        "PREVIEW new", "WEIGHT 5 %", "ANALYSE new", "WEIGHT 100 %", "BAKE 7 s", "RETIRE old", "VALIDATE prod");
    }

    @Test
    void whoever_chooses_another_deployer_writes_strategy_or_steps_because_the_catalogue_s_are_for_its_own() throws IOException {
        String fault = "deployer: write the strategy or the steps with it: what the catalogue has is for kubernetes";
        assertThat(plan("{soakSeconds: 700, pointOfNoReturn: SWITCH}", "command").faults()).contains(fault);
        assertThat(plan("{rehearseRollback: true, pointOfNoReturn: SWITCH}", "command").faults()).contains(fault);
        Read strategy = plan("{strategy: ALL_AT_ONCE, pointOfNoReturn: SWITCH}", "command");
        assertThat(strategy.faults()).isEmpty();
        assertThat(strategy.stage().deployer()).isEqualTo("command");
        assertThat(steps(strategy.stage())).containsExactly("SWITCH cloud", "VALIDATE prod");
        assertThat(plan("{steps: [{setInstances: 1}], pointOfNoReturn: SWITCH}", "command").faults())
                .isEmpty();
        assertThat(plan("{steps: [{preview: true}, {cutover: true}], pointOfNoReturn: CUTOVER}", "command")
                        .faults())
                .as("the chosen one has to be able to")
                .contains("steps: it needs PREVIEW, which command cannot");
    }

    @Test
    void a_bake_before_anybody_comes_to_the_new_release_has_nothing_to_look_at() throws IOException {
        assertThat(plan("{steps: [{preview: true}, {bake: {seconds: 5}}, {cutover: true}, {retire: true}]}")
                        .faults())
                .containsExactly("steps: bake 5 s: the new release has no traffic there that could be looked at");
        assertThat(faults("{steps: [{preview: true}, {setWeight: 1}, {bake: {seconds: 5}}, {cutover: true}, {retire: true}]}"))
                .isEmpty();
    }
}
