package slipway.messaging;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import slipway.http.Misconfigured;

/// What a service says about itself under `slipway`.
///
/// @param service its name, e.g. `change-service`: consumer group, CloudEvents source, actor of its facts
/// @param topic the topic that it owns
/// @param listens the topics that it reads
/// @param registry base URL of the schema registry
/// @param jobs how durable jobs run
/// @param relay how facts leave the journal
/// @param recover what the start may do where database and log contradict each other, one of [Recover] in any case; empty: it is refused then
@ConfigurationProperties("slipway")
public record ServiceProperties(
        String service, String topic, List<String> listens, Registry registry, Jobs jobs, Relay relay,
        String recover) {

    /// What a start may do for once.
    public enum Recover {
        /// The database was set back: facts that only the topic has come back into the journal.
        JOURNAL,
        /// The topic was set back: facts that only the journal has are sent again.
        TOPIC,
        /// What only the topic has is somebody else's, and is left there.
        LEAVE
    }

    /// @return empty: nothing was said
    /// @throws Misconfigured when it is another word
    Optional<Recover> recovery() {
        if (recover.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(Recover.values())
                .filter(each -> each.name().equalsIgnoreCase(recover.strip()))
                .findFirst()
                .orElseThrow(() -> new Misconfigured(
                        List.of("SLIPWAY_RECOVER (slipway.recover): is '" + recover + "'; it may be journal, topic or leave, or not set"))));
    }

    /// @param url one or more URLs, separated by commas
    /// @param userInfo `user:password`; empty without authentication
    /// @param register whether schemas are registered at the start, or only looked up
    public record Registry(String url, String userInfo, boolean register) {}

    /// @param threads jobs that act at once
    /// @param looking jobs that only look, at once
    public record Jobs(int threads, int looking) {}

    /// @param poll how often the journal is looked at when nothing wakes the relay
    /// @param maxLag age of the oldest unpublished fact from which on health says DOWN
    public record Relay(Duration poll, Duration maxLag) {}
}
