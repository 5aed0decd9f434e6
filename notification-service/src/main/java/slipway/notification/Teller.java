package slipway.notification;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.messaging.NotYet;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.Channel.To;

/// Sends over the channels.
///
/// A receiver that failed is left alone for a moment, without asking its channel, and then by all but one: until that one got through, the others wait
/// (*circuit breaker*: M. Nygard, Release It!). Otherwise the waiting messages of one that is down would hold all workers in its timeouts, and the other
/// receivers would wait too. One that wants to be left alone is, by everything that is for it.
final class Teller {

    private static final Logger LOG = LoggerFactory.getLogger(Teller.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int LONGEST_REASON = 1_000;

    private final Map<String, Channel> channels;
    private final InstantSource clock;
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

    /// @param length zero: it did not fail, but wants to be left alone
    /// @param tried whether a message is under way that shows whether it works again
    private record Pause(Instant until, Duration length, boolean tried) {

        boolean failed() {
            return length.isPositive();
        }
    }

    /// @param channels by the name that receivers call them
    Teller(Map<String, Channel> channels, InstantSource clock) {
        this.channels = Map.copyOf(channels);
        this.clock = clock;
    }

    /// @param channel by its name
    /// @param attempt does not begin while the receiver is left alone
    /// @throws NotYet the receiver wants to be left alone until then, or has enough messages under way
    /// @throws IOException not now: to be tried again later
    Channel.Delivery tell(String channel, Message message, To to, Channel.Attempt attempt) throws IOException, NotYet {
        Channel way = channels.get(channel);
        Channel.Delivery delivery = way == null
                ? new Undeliverable(channel + " is not configured any more")
                : send(way, message, to, attempt);
        return switch (delivery) {
            case Channel.Delivery.Delivered delivered -> delivered;
            case Undeliverable(var reason) -> {
                LOG.warn("{} cannot be delivered to {}: {}", message.id(), to.address(), reason);
                yield new Undeliverable(Cut.to(LONGEST_REASON, reason));
            }
        };
    }

    /// How long an address is left alone after a message.
    Duration rest(String channel, To to) {
        Channel way = channels.get(channel);
        return way == null ? Duration.ZERO : way.rest(to);
    }

    /// Its address, however it is written.
    String place(String channel, To to) {
        Channel way = channels.get(channel);
        return way == null ? to.address() : way.place(to);
    }

    /// Whether each fact has a message of its own, in their order.
    boolean tellsOneByOne(String channel) {
        Channel way = channels.get(channel);
        return way != null && way.tellsOneByOne();
    }

    private Channel.Delivery send(Channel channel, Message message, To to, Channel.Attempt attempt) throws IOException, NotYet {
        String receiver = to.receiver();
        boolean first = enter(receiver);
        try {
            Channel.Delivery delivery = channel.send(message, to, attempt);
            pauses.remove(receiver);
            return delivery;
        } catch (IOException e) {
            pauses.compute(receiver, (_, before) -> after(before));
            throw e;
        } catch (NotYet busy) {
            Instant until = busy.until();
            if (until != null) {
                pauses.put(receiver, new Pause(until, Duration.ZERO, false));
            }
            throw busy;
        } finally {
            if (first) {
                pauses.computeIfPresent(receiver, (_, pause) -> new Pause(pause.until(), pause.length(), false));
            }
        }
    }

    /// @return whether it is the one that tries whether the receiver works again
    private boolean enter(String receiver) throws IOException, NotYet {
        Instant now = clock.instant();
        Pause before = pauses.get(receiver);
        if (before == null) {
            return false;
        }
        if (now.isBefore(before.until())) {
            if (before.failed()) {
                throw new IOException("receiver " + receiver + " failed and is left alone until " + before.until());
            }
            throw new NotYet("receiver " + receiver + " wants to be left alone until " + before.until(), before.until());
        }
        if (!before.failed()) {
            pauses.remove(receiver, before);
            return false;
        }
        if (before.tried() || !pauses.replace(receiver, before, new Pause(before.until(), before.length(), true))) {
            throw new IOException("receiver " + receiver + " failed, and another message tries whether it works again");
        }
        return true;
    }

    /// Messages that fail side by side are one failure.
    private Pause after(@Nullable Pause before) {
        Instant now = clock.instant();
        if (before != null && now.isBefore(before.until())) {
            return before;
        }
        Duration twice = before == null || !before.failed() ? FIRST_PAUSE : before.length().multipliedBy(2);
        Duration length = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        return new Pause(now.plus(length), length, before != null && before.tried());
    }
}
