package slipway.release.analysis;

import java.time.Instant;

/// What has to be measured next, and when.
public record Look(Metric metric, Side side, Instant due) {}
