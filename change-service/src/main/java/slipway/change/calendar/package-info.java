/// Time as people plan it: windows, recurring calendars, what is free. Free of Spring, Kafka, Avro and clocks.
@NullMarked
package slipway.change.calendar;

import org.jspecify.annotations.NullMarked;
