package slipway.notification;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import slipway.messaging.NotYet;

/// So many are with one counterpart at once, a host or a server, and no more: one that hangs keeps some of the workers, and the others get the rest. So
/// many are with all those together that did not answer last: however many hang, the others get the rest. With one that never answered yet is one at most.
/// (*Bulkhead*: M. Nygard, Release It!)
final class Bulkhead {

    private final int most;
    private final Map<String, Counterpart> counterparts = new HashMap<>();

    Bulkhead(int most) {
        this.most = most;
    }

    private enum Last {
        NOTHING_YET,
        ANSWERED,
        FAILED
    }

    private static final class Counterpart {
        private int inside;
        private Last last = Last.NOTHING_YET;
    }

    /// What is asked of a counterpart.
    @FunctionalInterface
    interface Call<T> {

        /// @throws IOException it did not answer
        T now() throws IOException;
    }

    /// @param attempt begins when there is a place, and not before
    /// @throws NotYet there are as many already
    <T> T ask(String counterpart, Channel.Attempt attempt, Call<T> call) throws IOException, NotYet {
        Counterpart with = enter(counterpart);
        boolean asked = false;
        boolean answered = false;
        try {
            attempt.begins();
            asked = true;
            T answer = call.now();
            answered = true;
            return answer;
        } finally {
            leave(with, asked, answered);
        }
    }

    private synchronized Counterpart enter(String name) throws NotYet {
        Counterpart it = counterparts.computeIfAbsent(name, _ -> new Counterpart());
        boolean free = switch (it.last) {
            case NOTHING_YET -> it.inside == 0;
            case ANSWERED -> it.inside < most;
            case FAILED -> withThoseThatFailed() < most;
        };
        if (!free) {
            throw new NotYet("as many as may be are with " + name + (it.last == Last.FAILED ? ", and with others that failed" : ""));
        }
        it.inside++;
        return it;
    }

    private int withThoseThatFailed() {
        return counterparts.values().stream()
                .filter(each -> each.last == Last.FAILED)
                .mapToInt(each -> each.inside)
                .sum();
    }

    private synchronized void leave(Counterpart it, boolean asked, boolean answered) {
        it.inside--;
        if (asked) {
            it.last = answered ? Last.ANSWERED : Last.FAILED;
        }
    }
}
