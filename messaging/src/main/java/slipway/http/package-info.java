/// The doors over HTTP: who is asking, and how a refusal is told.
@NullMarked
package slipway.http;

import org.jspecify.annotations.NullMarked;
