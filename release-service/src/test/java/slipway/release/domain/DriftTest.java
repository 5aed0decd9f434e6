package slipway.release.domain;

import static slipway.release.domain.Examples.NEW;
import static slipway.release.domain.Examples.OLD;
import static slipway.release.domain.Examples.digest;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import slipway.decider.Story;
import slipway.release.domain.DriftDecider.Known;
import slipway.release.domain.DriftDecider.Look;
import slipway.release.domain.DriftEvent.EnvironmentDriftDetected;
import slipway.release.domain.DriftEvent.EnvironmentDriftEnded;

class DriftTest {

    private static final Shape AUTHORISED = runs(NEW);
    private static final Shape ODD = runs(digest('c'));

    private static Shape runs(@Nullable String digest) {
        return Shape.of(new Shape.Part("a", digest, 50), new Shape.Part("b", NEW, 50));
    }

    private static Look look(@Nullable String authorised, Shape observed) {
        return new Look("web", "prod", "REL-CHG-7", List.of("CHG-7"), authorised, observed, Set.of());
    }

    private static Story<Look, Known, DriftEvent> story() {
        return Story.of(new DriftDecider());
    }

    @Test
    void what_was_released_is_no_drift() {
        story().when(look(NEW, AUTHORISED)).thenNothing();
        story().when(look(NEW, Shape.of(new Shape.Part("blue", NEW, 100), new Shape.Part("green", OLD, 0))))
                .thenNothing();
        story().when(look(null, Shape.of(new Shape.Part("a", null, 100)))).thenNothing();
    }

    @Test
    void what_nobody_released_is_told_once_and_so_is_its_end() {
        EnvironmentDriftDetected drift = new EnvironmentDriftDetected(
                "web", "prod", "REL-CHG-7", List.of("CHG-7"), NEW, ODD.parts());
        story().when(look(NEW, ODD)).then(drift);
        story().after(look(NEW, ODD)).when(look(NEW, ODD)).thenNothing();
        story().after(look(NEW, ODD)).when(look(NEW, runs(OLD))).thenKinds(EnvironmentDriftDetected.class);
        story().after(look(NEW, ODD))
                .when(look(NEW, AUTHORISED))
                .then(new EnvironmentDriftEnded("web", "prod", NEW));
        story().after(look(NEW, ODD), look(NEW, AUTHORISED)).when(look(NEW, ODD)).then(drift);
    }

    @Test
    void traffic_that_is_moved_between_the_same_releases_is_no_news() {
        Shape more = Shape.of(new Shape.Part("a", digest('c'), 90), new Shape.Part("b", NEW, 10));
        Shape all = Shape.of(new Shape.Part("a", digest('c'), 100), new Shape.Part("b", NEW, 0));
        story().after(look(NEW, ODD)).when(look(NEW, more)).thenNothing();
        story().after(look(NEW, ODD), look(NEW, more)).when(look(NEW, all)).thenNothing();
        Shape another = Shape.of(new Shape.Part("a", digest('c'), 50), new Shape.Part("b", OLD, 50));
        story().after(look(NEW, ODD)).when(look(NEW, another)).thenKinds(EnvironmentDriftDetected.class);
    }

    @Test
    void nothing_where_something_was_released_is_drift_too() {
        story().when(look(NEW, runs(null))).thenKinds(EnvironmentDriftDetected.class);
    }

    @Test
    void an_environment_in_which_nothing_serves_any_more_drifts_once() {
        Shape idle = Shape.of(new Shape.Part("a", NEW, 0), new Shape.Part("b", NEW, 0));
        Shape gone = Shape.of();
        story().when(look(NEW, idle)).thenKinds(EnvironmentDriftDetected.class);
        story().when(look(NEW, gone)).thenKinds(EnvironmentDriftDetected.class);
        story().after(look(NEW, idle)).when(look(NEW, gone)).thenNothing();
        story().after(look(NEW, idle)).when(look(NEW, AUTHORISED)).thenKinds(EnvironmentDriftEnded.class);
        story().when(look(null, gone)).thenNothing();
    }
}
