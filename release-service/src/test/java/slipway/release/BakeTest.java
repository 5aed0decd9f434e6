package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import slipway.release.Catalogue.Place;
import slipway.release.Catalogue.Probe;
import slipway.release.deployer.Move;
import slipway.release.deployer.Target;
import slipway.release.domain.Shape;

class BakeTest {

    private static final String NEW = "sha256:" + "a".repeat(64);
    private static final String OTHER = "sha256:" + "b".repeat(64);

    /// Nothing answers there, and nobody has to.
    private static final URI NOWHERE = URI.create("http://localhost:1/");

    private record Still(Shape probe) implements Target {

        @Override
        public void apply(Move move) {}

        @Override
        public void undo(Move move) {}
    }

    private static StepWork.Result bake(String runs, int failureLimit) throws IOException, InterruptedException {
        Clock clock = Clock.systemUTC();
        Probe probe = new Probe("/", "", failureLimit + 1, Duration.ZERO, Duration.ofSeconds(1), failureLimit, null);
        Target target = new Still(Shape.of(new Shape.Part("one", runs, 100)));
        Place place = new Place(null, target, Map.of("one", NOWHERE), probe, null, null);
        return new Watching(new Probes(clock, Duration.ofSeconds(1)), null, clock).bake(place, NEW, 0, () -> true, 1);
    }

    @Test
    void a_round_in_which_the_new_release_serves_nobody_is_a_bad_look() throws Exception {
        assertThat(bake(OTHER, 0))
                .isEqualTo(new StepWork.Failed("nobody comes to the new release: one runs " + OTHER
                        + " for 100 %; 1 of 1 looks were bad"));
    }

    @Test
    void it_tells_how_many_looks_were_bad_of_how_many() throws Exception {
        assertThat(bake(OTHER, 1)).isEqualTo(new StepWork.Done(false, "1 of 1 looks were bad in 0 s", 1));
        assertThat(bake(NEW, 1)).isEqualTo(new StepWork.Done(false, "1 of 1 looks were bad in 0 s", 1));
    }
}
