/// How a decision becomes a fact, and a fact a reaction: the only place that knows Kafka and the journal.
@NullMarked
package slipway.messaging;

import org.jspecify.annotations.NullMarked;
