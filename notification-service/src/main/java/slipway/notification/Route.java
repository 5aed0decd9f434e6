package slipway.notification;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/// Which facts go to whom, by which channel.
///
/// @param name its name, part of the notification's id
/// @param facts the generated classes of the facts
/// @param channel `email` or `slack`
/// @param to addresses, or one Slack channel
record Route(String name, List<Class<? extends SpecificRecord>> facts, String channel, List<String> to) {

    static final String EMAIL = "email";
    static final String SLACK = "slack";
}
