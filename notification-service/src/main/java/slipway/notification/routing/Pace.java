package slipway.notification.routing;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How often somebody is told.
///
/// @param groupBy labels: facts with the same values of these are told together; empty: each alone
/// @param gather how long others of the group are waited for, from the first fact on
/// @param interval at least, between two messages of a group
/// @param repeat how often is told again what still waits for somebody; null: once
public record Pace(List<String> groupBy, Duration gather, Duration interval, @Nullable Duration repeat) {

    /// Each fact at once, and once.
    public static final Pace AT_ONCE = new Pace(List.of(), Duration.ZERO, Duration.ZERO, null);

    /// The same where nothing has to keep its distance.
    public Pace alone() {
        return new Pace(groupBy, Duration.ZERO, Duration.ZERO, repeat);
    }

    /// What facts of one group have in common; empty: they have no group.
    public String group(Labels labels) {
        return groupBy.stream()
                .map(label -> label + "=" + labels.of(label).stream().sorted().collect(Collectors.joining(",")))
                .collect(Collectors.joining(" "));
    }
}
