package slipway.release.deployer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import slipway.release.domain.Shape;
import slipway.release.domain.StepKind;

/// One environment as its deployer moves it. Callers see to it that one step at a time works on it, and look before they
/// move: a step is applied only to a target that has the shape from before it.
///
/// A method that throws has done all, some or nothing of it; the next look tells, and it may be called again.
public interface Target {

    /// The names of its parts, as far as they are known without asking it; empty: slots, which share the traffic.
    default List<String> parts() {
        return List.of();
    }

    /// Folders whose content it changes: what two targets have in common, one would take from the other.
    default Set<Path> folders() {
        return Set.of();
    }

    /// Of what its kind can, what this very one can: its settings may allow less.
    default boolean can(StepKind kind) {
        return true;
    }

    /// What it runs now, seen at the target itself and not in a memory of ours.
    ///
    /// @throws IOException when nobody can tell: it does not answer, or runs something without a digest
    Shape probe() throws IOException, InterruptedException;

    /// Whether what is seen is a move half done, which it can be gone on from. What somebody else made of it is not.
    default boolean isHalf(Shape seen, Shape from, Shape to) {
        return seen.isBetween(from, to);
    }

    /// Makes it run what the move says. Done twice, it is done once.
    ///
    /// @throws IOException when it cannot be done, with the target's own words
    void apply(Move move) throws IOException, InterruptedException;

    /// Back to what it ran before the release, whatever of the release was done.
    ///
    /// @param move its `to` is the shape from before the release
    void undo(Move move) throws IOException, InterruptedException;

    /// What of a shape could not be brought back, in words; asked before anything is touched.
    default List<String> missing(Shape shape) throws IOException, InterruptedException {
        return List.of();
    }
}
