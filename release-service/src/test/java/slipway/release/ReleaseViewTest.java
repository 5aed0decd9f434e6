package slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import slipway.release.domain.Outcome;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.Strategy;
import slipway.release.domain.Window;

class ReleaseViewTest {

    @Test
    void a_closed_release_tells_how_it_ended() {
        ReleaseEvent planned = new ReleaseEvent.ReleasePlanned(
                List.of("CHG-7"),
                "web",
                List.of(),
                List.of(),
                Strategy.CANARY,
                "sha256:plan",
                new Window(Instant.EPOCH, Instant.EPOCH),
                null,
                false,
                "dana",
                "dana",
                List.of(),
                List.of(),
                List.of(),
                null,
                false,
                false);
        ReleaseView closed = ReleaseView.of(
                "REL-CHG-7",
                new ReleaseState.Closed(Outcome.BACKED_OUT),
                List.of(planned, new ReleaseEvent.ReleaseClosed(Outcome.BACKED_OUT)),
                null);
        assertThat(closed.outcome()).isEqualTo(Outcome.BACKED_OUT);
    }
}
