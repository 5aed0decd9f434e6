/// What a rule is: `decide` a command against a state, `evolve` the state by the facts that came of it.
/// Nothing here or in a domain package knows Spring, Kafka, Avro or a clock.
@NullMarked
package slipway.decider;

import org.jspecify.annotations.NullMarked;
