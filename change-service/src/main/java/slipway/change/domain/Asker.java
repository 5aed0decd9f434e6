package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The person who asks, with the groups that give rights.
public record Asker(String id, Set<String> groups) {

    public static final String CHANGE_MANAGERS = "change-managers";
    static final String BREAK_GLASS = "break-glass";

    boolean managesChanges() {
        return groups.contains(CHANGE_MANAGERS);
    }

    /// Why this person may not handle the change; empty when they may: requester, implementer and change managers.
    List<String> strangerTo(Dossier dossier) {
        List<String> reasons = new ArrayList<>();
        if (!dossier.isOwn(id) && !managesChanges()) {
            reasons.add(id + " is neither requester nor implementer nor in the group " + CHANGE_MANAGERS);
        }
        return reasons;
    }
}
