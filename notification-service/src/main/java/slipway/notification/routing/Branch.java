package slipway.notification.routing;

import java.util.ArrayList;
import java.util.List;

/// A node of the routing tree, as Alertmanager's: a fact goes from the root to the first child that matches, and on to the next ones where that child says
/// `continue`; where no child matches, the node itself tells its receivers.
///
/// @param name where it is in the file, such as `route.routes[0]`
/// @param match all of these have to hold
/// @param goesOn whether its siblings behind it are asked, too
/// @param receivers names; empty: nobody is told
/// @param pace of what it tells
public record Branch(
        String name, List<Match> match, boolean goesOn, List<String> receivers, Pace pace, List<Branch> branches) {

    /// The nodes that tell a fact, in the order of the file; empty: this one does not match.
    public List<Branch> taken(Labels labels) {
        if (!match.stream().allMatch(each -> each.holds(labels))) {
            return List.of();
        }
        List<Branch> taken = new ArrayList<>();
        for (Branch branch : branches) {
            List<Branch> below = branch.taken(labels);
            taken.addAll(below);
            if (!below.isEmpty() && !branch.goesOn()) {
                return taken;
            }
        }
        return taken.isEmpty() ? List.of(this) : taken;
    }
}
