package slipway.notification;

import java.util.List;

/// What is known of a change from its facts so far, for facts that do not say it themselves.
///
/// @param service empty: not known, as everything here
/// @param watchers people who want to know
record Story(
        String service,
        String risk,
        String type,
        List<String> environments,
        String requester,
        String implementer,
        List<String> watchers) {

    static final Story UNKNOWN = new Story("", "", "", List.of(), "", "", List.of());
}
