package slipway.http;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The number of facts that something consists of, as a strong validator (RFC 9110 §8.8.3): `"7"`.
public final class ETag {

    private static final Pattern STRONG = Pattern.compile("\"(0|[1-9][0-9]{0,17})\"");

    private ETag() {}

    public static String of(long sequence) {
        return "\"" + sequence + "\"";
    }

    /// Each of its `If-Match`: several are one list, however many lines it has (RFC 9110 §5.3).
    ///
    /// @throws Refusal 400 like a list
    public static @Nullable Long meantForAll(Enumeration<String> matches) {
        return matches.hasMoreElements() ? meantFor(String.join(", ", Collections.list(matches))) : null;
    }

    /// What a request is meant for: one state, or whatever it is.
    ///
    /// @param match its `If-Match`; null: there is none
    /// @return null: whatever it is
    /// @throws Refusal 400 for anything else, weak validators (`W/"7"`) and lists included: nothing here is equal to two states
    public static @Nullable Long meantFor(@Nullable String match) {
        if (match == null || match.strip().equals("*")) {
            return null;
        }
        Matcher strong = STRONG.matcher(match.strip());
        if (!strong.matches()) {
            throw Refusal.malformed(List.of("If-Match: must be one ETag as it was answered, with its quotes, such as \"7\""));
        }
        return Long.valueOf(strong.group(1));
    }
}
