package slipway.notification.routing;

import java.util.Set;
import java.util.regex.Pattern;

/// One condition of a route or a silence on one label. It holds when any of the label's values is what it asks for; a negated one when none is.
public sealed interface Match {

    String label();

    boolean negated();

    /// Whether one value is what it asks for, before negation.
    boolean asksFor(String value);

    default boolean holds(Labels labels) {
        return labels.of(label()).stream().anyMatch(this::asksFor) != negated();
    }

    /// `service: shop`, `risk: [HIGH, CRITICAL]`, `environment: "!prod"`.
    record OneOf(String label, Set<String> values, boolean negated) implements Match {

        public OneOf {
            values = Set.copyOf(values);
        }

        @Override
        public boolean asksFor(String value) {
            return values.contains(value);
        }
    }

    /// `fact: "~Rollback.*"`, `fact: "!~Backup.*"`: the whole value, as a Java regular expression.
    record Like(String label, Pattern pattern, boolean negated) implements Match {

        @Override
        public boolean asksFor(String value) {
            return pattern.matcher(value).matches();
        }
    }
}
