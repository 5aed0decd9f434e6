package slipway.change.calendar;

import java.util.Collection;
import java.util.List;

/// What a freeze concerns: whatever matches all that is named. Nothing named: everything.
public record FreezeScope(List<String> environments, List<String> services, List<String> configurationItems) {

    public static final FreezeScope EVERYTHING = new FreezeScope(List.of(), List.of(), List.of());

    boolean concerns(Target target) {
        return (services.isEmpty() || services.contains(target.service()))
                && one(environments, target.environments())
                && one(configurationItems, target.touched());
    }

    private static boolean one(List<String> named, Collection<String> there) {
        return named.isEmpty() || named.stream().anyMatch(there::contains);
    }
}
