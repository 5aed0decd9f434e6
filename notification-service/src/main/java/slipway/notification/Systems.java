package slipway.notification;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import slipway.messaging.NotYet;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;

/// Systems that are told over HTTP: each has its own words, and all are answered alike.
///
/// @param endpoints by their names, which are the addresses
final class Systems implements Channel {

    private static final int LONGEST_ANSWER = 200;

    private final Map<String, Endpoint> endpoints;
    private final Words words;
    private final Outside outside;
    private final Duration pace;
    private final InstantSource clock;

    /// How a system is told.
    @FunctionalInterface
    interface Words {

        /// @throws IOException what it needs cannot be read
        Post of(Message message, Endpoint endpoint) throws IOException;
    }

    /// @param body text
    record Post(java.net.URI uri, Map<String, String> headers, String body) {}

    /// @param pace each is left alone for so long after a message
    Systems(Map<String, Endpoint> endpoints, Words words, Outside outside, Duration pace, InstantSource clock) {
        this.endpoints = Map.copyOf(endpoints);
        this.words = words;
        this.outside = outside;
        this.pace = pace;
        this.clock = clock;
    }

    @Override
    public Duration rest(To to) {
        return pace;
    }

    /// Programs read facts, and these in their order.
    @Override
    public boolean tellsOneByOne() {
        return true;
    }

    @Override
    public Delivery send(Message message, To to, Attempt attempt) throws IOException, NotYet {
        Endpoint endpoint = endpoints.get(to.address());
        if (endpoint == null) {
            return new Undeliverable("there is no endpoint " + to.address() + " any more");
        }
        Post post = words.of(message, endpoint);
        Outside.Answer answer = outside.post(post.uri(), post.headers(), post.body(), attempt);
        if (answer.took()) {
            return new Delivered(endpoint.name() + " answers " + answer.status());
        }
        String said = endpoint.name() + " answers " + answer.status() + ": " + brief(answer.body());
        return switch (answer.status()) {
            // What is in the message it will never take, or it takes nothing any more.
            case 400, 405, 410, 413, 415, 422 -> new Undeliverable(said);
            case 429, 503 -> throw new NotYet(said, answer.until(clock.instant()));
            default -> throw new IOException(said);
        };
    }

    private static String brief(String text) {
        String line = text.replaceAll("[\\p{Cntrl}]+", " ").strip();
        return Cut.to(LONGEST_ANSWER, line);
    }
}
