package slipway.backup.recipe;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a source looked like before and after it was captured.
final class Moved {

    private static final String TO = "..";

    private Moved() {}

    /// What stayed is told as it is, a number that moved by its bounds; what else moved or came only later says nothing about the copy.
    ///
    /// @throws IOException when nothing is left that the copy could be compared with
    static Map<String, String> between(Map<String, String> before, Map<String, String> after)
            throws IOException {
        Map<String, String> both = new TreeMap<>();
        before.forEach((name, was) -> {
            String is = after.get(name);
            if (was.equals(is)) {
                both.put(name, was);
            } else if (number(was) != null && number(is) != null) {
                long low = Math.min(number(was), number(is));
                both.put(name, low + TO + Math.max(number(was), number(is)));
            }
        });
        if (both.isEmpty()) {
            throw new IOException("all that is known of it changed while it was captured");
        }
        return both;
    }

    private static @Nullable Long number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,18}") ? Long.valueOf(text) : null;
    }
}
