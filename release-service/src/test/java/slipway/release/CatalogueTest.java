package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.release.domain.ReleaseCommand.BackupTerms;
import slipway.release.domain.Strategy;
import slipway.release.domain.VerificationLevel;

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
                    instances:
                      - {name: dev-1, directory: instances/dev-1, url: "http://localhost:7711/"}
                    probe: {path: /, contains: hello, samples: 3, intervalMillis: 200, timeoutMillis: 2000, failureLimit: 1}
                    migrations: {url: "jdbc:postgresql://localhost/x", user: x, passwordFile: ../secrets/x, path: migrations}
            """;

    @TempDir
    Path folder;

    private Catalogue read(String yaml) throws IOException {
        return Catalogue.read(Files.writeString(folder.resolve("delivery.yaml"), yaml));
    }

    @Test
    void paths_are_relative_to_the_file() throws IOException {
        Catalogue catalogue = read(GOOD);
        assertThat(catalogue.service("web").orElseThrow().artifacts()).isEqualTo(folder.resolve("product/web"));
        Catalogue.Environment dev = catalogue.environment("web", "dev").orElseThrow();
        assertThat(dev.strategy()).isEqualTo(Strategy.ALL_AT_ONCE);
        assertThat(dev.terms()).isEqualTo(new BackupTerms("dev", "web-dev", 60, VerificationLevel.V2));
        assertThat(dev.instances())
                .containsExactly(new Catalogue.Instance(
                        "dev-1", folder.resolve("instances/dev-1"), URI.create("http://localhost:7711/")));
        assertThat(dev.probe())
                .isEqualTo(new Catalogue.Probe(
                        "/", "hello", 3, Duration.ofMillis(200), Duration.ofSeconds(2), 1, null));
        assertThat(dev.migrations().passwordFile())
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
                                instances:
                                  - {name: a, directory: one, url: nowhere}
                                  - {name: a, directory: x/../one, url: "http://[bad"}
                                probe: {path: /, samples: 2, timeoutMillis: 0, intervalMillis: 1, failureLimit: 2}
                                migrations: {}
                              - name: qa
                          empty:
                          none: {artifacts: a, environments: []}
                        """))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(
                        "delivery.yaml",
                        "services.web.artifacts: is missing",
                        "services.web.environments[0].name: is missing",
                        "services.web.environments[0].strategy: SLOWLY is none of [CANARY, ALL_AT_ONCE]",
                        "services.web.environments[0].minLevel: V9 is none of",
                        "services.web.environments[0].rpoSeconds: a number above 0",
                        "services.web.environments[0].backupPlan: is missing",
                        "services.web.environments[0].instances[0].url: nowhere is no URL",
                        "services.web.environments[0].instances[1].name: a is there twice",
                        "services.web.environments[0].instances[1].directory: x/../one is that of"
                                + " services.web.environments[0].instances[0], too",
                        "services.web.environments[0].instances[1].url: ",
                        "services.web.environments[0].probe.timeoutMillis: a number from 1 on",
                        "services.web.environments[0].probe.failureLimit: 2 of 2 samples would always pass",
                        "services.web.environments[0].migrations.url: is missing",
                        "services.web.environments[0].migrations.passwordFile: is missing",
                        "services.web.environments[1].instances: none",
                        "services.web.environments[1].probe: is missing",
                        "services.web.environments[1].strategy: is missing",
                        "services.empty: is empty",
                        "services.none.environments: none");
    }

    @Test
    void an_empty_entry_is_a_fault_not_a_crash() {
        assertThatThrownBy(() -> read("services: {web: {artifacts: a, environments: [null]}}"))
                .hasMessageContaining("services.web: has an empty entry");
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
}
