/// What a Kafka cluster and a schema registry must have before the services start: topics, people and rights, schemas.
@NullMarked
package slipway.launcher.cluster;

import org.jspecify.annotations.NullMarked;
