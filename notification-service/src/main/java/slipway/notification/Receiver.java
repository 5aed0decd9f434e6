package slipway.notification;

import java.util.List;

/// Where a route leads: people or addresses on one channel.
///
/// @param name as routes call it, part of the notification's id
/// @param channel `email` or `slack`
/// @param to addresses of the channel, or `{asked}`, `{requester}`, `{implementer}`, `{watchers}`: each person whom the fact or its change names so
record Receiver(String name, String channel, List<String> to) {

    static final String EMAIL = "email";
    static final String SLACK = "slack";
}
