/// The rules of a change: may it be made, why, when, and how did it go. Free of Spring, Kafka, Avro and clocks.
@NullMarked
package slipway.change.domain;

import org.jspecify.annotations.NullMarked;
