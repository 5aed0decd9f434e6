package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import slipway.release.domain.Strategy;

class CatalogueTest {

    @TempDir
    Path directory;

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("delivery.yaml"), content);
    }

    @Test
    void a_file_is_read_with_paths_relative_to_itself() throws IOException {
        Catalogue catalogue = Catalogue.read(file(
                """
                services:
                  shop:
                    artifacts: product
                    environments:
                      - name: prod
                        strategy: CANARY
                        backupPlan: shop-prod
                        rpoSeconds: 600
                        minLevel: V4
                        instances: [{name: p-1, directory: p-1, url: "http://localhost:1/"}]
                        probe: {path: /, samples: 3, intervalMillis: 0, timeoutMillis: 100, failureLimit: 1}
                """));

        Catalogue.Environment prod = catalogue.environment("shop", "prod").orElseThrow();
        assertThat(prod.strategy()).isEqualTo(Strategy.CANARY);
        assertThat(prod.instances().getFirst().directory()).isEqualTo(directory.resolve("p-1"));
        assertThat(catalogue.environment("shop", "moon")).isEmpty();
    }

    @Test
    void every_fault_is_named_at_once() throws IOException {
        Path faulty = file(
                """
                services:
                  shop:
                    environments:
                      - strategy: UNKNOWN
                        rpoSeconds: 0
                        instances: [{name: a, directory: a, url: nowhere}, {name: a, directory: b, url: "http://h/"}]
                        probe: {path: /, samples: 2, intervalMillis: 0, timeoutMillis: 0, failureLimit: 2}
                """);

        assertThatThrownBy(() -> Catalogue.read(faulty))
                .hasMessageContainingAll(
                        "artifacts: is missing",
                        "[0].name: is missing",
                        "backupPlan: is missing",
                        "rpoSeconds: a number above 0",
                        "strategy: is missing or unknown",
                        "minLevel: is missing or unknown",
                        "url: nowhere is no URL",
                        "a is there twice",
                        "timeoutMillis: a number from 1 on",
                        "2 of 2 samples would always pass");
    }

    @Test
    void what_is_no_yaml_or_has_unknown_fields_says_where() throws IOException {
        assertThatThrownBy(() -> Catalogue.read(file("services: [")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line");
        assertThatThrownBy(() -> Catalogue.read(file("servises: {}"))).hasMessageContaining("servises");
        assertThatThrownBy(() -> Catalogue.read(file("services: {}"))).hasMessageContaining("services: none");
    }
}
