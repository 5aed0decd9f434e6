package slipway.change.hindsight;

import java.time.Instant;
import slipway.change.domain.ChangeEvent;

/// A fact of a change, and when it was recorded.
public record Moment(ChangeEvent fact, Instant at) {}
