package slipway.notification;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import slipway.messaging.NotYet;

/// So many are with one counterpart at once, a host or a server, and no more: one that hangs keeps some of the workers, and the others get the rest.
/// (*Bulkhead*: M. Nygard, Release It!)
final class Bulkhead {

    private final int most;
    private final Map<String, Semaphore> places = new ConcurrentHashMap<>();

    Bulkhead(int most) {
        this.most = most;
    }

    /// To be closed when it answered, or did not.
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /// @throws NotYet there are as many already
    Place enter(String counterpart) throws NotYet {
        Semaphore free = places.computeIfAbsent(counterpart, _ -> new Semaphore(most));
        if (!free.tryAcquire()) {
            throw new NotYet("as many as may be are with " + counterpart);
        }
        return free::release;
    }
}
