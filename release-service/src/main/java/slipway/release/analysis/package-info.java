/// How a canary is judged: what is measured, when, and what that means. Pure: a verdict follows from the definition and the raw
/// measurements alone, on any machine, to the byte.
@NullMarked
package slipway.release.analysis;

import org.jspecify.annotations.NullMarked;
