package slipway.notification;

/// Other people's text where some characters are more than text.
final class Markup {

    private Markup() {}

    /// The three that HTML and Slack's mrkdwn make something of. Not for attributes of HTML.
    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
