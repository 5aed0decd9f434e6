package slipway.messaging;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// W3C Trace Context, version 00: each fact is a span of its story's trace.
final class Traceparent {

    private static final Pattern VALID = Pattern.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})");

    private Traceparent() {}

    /// A new span in the parent's trace, or in a new trace when there is no (valid) parent.
    static String within(@Nullable String parent) {
        Matcher known = VALID.matcher(parent == null ? "" : parent);
        return known.matches()
                ? "00-" + known.group(1) + "-" + hex() + "-" + known.group(2)
                : "00-" + hex() + hex() + "-" + hex() + "-01";
    }

    /// 16 hexadecimal digits, never all zero.
    private static String hex() {
        return "%016x".formatted(ThreadLocalRandom.current().nextLong() | 1);
    }
}
