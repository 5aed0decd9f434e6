package slipway.change.domain;

import java.util.Set;

/// The person who asks, with the groups that give rights.
public record Asker(String id, Set<String> groups) {

    static final String CHANGE_MANAGERS = "change-managers";

    boolean managesChanges() {
        return groups.contains(CHANGE_MANAGERS);
    }
}
