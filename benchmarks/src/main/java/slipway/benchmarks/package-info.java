/// Measurements, run by hand with `benchmarks/run`.
@NullMarked
package slipway.benchmarks;

import org.jspecify.annotations.NullMarked;
