package slipway.notification;

import java.util.List;

/// Where a route leads: people or addresses on one channel.
///
/// @param name as routes call it, part of the notification's id
/// @param channel `email`, `slack`, or one of those of [Endpoint]
/// @param to addresses of the channel, names of endpoints, or `{asked}`, `{requester}`, `{implementer}`, `{watchers}`: each person whom the fact or its change names so
record Receiver(String name, String channel, List<String> to) {

    static final String EMAIL = "email";
    static final String SLACK = "slack";
    static final String WEBHOOK = "webhook";
    static final String SLACK_WEBHOOK = "slack-webhook";
    static final String TEAMS = "teams";
    static final String PAGERDUTY = "pagerduty";
    static final String GRAFANA = "grafana";
    static final String CDEVENTS = "cdevents";
    /// Its only address is the topic of that name.
    static final String CDEVENTS_TOPIC = "cdevents-topic";
}
