/// The bytes on the wire: Confluent wire format, the schema registry, and facts between domain records and Avro.
@NullMarked
package slipway.wire;

import org.jspecify.annotations.NullMarked;
