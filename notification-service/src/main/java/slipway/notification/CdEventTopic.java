package slipway.notification;

import java.io.IOException;
import slipway.events.Topics;
import slipway.messaging.NotYet;
import slipway.messaging.Outlet;
import slipway.notification.CdEventWords.Told;
import slipway.notification.Channel.Delivery.Delivered;

/// CDEvents on the topic `cdevents`, in the binary mode of CloudEvents' binding for Kafka; the key is the subject, so that what is told of a service, a
/// release, a change or a backup set stays in order.
final class CdEventTopic implements Channel {

    private final Outlet outlet;
    private final CdEventWords words;
    private final Bulkhead brokers;

    CdEventTopic(Outlet outlet, CdEventWords words, Bulkhead brokers) {
        this.outlet = outlet;
        this.words = words;
        this.brokers = brokers;
    }

    @Override
    public boolean tellsOneByOne() {
        return true;
    }

    @Override
    public Delivery send(Message message, To to, Attempt attempt) throws IOException, NotYet {
        Told told = words.told(message);
        return new Delivered(brokers.ask(
                "Kafka", attempt, () -> outlet.write(Topics.CDEVENTS, told.subject(), told.headers("ce_"), told.data())));
    }
}
