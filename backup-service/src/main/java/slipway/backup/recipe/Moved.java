package slipway.backup.recipe;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import slipway.backup.domain.RestoreCheck;

/// What a source looked like before and after it was captured.
final class Moved {

    private static final String TO = "..";

    private Moved() {}

    /// What stayed is told as it is, a number that moved by its bounds; about what else moved, came or went, the copy says nothing.
    ///
    /// @throws IOException when nothing is left that the copy could be compared with, or a value cannot be told from what is said here
    /// about values
    static Map<String, String> between(Map<String, String> before, Map<String, String> after)
            throws IOException {
        for (Map<String, String> looked : List.of(before, after)) {
            for (Map.Entry<String, String> each : looked.entrySet()) {
                if (RestoreCheck.ambiguous(each.getValue())) {
                    throw new IOException(each.getKey() + " is '" + each.getValue()
                            + "': that has a meaning of its own where copies are compared, so that it would prove nothing;"
                            + " the recipe has to tell it in another way, such as by its digest");
                }
            }
        }
        Map<String, String> both = new TreeMap<>();
        Stream.concat(before.keySet().stream(), after.keySet().stream())
                .forEach(name -> both.put(name, between(before.get(name), after.get(name))));
        if (both.values().stream().allMatch(RestoreCheck.MOVED::equals)) {
            throw new IOException("all that is known of it changed while it was captured");
        }
        return both;
    }

    private static String between(@Nullable String was, @Nullable String is) {
        Long from = number(was);
        Long to = number(is);
        if (was != null && was.equals(is)) {
            return was;
        }
        return from == null || to == null ? RestoreCheck.MOVED : Math.min(from, to) + TO + Math.max(from, to);
    }

    private static @Nullable Long number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,18}") ? Long.valueOf(text) : null;
    }
}
