package slipway.notification.template;

import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What templates can make of values.
final class Filters {

    private static final String NONE = "none";

    private Filters() {}

    /// Takes one kind of value.
    private record Of<T>(Class<T> kind, List<String> arguments, Made<T> made) implements Filter {

        @Override
        public List<String> getArgumentNames() {
            return arguments;
        }

        @Override
        public Object apply(
                @Nullable Object input, Map<String, Object> given, PebbleTemplate self, EvaluationContext context, int line) {
            if (!kind.isInstance(input)) {
                throw new PebbleException(null, "this filter is for " + name(kind) + ", not for " + what(input), line, self.getName());
            }
            try {
                return made.of(kind.cast(input), given);
            } catch (IllegalArgumentException e) {
                throw new PebbleException(e, e.getMessage(), line, self.getName());
            }
        }
    }

    @FunctionalInterface
    private interface Made<T> {

        Object of(T input, Map<String, Object> given);
    }

    static Map<String, Filter> all() {
        return Map.of(
                "time", new Of<>(Instant.class, List.of(), (at, _) -> time(at)),
                "duration", new Of<>(Number.class, List.of(), (millis, _) -> duration(millis.longValue())),
                "word", new Of<>(String.class, List.of(), (constant, _) -> constant.toLowerCase(Locale.ROOT).replace('_', ' ')),
                "list", new Of<>(List.class, List.of(NONE), (list, given) -> list(list, given.getOrDefault(NONE, "nobody"))),
                "window", new Of<>(Map.class, List.of(), (window, _) -> window(window)),
                "default", new Default());
    }

    /// UTC, to the second: readers sit in more than one zone.
    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String duration(long millis) {
        Duration length = Duration.ofMillis(millis);
        return length.toMinutes() > 0
                ? "%d min %d s".formatted(length.toMinutes(), length.toSecondsPart())
                : "%d.%03d s".formatted(length.toSeconds(), length.toMillisPart());
    }

    private static Object list(List<?> list, Object none) {
        if (list.stream().anyMatch(each -> !printable(each))) {
            throw new IllegalArgumentException("this filter is for lists of texts or numbers, not of " + what(list.getFirst()));
        }
        return list.isEmpty() ? none : list.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String window(Map<?, ?> window) {
        if (window.get("notBefore") instanceof Instant from && window.get("notAfter") instanceof Instant to) {
            return "from " + time(from) + " to " + time(to);
        }
        throw new IllegalArgumentException("this filter is for windows");
    }

    /// Instead of what is null or empty. Pebble's own one also hides names that are written wrongly.
    private static final class Default implements Filter {

        @Override
        public List<String> getArgumentNames() {
            return List.of("instead");
        }

        @Override
        public @Nullable Object apply(
                @Nullable Object input, Map<String, Object> given, PebbleTemplate self, EvaluationContext context, int line) {
            boolean empty =
                    switch (input) {
                        case null -> true;
                        case String text -> text.isBlank();
                        case Collection<?> all -> all.isEmpty();
                        default -> false;
                    };
            return empty ? given.get("instead") : input;
        }
    }

    /// One of Pebble's, whose faults have a line.
    static Filter placed(Filter filter) {
        return new Filter() {
            @Override
            public List<String> getArgumentNames() {
                return filter.getArgumentNames();
            }

            @Override
            public Object apply(
                    @Nullable Object input, Map<String, Object> given, PebbleTemplate self, EvaluationContext context, int line) {
                if (input == null) {
                    throw new PebbleException(null, what(null) + " has no filters", line, self.getName());
                }
                try {
                    return filter.apply(input, given, self, context, line);
                } catch (ClassCastException | IllegalArgumentException e) {
                    throw new PebbleException(e, "this filter is not for " + what(input), line, self.getName());
                }
            }
        };
    }

    static boolean printable(@Nullable Object value) {
        return value instanceof CharSequence || value instanceof Number || value instanceof Boolean || value instanceof Instant;
    }

    private static String name(Class<?> kind) {
        return kind == Instant.class
                ? "times"
                : kind == Number.class ? "numbers" : kind == String.class ? "words" : kind == List.class ? "lists" : "windows";
    }

    static String what(@Nullable Object value) {
        return switch (value) {
            case null -> "what is null in some facts (ask first: `is not null`)";
            case CharSequence _ -> "a text";
            case Number _ -> "a number";
            case Boolean _ -> "true or false";
            case Instant _ -> "a time";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "what has fields";
            default -> "what is no value";
        };
    }
}
