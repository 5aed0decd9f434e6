package slipway.audit.history;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;

/// The order in which things happen: of all stories that are open the one whose turn is next. It knows what is to come of open
/// stories only, so its size is that of a week of the company and not of its year.
final class Chronicle {

    private record Due(Instant at, long number, Story story, Runnable what) {}

    private final Wire wire;
    private final Dice dice;
    private final Instant end;
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparing(Due::at).thenComparingLong(Due::number));
    private final ArrayDeque<Happening> told = new ArrayDeque<>();
    private Instant now;
    private long numbers;
    private int open;
    private int mostOpen;

    Chronicle(Wire wire, Dice dice, Instant begin, Instant end) {
        this.wire = wire;
        this.dice = dice;
        this.now = begin;
        this.end = end;
    }

    /// Something that goes on: it is open while anything of it is to come.
    final class Story {

        private int left;

        /// @param when in the past: now
        void at(Instant when, Runnable what) {
            if (left++ == 0) {
                mostOpen = Math.max(mostOpen, ++open);
            }
            queue.add(new Due(when.isBefore(now) ? now : when, numbers++, this, what));
        }

        void after(long seconds, Runnable what) {
            at(now.plusSeconds(seconds), what);
        }

        private void done() {
            if (--left == 0) {
                open--;
            }
        }
    }

    /// What facts are of: a change, a release, a backup set.
    static final class Aggregate {

        private final String topic;
        private final String id;
        private final String correlation;
        private final String trace;
        private long sequence;
        private @Nullable String hash;

        Aggregate(String topic, String id, String correlation, String trace) {
            this.topic = topic;
            this.id = id;
            this.correlation = correlation;
            this.trace = trace;
        }

        String id() {
            return id;
        }

        String correlation() {
            return correlation;
        }

        String trace() {
            return trace;
        }
    }

    /// Who, and because of what.
    ///
    /// @param because null: nothing that was recorded
    /// @param occurred null: when it is recorded
    record Why(Actor actor, @Nullable String because, @Nullable Instant occurred) {

        static Why person(String id) {
            return new Why(new Actor(id, ActorKind.HUMAN, null), null, null);
        }

        static Why service(String name) {
            return new Why(new Actor(name, ActorKind.SERVICE, null), null, null);
        }

        /// A service reacts, on behalf of the person at the beginning.
        static Why reaction(String service, Meta fact) {
            Actor earlier = fact.getActor();
            String person = earlier.getOnBehalfOf() == null ? earlier.getId() : earlier.getOnBehalfOf();
            return new Why(new Actor(service, ActorKind.SERVICE, person), fact.getEventId(), null);
        }

        Why occurred(Instant at) {
            return new Why(actor, because, at);
        }
    }

    Aggregate aggregate(String topic, String id, String correlation) {
        return new Aggregate(topic, id, correlation, dice.hex(32));
    }

    /// Another one of the same trace.
    Aggregate aggregate(String topic, String id, Aggregate of) {
        return new Aggregate(topic, id, of.correlation, of.trace);
    }

    Meta tell(Aggregate of, Why why, Function<Meta, SpecificRecord> fact) {
        // No two facts of a database are recorded in no time.
        now = now.plusMillis(dice.between(1, 3));
        Meta meta = new Meta(
                dice.uuid(),
                of.id,
                ++of.sequence,
                why.occurred() == null ? now : why.occurred(),
                now,
                why.actor(),
                of.correlation,
                why.because(),
                "00-" + of.trace + "-" + dice.hex(16) + "-01",
                of.hash);
        SpecificRecord payload = fact.apply(meta);
        byte[] bytes = wire.bytes(of.topic, payload);
        of.hash = Canonical.sha256(bytes);
        told.add(new Happening(of.topic, of.id, payload, bytes));
        return meta;
    }

    Instant now() {
        return now;
    }

    int mostOpen() {
        return mostOpen;
    }

    int open() {
        return open;
    }

    /// The next one; null when the year is over.
    @Nullable Happening next() {
        while (told.isEmpty()) {
            Due due = queue.poll();
            if (due == null) {
                return null;
            }
            if (due.at().isBefore(end)) {
                now = due.at().isAfter(now) ? due.at() : now;
                due.what().run();
            }
            due.story().done();
        }
        return told.poll();
    }
}
