package slipway.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import slipway.audit.transparency.Checkpoint;
import slipway.audit.transparency.LogCheck.Kept;
import slipway.audit.transparency.Note;
import slipway.audit.transparency.VerifyingKey;

/// What the topic and the anchors keep of what was signed. The database knew each of them first; one that it does not know was signed by
/// a database that was set back since, with the files of the log or without.
final class Elsewhere {

    private final WholeLog topics;
    private final Entries entries;
    private final Anchoring anchoring;
    private final Checkpoints checkpoints;
    private final VerifyingKey key;

    Elsewhere(WholeLog topics, Entries entries, Anchoring anchoring, Checkpoints checkpoints, VerifyingKey key) {
        this.topics = topics;
        this.entries = entries;
        this.anchoring = anchoring;
        this.checkpoints = checkpoints;
        this.key = key;
    }

    /// @return what was signed with the log's key, in words, and the database does not know
    /// @throws WholeLog.Unreadable when the topic cannot be read now
    List<String> unknown() {
        List<Kept> kept = new ArrayList<>();
        Published.read(topics, entries).notes().forEach((note, where) -> kept.add(new Kept(where, note)));
        // What cannot be read now is a fault of who verifies; it must not keep the log from being signed.
        kept.addAll(anchoring.kept(_ -> {}));
        Set<String> known = checkpoints.all().stream().map(signed -> text(signed.size(), signed.root())).collect(Collectors.toSet());
        return kept.stream().filter(each -> isUnknown(each, known)).map(each -> each.from() + " has " + Checkpoint.of(each.note()).size() + " leaves").toList();
    }

    private boolean isUnknown(Kept kept, Set<String> known) {
        try {
            Checkpoint checkpoint = Checkpoint.parse(Note.open(kept.note(), key));
            return !known.contains(text(checkpoint.size(), checkpoint.root().toString()));
        } catch (IllegalArgumentException _) {
            // Anybody's litter, and no evidence; whoever verifies tells of it.
            return false;
        }
    }

    private static String text(long size, String root) {
        return size + " " + root;
    }
}
