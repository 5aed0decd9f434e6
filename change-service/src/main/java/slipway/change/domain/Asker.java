package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The person who asks, with the groups that give rights.
///
/// @param actors who acts in their place, as their token says; empty: they ask themselves
public record Asker(String id, Set<String> groups, List<String> actors) {

    public static final String CHANGE_MANAGERS = "change-managers";
    public static final String BREAK_GLASS = "break-glass";

    public Asker(String id, Set<String> groups) {
        this(id, groups, List.of());
    }

    /// Everybody behind what is asked: what one of them may not judge, nobody judges through them.
    public List<String> everybody() {
        return Stream.concat(Stream.of(id), actors.stream()).distinct().toList();
    }

    boolean managesChanges() {
        return groups.contains(CHANGE_MANAGERS);
    }

    /// Why this person may not handle the change; empty when they may: requester, implementer and change managers.
    public List<String> strangerTo(Dossier dossier) {
        List<String> reasons = new ArrayList<>();
        if (!dossier.isOwn(id) && !managesChanges()) {
            reasons.add(id + " is neither requester nor implementer nor in the group " + CHANGE_MANAGERS);
        }
        return reasons;
    }
}
