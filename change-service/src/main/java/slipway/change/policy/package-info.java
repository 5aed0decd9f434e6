/// Who has to approve: a policy that people write in CEL and publish. Free of Spring, Kafka, Avro and clocks.
@NullMarked
package slipway.change.policy;

import org.jspecify.annotations.NullMarked;
