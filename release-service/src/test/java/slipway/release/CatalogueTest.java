package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.release.analysis.Analysis;
import slipway.release.deployer.Deployers;
import slipway.release.domain.Stage;
import slipway.release.domain.Step;
import slipway.release.domain.StepKind;
import slipway.release.domain.Strategy;
import slipway.release.domain.VerificationLevel;
import slipway.release.packages.Packages;

class CatalogueTest {

    private static final String GOOD =
            """
            services:
              web:
                artifacts: product/web
                environments:
                  - name: dev
                    strategy: ALL_AT_ONCE
                    backupPlan: web-dev
                    rpoSeconds: 60
                    minLevel: V2
                    soakSeconds: 5
                    directory: {instances: {dev-1: instances/dev-1}}
                    urls: {dev-1: "http://localhost:7711/"}
                    probe: {path: /, contains: hello, samples: 3, intervalMillis: 200, timeoutMillis: 2000, failureLimit: 1}
                    migrations: {url: "jdbc:postgresql://localhost/x", user: x, passwordFile: ../secrets/x, path: migrations}
            """;

    @TempDir
    Path folder;

    private Catalogue read(String yaml) throws IOException {
        return CatalogueFile.read(
                Files.writeString(folder.resolve("delivery.yaml"), yaml),
                Deployers.all(new Packages(folder.resolve("store"))));
    }

    @Test
    void paths_are_relative_to_the_file() throws IOException {
        Catalogue catalogue = read(GOOD);
        assertThat(catalogue.service("web").orElseThrow().components().get("").artifacts()).isEqualTo(folder.resolve("product/web"));
        Catalogue.Environment dev = catalogue.environment("web", "dev").orElseThrow();
        Catalogue.Place place = dev.site("").place();
        assertThat(dev.stage())
                .isEqualTo(new Stage(
                        "dev",
                        "directory",
                        Strategy.ALL_AT_ONCE,
                        List.of(
                                Step.of(StepKind.MIGRATE, "dev"),
                                Step.switching(List.of("dev-1")),
                                Step.of(StepKind.VALIDATE, "dev")),
                        5,
                        "web-dev",
                        60,
                        VerificationLevel.V2,
                        null,
                        List.of(Analysis.threshold("probe", List.of(place.probe().metric())))));
        assertThat(place.target().parts()).containsExactly("dev-1");
        assertThat(place.urls()).containsExactly(Map.entry("dev-1", URI.create("http://localhost:7711/")));
        assertThat(place.probe())
                .isEqualTo(new Catalogue.Probe(
                        "/", "hello", 3, Duration.ofMillis(200), Duration.ofSeconds(2), 1, null));
        assertThat(place.migrations().passwordFile())
                .isEqualTo(folder.resolveSibling("secrets").resolve("x"));
        assertThat(catalogue.environment("web", "moon")).isEmpty();
        assertThat(catalogue.environment("moon", "dev")).isEmpty();
    }

    @Test
    void every_fault_is_named_at_once() {
        assertThatThrownBy(() -> read(
                        """
                        services:
                          web:
                            environments:
                              - strategy: SLOWLY
                                minLevel: V9
                                rpoSeconds: 0
                                directory: {instances: {a: one, b: x/../one}}
                                urls: {a: nowhere}
                                probe: {path: /, samples: 2, timeoutMillis: 0, intervalMillis: 1, failureLimit: 2}
                                migrations: {}
                              - name: qa
                              - name: prod
                                strategy: BLUE_GREEN
                                keepSeconds: -1
                                weights: [100]
                                directory: {instances: {c: c}}
                                nginx: {}
                          empty:
                          none: {artifacts: a, environments: []}
                        """))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(
                        "delivery.yaml",
                        "services.web.artifacts: a folder of versions, or image",
                        "services.web.environments[0].name: is missing",
                        "services.web.environments[0].strategy: must be one of [CANARY, ALL_AT_ONCE, ROLLING, BLUE_GREEN,"
                                + " FEATURE_FLAG], not 'SLOWLY'",
                        "services.web.environments[0].minLevel: must be one of",
                        "services.web.environments[0].rpoSeconds: a number from 1 on",
                        "services.web.environments[0].backupPlan: is missing",
                        "services.web.environments[0].urls.a: nowhere is no URL",
                        "services.web.environments[0].urls: there is none for b",
                        "services.web.environments[0].directory.instances.b: x/../one is that of a, too",
                        "services.web.environments[0].probe.timeoutMillis: a number from 1 on",
                        "services.web.environments[0].probe.failureLimit: 2 of 2 samples would always pass",
                        "services.web.environments[0].migrations.url: is missing",
                        "services.web.environments[0].migrations.passwordFile: is missing",
                        "services.web.environments[1].name: 'qa' needs a deployer, one of [argo-rollouts, command, directory,"
                                + " feature-flag, haproxy, helm, kubernetes, webhook]",
                        "services.web.environments[1].probe: is missing",
                        "services.web.environments[1].strategy: is missing",
                        "services.web.environments[2].keepSeconds: a number from 0",
                        "services.web.environments[2].weights: shares are percents from 1 to 99",
                        "services.web.environments[2].strategy: BLUE_GREEN needs PREVIEW, which directory cannot",
                        "services.web.environments[2].nginx: there is no such field",
                        "services.empty.artifacts: a folder of versions, or image",
                        "services.none.environments: none");
    }

    @Test
    void an_image_has_slots_and_is_switched_by_shares_of_the_traffic() throws IOException {
        Catalogue.Delivery shop = read(
                        """
                        services:
                          shop:
                            image: registry.example/shop
                            environments:
                              - name: prod
                                strategy: CANARY
                                weights: [10, 50]
                                keepSeconds: 300
                                backupPlan: shop
                                rpoSeconds: 60
                                minLevel: V4
                                kubernetes: {namespace: shop, service: shop, deployments: [shop-blue, shop-green], slotLabel: slot, replicas: 10, timeoutSeconds: 60, intervalMillis: 500}
                                urls: {shop-blue: "http://blue.shop/", shop-green: "http://green.shop/"}
                                probe: {path: /, samples: 3, intervalMillis: 200, timeoutMillis: 2000, failureLimit: 1}
                        """)
                .service("shop")
                .orElseThrow();
        assertThat(shop.components().get("").image()).isEqualTo("registry.example/shop");
        assertThat(shop.environments().get("prod").stage().steps())
                .extracting(step -> step.kind() + " " + step.name())
                .containsExactly(
                        "PREVIEW new",
                        "WEIGHT 10 %",
                        "ANALYSE new",
                        "WEIGHT 50 %",
                        "ANALYSE new",
                        "WEIGHT 100 %",
                        "BAKE 300 s",
                        "RETIRE old",
                        "VALIDATE prod");
    }

    private static final String SECOND =
            """
                    deployer: directory
                    command: {parts: [cloud], timeoutSeconds: 9, probe: [./runs], apply: [./deploy, "{digest}"]}
            """;

    @Test
    void an_environment_with_several_deployers_names_the_one_for_plans_that_choose_none() throws IOException {
        String both = GOOD.replace("dev-1: \"http", "cloud: \"http://localhost:1/\", dev-1: \"http") + SECOND;
        Catalogue.Environment dev = read(both).environment("web", "dev").orElseThrow();
        assertThat(dev.stage().deployer()).isEqualTo("directory");
        assertThat(dev.site("").deployers()).containsExactly("command", "directory");
        assertThat(dev.by("command").orElseThrow().site("").place().target().parts()).containsExactly("cloud");
        assertThat(dev.by("helm")).isEmpty();
        assertThat(read(both).environment("web", "dev", null).orElseThrow().site("").place().target().parts()).containsExactly("dev-1");

        assertThatThrownBy(() -> read(both.replace("deployer: directory", "")))
                .hasMessageEndingWith("services.web.environments[0].deployer: is missing: which of [command, directory] it is"
                        + " where a plan chooses none");
        assertThatThrownBy(() -> read(both.replace("deployer: directory", "deployer: helm")))
                .hasMessageContaining("'helm' is none of those that are described here: [command, directory]");
        assertThatThrownBy(() -> read(GOOD + SECOND))
                .as("whatever serves is looked at")
                .hasMessageEndingWith("services.web.environments[0].urls: there is none for cloud");
    }

    @Test
    void what_is_no_catalogue_is_refused_and_says_where() {
        assertThatThrownBy(() -> read(GOOD + "  - shop")).hasMessageContaining("line");
        assertThatThrownBy(() -> read(GOOD.replace("artifacts:", "artefacts:")))
                .hasMessageContaining("services.web.artefacts");
        assertThatThrownBy(() -> read("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("services: {}")).hasMessageContaining("services: none");
        assertThatThrownBy(() -> read("services: [")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void slots_that_nobody_could_look_at_are_refused() {
        assertThatThrownBy(() -> read(
                        """
                        services:
                          shop:
                            image: registry.example/shop
                            environments:
                              - name: prod
                                strategy: CANARY
                                backupPlan: shop
                                rpoSeconds: 60
                                minLevel: V4
                                kubernetes: {namespace: shop, service: shop, deployments: [shop-blue, shop-green], slotLabel: slot, replicas: 10, timeoutSeconds: 60, intervalMillis: 500}
                                probe: {path: /, samples: 3, intervalMillis: 200, timeoutMillis: 2000, failureLimit: 1}
                        """))
                .hasMessageEndingWith(
                        "services.shop.environments[0].urls: is missing; what serves has to be looked at");
    }

    private static final String COMPONENTS =
            """
            services:
              shop:
                components:
                  api: {artifacts: product/api}
                  web: {image: registry.example/web}
                environments:
                  - name: prod
                    strategy: CANARY
                    backupPlan: shop
                    rpoSeconds: 60
                    minLevel: V4
                    pointOfNoReturn: RETIRE
                    components:
                      api:
                        strategy: ALL_AT_ONCE
                        directory: {instances: {api-1: api-1}}
                        urls: {api-1: "http://localhost:1/"}
                        probe: {path: /, samples: 1, intervalMillis: 1, timeoutMillis: 1, failureLimit: 0}
                      web:
                        weights: [10]
                        command: {slots: [blue, green], timeoutSeconds: 9, probe: [./runs], apply: [./deploy, "{part}", "{digest}"]}
                        urls: {blue: "http://localhost:1/", green: "http://localhost:2/"}
                        probe: {path: /, samples: 1, intervalMillis: 1, timeoutMillis: 1, failureLimit: 0}
            """;

    @Test
    void a_service_may_have_several_components_each_with_its_own_deployer_and_strategy() throws IOException {
        Catalogue.Delivery shop = read(COMPONENTS).service("shop").orElseThrow();
        assertThat(shop.components().keySet()).containsExactly("api", "web");
        Stage prod = shop.environments().get("prod").stage();
        assertThat(prod.deployer()).isEqualTo("api=directory,web=command");
        assertThat(prod.strategy()).isEqualTo(Strategy.CANARY);
        assertThat(prod.analyses()).extracting(Analysis::name).containsExactly("api/probe", "web/probe");
        assertThat(prod.steps())
                .extracting(step -> step.kind() + " " + step.title())
                .containsExactly(
                        "SWITCH api: api-1",
                        "PREVIEW web: new",
                        "WEIGHT web: 10 %",
                        "ANALYSE web: new",
                        "WEIGHT web: 100 %",
                        "RETIRE web: old",
                        "VALIDATE prod");
        assertThat(prod.analysis(prod.steps().get(3))).map(Analysis::name).contains("web/probe");
        assertThat(shop.environments().get("prod").by("api=directory,web=command")).isPresent();
        assertThat(shop.environments().get("prod").by("api=directory,web=helm")).isEmpty();
        assertThat(shop.environments().get("prod").by("api=directory,jobs=command,web=command"))
                .as("a component is gone since, and would be forgotten")
                .isEmpty();
        assertThat(shop.environments().get("prod").by("directory")).isEmpty();
    }

    @Test
    void every_fault_of_components_is_named() {
        assertThatThrownBy(() -> read(COMPONENTS
                        .replace("api: {artifacts", "a/b: {artifacts")
                        .replace("components:\n      a/b", "artifacts: product\n    components:\n      a/b")
                        .replace("urls: {blue", "migrations: {url: x, user: x, passwordFile: x, path: x}\n            urls: {blue/x")
                        .replace("weights: [10]", "weights: [10]\n            soakSeconds: 5")))
                .message()
                .contains(
                        "services.shop.components: each says where it comes from; leave artifacts and image of the service out",
                        "services.shop.components.a/b: a name of letters, digits",
                        "services.shop.environments[0].components.web.migrations: they come with a package of ours",
                        "services.shop.environments[0].components.web.urls: 'blue/x': a '/' stands between",
                        "services.shop.environments[0].components.web.soakSeconds: ",
                        "services.shop.environments[0].components.api: ");
        assertThatThrownBy(() -> read(COMPONENTS.replace(
                        "command: {slots: [blue, green], timeoutSeconds: 9, probe: [./runs], apply: [./deploy, \"{part}\", \"{digest}\"]}",
                        "directory: {instances: {blue: api-1}}")))
                .message()
                .contains(".components.web.directory: " + folder.resolve("api-1") + " is a folder of api in prod, too");
        assertThatThrownBy(() -> read(COMPONENTS.replace("      web: {image: registry.example/web}\n", "")))
                .message()
                .contains("services.shop.components: of a service with a single one leave the word out");
    }
}
