package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import slipway.release.deployer.Deployer;

/// The catalogue that the example of Kustomize gives release-service, read as that one reads it.
class DeliveryOfTheOverlayTest {

    @Test
    void release_service_takes_it() {
        try (var deployers = new AnnotationConfigApplicationContext("slipway.release.deployer")) {
            Path file = Path.of("..", "deploy", "kustomize", "overlays", "example", "delivery.yaml");
            assertThat(CatalogueFile.read(file, List.copyOf(deployers.getBeansOfType(Deployer.class).values()))).isNotNull();
        }
    }
}
