package slipway.notification;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.domain.NotificationCommand;
import slipway.notification.domain.NotificationCommand.RecordFailed;
import slipway.notification.domain.NotificationCommand.RecordSent;

/// Tells one route of one fact, and says what came of it.
final class Teller {

    private static final Logger LOG = LoggerFactory.getLogger(Teller.class);
    private static final int LONGEST_REASON = 1_000;

    private final Map<String, Channel> channels;

    /// @param channels by the name that routes call them
    Teller(Map<String, Channel> channels) {
        this.channels = Map.copyOf(channels);
    }

    /// @throws IOException not now: to be tried again later
    NotificationCommand tell(Route route, SpecificRecord fact) throws IOException {
        Message message = Message.of(fact, route.name());
        String type = fact.getSchema().getName();
        String recipient = String.join(", ", route.to());
        Channel channel = channels.get(route.channel());
        return switch (channel.send(message, route.to())) {
            case Delivered(var receipt) ->
                new RecordSent(message.factId(), type, route.name(), route.channel(), recipient, receipt);
            case Undeliverable(var reason) -> {
                LOG.warn("{} cannot be delivered to {}: {}", message.id(), recipient, reason);
                yield new RecordFailed(
                        message.factId(), type, route.name(), route.channel(), recipient, shortened(reason));
            }
        };
    }

    private static String shortened(String reason) {
        return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "…" : reason;
    }
}
