/// A year of Slipway as the services would have recorded it, made from a seed: for tests (small) and benchmarks (all of it).
@NullMarked
package slipway.audit.history;

import org.jspecify.annotations.NullMarked;
