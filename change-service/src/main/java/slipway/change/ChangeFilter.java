package slipway.change;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.change.domain.Status;
import slipway.http.Refusal;

/// Which changes a list shows; null: whatever it is.
///
/// @param ci touches this item
/// @param person asks for it or carries it out
/// @param from its window ends after
/// @param to its window starts before
record ChangeFilter(
        @Nullable Status state,
        @Nullable String ci,
        @Nullable String person,
        @Nullable String service,
        @Nullable String tag,
        @Nullable Instant from,
        @Nullable Instant to,
        int limit) {

    private static final int LONGEST_PAGE = 500;
    static final List<String> KNOWN =
            List.of("state", "ci", "person", "service", "tag", "from", "to", "limit", "after");

    /// @throws Refusal 400 naming every fault
    static ChangeFilter read(Map<String, String> parameters) {
        List<String> faults = new ArrayList<>();
        parameters.keySet().stream()
                .filter(name -> !KNOWN.contains(name))
                .forEach(name -> faults.add(name + ": there is no such filter; known are " + KNOWN));
        parameters.forEach((name, value) -> {
            if (value.indexOf('\0') >= 0) {
                faults.add(name + ": must not have the character NUL");
            }
        });
        ChangeFilter filter = new ChangeFilter(
                state(parameters.get("state"), faults),
                parameters.get("ci"),
                parameters.get("person"),
                parameters.get("service"),
                parameters.get("tag"),
                time("from", parameters.get("from"), faults),
                time("to", parameters.get("to"), faults),
                limit(parameters.get("limit"), faults));
        if (!faults.isEmpty()) {
            throw Refusal.malformed(faults);
        }
        return filter;
    }

    /// As conditions of SQL with their values, in order.
    Map<String, Object> conditions() {
        Map<String, Object> conditions = new LinkedHashMap<>();
        put(conditions, "status = ?", state == null ? null : state.name());
        put(conditions, "items @> array[cast(? as text)]", ci);
        put(conditions, "? in (requester, implementer)", person);
        put(conditions, "service = ?", service);
        put(conditions, "tags @> array[cast(? as text)]", tag);
        put(conditions, "not_after > ?", from == null ? null : from.atOffset(ZoneOffset.UTC));
        put(conditions, "not_before < ?", to == null ? null : to.atOffset(ZoneOffset.UTC));
        return conditions;
    }

    private static void put(Map<String, Object> conditions, String sql, @Nullable Object value) {
        if (value != null) {
            conditions.put(sql, value);
        }
    }

    private static @Nullable Status state(@Nullable String name, List<String> faults) {
        if (name == null) {
            return null;
        }
        return Arrays.stream(Status.values())
                .filter(status -> status.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseGet(() -> {
                    faults.add("state: must be one of " + List.of(Status.values()) + ", not '" + name + "'");
                    return null;
                });
    }

    private static @Nullable Instant time(String name, @Nullable String text, List<String> faults) {
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            faults.add(name + ": '" + text + "' is no time; write 2026-03-02T10:00:00Z");
            return null;
        }
    }

    private static int limit(@Nullable String text, List<String> faults) {
        if (text == null) {
            return LONGEST_PAGE;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= LONGEST_PAGE) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // Named below, like a number out of bounds.
        }
        faults.add("limit: must be 1 to " + LONGEST_PAGE + ", not '" + text + "'");
        return LONGEST_PAGE;
    }
}
