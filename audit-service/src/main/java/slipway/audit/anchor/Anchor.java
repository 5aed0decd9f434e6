package slipway.audit.anchor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import slipway.audit.transparency.LogCheck.Kept;
import slipway.audit.transparency.Tree;

/// A place, or somebody, that keeps checkpoints.
public interface Anchor {

    /// For people, and by which it is known from one start to the next.
    String name();

    /// Keeps a checkpoint; once more does no harm.
    ///
    /// @param tree of the checkpoint
    /// @param note the checkpoint, signed
    /// @param earlier how many leaves that had that was kept last; 0: none was
    /// @return what is worth remembering here: the note, with whatever was signed below it
    /// @throws AnchorAhead when more was seen there than the checkpoint has
    /// @throws AnchorRefused when it contradicts what is kept there
    /// @throws IOException when it could not be kept, and may be another time
    String keep(Tree tree, String note, long earlier) throws IOException, InterruptedException;

    /// What is kept there; empty: nobody can ask.
    ///
    /// @throws IOException when it cannot be read
    Optional<List<Kept>> kept() throws IOException, InterruptedException;

    /// Whether it may have said what is remembered of it.
    ///
    /// @param remembered what [#keep] gave
    default boolean said(String remembered) {
        return true;
    }
}
