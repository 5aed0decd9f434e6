package slipway.notification.routing;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a fact is about, in words that routes can match.
///
/// @param values of each label; one may have several, such as the environments of a release, or none
public record Labels(Map<String, Set<String>> values) {

    public static final String FACT = "fact";
    public static final String CHANGE = "change";
    public static final String SERVICE = "service";
    public static final String ENVIRONMENT = "environment";
    public static final String RISK = "risk";
    public static final String TYPE = "type";
    public static final String GROUP = "group";
    public static final String URGENCY = "urgency";

    /// All that there are: a route that matches another one is mistaken.
    public static final List<String> NAMES =
            List.of(FACT, CHANGE, SERVICE, ENVIRONMENT, RISK, TYPE, GROUP, URGENCY);

    public Labels {
        values = Map.copyOf(values);
    }

    /// Never empty: what has no value has the empty one, so that `service: ""` finds what is of no service.
    public Set<String> of(String label) {
        Set<String> all = values.getOrDefault(label, Set.of());
        return all.isEmpty() ? Set.of("") : all;
    }
}
