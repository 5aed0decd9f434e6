package slipway.messaging;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/// Something done outside: never inside a transaction or a listener, but as a durable job. Done again after a crash, so it
/// looks first whether it is done already. What it returns is decided in one transaction with the end of the job.
///
/// An exception means "not now": the job is tried again with growing pauses, for ever, and health tells of it. A fault that
/// trying again cannot mend is a command (`FailBackup`, …), not an exception. [NotYet], and an interruption because the service is
/// being stopped, are no failures.
///
/// @param <F> the fact that asked for it
@FunctionalInterface
public interface Effect<F extends SpecificRecord> {

    List<Order<?>> perform(F fact) throws Exception;
}
