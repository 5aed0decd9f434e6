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
/// After a failure a receiver is left alone for a moment, without asking its channel: otherwise the waiting messages of
/// one that is down would hold all workers in its timeouts, and the other receivers would wait too.
final class Teller {

    private static final Logger LOG = LoggerFactory.getLogger(Teller.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int LONGEST_REASON = 1_000;

    private final Map<String, Channel> channels;
    private final InstantSource clock;
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

    private record Pause(Instant until, Duration length) {}

    /// @param channels by the name that receivers call them
    Teller(Map<String, Channel> channels, InstantSource clock) {
        this.channels = Map.copyOf(channels);
        this.clock = clock;
    }

    /// @param channel by its name
    /// @throws NotYet the channel wants to be left alone until then
    /// @throws IOException not now: to be tried again later
    Channel.Delivery tell(String channel, Message message, To to) throws IOException, NotYet {
        Channel way = channels.get(channel);
        Channel.Delivery delivery = way == null
                ? new Undeliverable(channel + " is not configured any more")
                : send(way, message, to);
        return switch (delivery) {
            case Channel.Delivery.Delivered delivered -> delivered;
            case Undeliverable(var reason) -> {
                LOG.warn("{} cannot be delivered to {}: {}", message.id(), to.address(), reason);
                yield new Undeliverable(shortened(reason));
            }
        };
    }

    /// How long an address is left alone after a message.
    Duration rest(String channel, To to) {
        Channel way = channels.get(channel);
        return way == null ? Duration.ZERO : way.rest(to);
    }

    /// Whether each fact has a message of its own, in their order.
    boolean tellsOneByOne(String channel) {
        Channel way = channels.get(channel);
        return way != null && way.tellsOneByOne();
    }

    private Channel.Delivery send(Channel channel, Message message, To to) throws IOException, NotYet {
        String receiver = to.receiver();
        Pause pause = pauses.get(receiver);
        if (pause != null && clock.instant().isBefore(pause.until())) {
            throw new IOException("receiver " + receiver + " failed and is left alone until " + pause.until());
        }
        try {
            Channel.Delivery delivery = channel.send(message, to);
            pauses.remove(receiver);
            return delivery;
        } catch (IOException e) {
            pauses.compute(receiver, (_, before) -> after(before));
            throw e;
        }
    }

    /// Messages that fail side by side are one failure.
    private Pause after(@Nullable Pause before) {
        Instant now = clock.instant();
        if (before != null && now.isBefore(before.until())) {
            return before;
        }
        Duration twice = before == null ? FIRST_PAUSE : before.length().multipliedBy(2);
        Duration length = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        return new Pause(now.plus(length), length);
    }

    private static String shortened(String reason) {
        return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "…" : reason;
    }
}
