package slipway.backup.recipe;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a plan has to say about one item. Nothing that is given becomes an option of a program: no value begins with a hyphen, and
/// none has characters that its type does not need.
///
/// @param usual what holds when the plan says nothing, also nothing; null: it has to
/// @param doc for people
public record Parameter(String name, Type type, @Nullable String usual, String doc) {

    /// @see #fault
    public enum Type {
        /// Of a database, a branch, a resource: letters, digits and `._-`, also `/`, `:` and `@` between them.
        NAME("[A-Za-z0-9_][A-Za-z0-9_.-]*([/:@][A-Za-z0-9_.-]+)*", false),
        HOST("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[?[0-9a-fA-F:]+]?", false),
        PORT("[1-9][0-9]{0,4}", false),
        URL("[a-z][a-z0-9+]*(:[a-z0-9+]+)?://[^\\s\"'`\\\\]+", false),
        /// Relative to the file of plans.
        PATH("[^\\p{Cntrl}]+", true),
        /// Anything on one line.
        TEXT("[^\\p{Cntrl}]*", false),
        /// By reference: `file:…`, `env:…` or `command:[…]`; never the value.
        SECRET("(file:|env:|command:).+", false);

        private static final int LAST_PORT = 65_535;

        private final Pattern allowed;
        private final boolean path;

        Type(String allowed, boolean path) {
            this.allowed = Pattern.compile(allowed);
            this.path = path;
        }

        public boolean isPath() {
            return path;
        }

        /// Why a value will not do; empty: it does.
        Optional<String> fault(String value) {
            if (value.startsWith("-")) {
                return Optional.of("'" + value + "' begins with a hyphen, as an option does");
            }
            if (!allowed.matcher(value).matches()) {
                return Optional.of("'" + value + "' is no " + name().toLowerCase(Locale.ROOT));
            }
            if (this == PORT && Integer.parseInt(value) > LAST_PORT) {
                return Optional.of("'" + value + "' is no port");
            }
            return Optional.empty();
        }
    }

    static Parameter path(String name, String doc) {
        return new Parameter(name, Type.PATH, null, doc);
    }

    static Parameter of(String name, Type type, String doc) {
        return new Parameter(name, type, null, doc);
    }

    /// Why a value will not do; empty: it does. What is usually open may stay open.
    public Optional<String> fault(String value) {
        return value.isEmpty() && value.equals(usual) ? Optional.empty() : type.fault(value);
    }
}
