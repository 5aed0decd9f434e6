package slipway.notification;

/// Texts that fit where there is a limit.
final class Cut {

    private static final String MORE = "…";

    private Cut() {}

    /// At most so many chars, and never half a character.
    static String to(int longest, String text) {
        if (text.length() <= longest) {
            return text;
        }
        int end = longest - MORE.length();
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + MORE;
    }
}
