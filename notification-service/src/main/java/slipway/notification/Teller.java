package slipway.notification;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.domain.NotificationCommand;
import slipway.notification.domain.NotificationCommand.RecordFailed;
import slipway.notification.domain.NotificationCommand.RecordSent;

/// Tells one route of one fact, and says what came of it.
///
/// After a failure a route is left alone for a moment, without asking its channel: otherwise the waiting messages of
/// one that is down would hold all workers in its timeouts, and the other routes would wait too.
final class Teller {

    private static final Logger LOG = LoggerFactory.getLogger(Teller.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int LONGEST_REASON = 1_000;

    private final Map<String, Channel> channels;
    private final InstantSource clock;
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

    private record Pause(Instant until, Duration length) {}

    /// @param channels by the name that routes call them
    Teller(Map<String, Channel> channels, InstantSource clock) {
        this.channels = Map.copyOf(channels);
        this.clock = clock;
    }

    /// @throws IOException not now: to be tried again later
    NotificationCommand tell(Route route, SpecificRecord fact) throws IOException {
        Message message = Message.of(fact, route.name());
        String type = fact.getSchema().getName();
        List<String> to = route.recipients(fact);
        String recipient = String.join(", ", to);
        Channel.Delivery sent = to.isEmpty() ? new Undeliverable("the fact asks nobody who has an address") : send(message, route, to);
        return switch (sent) {
            case Delivered(var receipt) ->
                new RecordSent(message.factId(), type, route.name(), route.channel(), recipient, receipt);
            case Undeliverable(var reason) -> {
                LOG.warn("{} cannot be delivered to {}: {}", message.id(), recipient, reason);
                yield new RecordFailed(
                        message.factId(), type, route.name(), route.channel(), recipient, shortened(reason));
            }
        };
    }

    private Channel.Delivery send(Message message, Route route, List<String> to) throws IOException {
        Pause pause = pauses.get(route.name());
        if (pause != null && clock.instant().isBefore(pause.until())) {
            throw new IOException("route " + route.name() + " failed and is left alone until " + pause.until());
        }
        try {
            Channel.Delivery delivery = channels.get(route.channel()).send(message, to);
            pauses.remove(route.name());
            return delivery;
        } catch (IOException e) {
            pauses.compute(route.name(), (_, before) -> after(before));
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
