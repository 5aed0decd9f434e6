package slipway.backup.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import slipway.backup.domain.RestoreCheck;

/// How one kind of system is captured and restored. Every verb may be repeated after a crash at any point.
public interface Recipe {

    /// What plans call it.
    String id();

    /// Goes up when what it writes changes.
    int version();

    /// Whether it restores what that version of it sealed.
    default boolean restores(int version) {
        return version == version();
    }

    /// One of the ten categories.
    String category();

    String system();

    List<Parameter> parameters();

    /// What is wrong with parameters that their types cannot tell, by the parameter.
    default Map<String, String> faults(Map<String, String> parameters) {
        return Map.of();
    }

    /// Every system that it is for, and how far it is proven with each.
    default Map<String, Tier> systems() {
        return Map.of(system(), Tier.LIVE_TESTED);
    }

    /// What it captures is a snapshot that stays in its system, and nothing is compared of what is in it: recipes of which one, beside it in a
    /// plan, does compare that. Empty: it does so itself.
    default List<String> provenBy() {
        return List.of();
    }

    /// How a person puts back what was opened without this product, by programs of the system: one step for each. Empty: nobody wrote
    /// any down.
    default List<String> byHand() {
        return List.of();
    }

    /// Whether [#capture] writes one file of its own kind, and no tar stream of a tree.
    default boolean capturesOneFile() {
        return false;
    }

    /// Writes the item as one stream.
    ///
    /// @param set which it will be part of: what is made elsewhere is named after it, so that another attempt finds it
    /// @throws IOException when it cannot be captured; the message is for a person
    Capture capture(Item item, String set, OutputStream out) throws IOException, InterruptedException;

    /// What the source looks like now, by the names of [Capture#contents]. Nothing of it is changed.
    ///
    /// @throws IOException when it cannot be looked at; the message is for a person
    Map<String, String> look(Item item) throws IOException, InterruptedException;

    /// The same, as far as the version looked that noted this at capture.
    default Map<String, String> look(Item item, Map<String, String> notes) throws IOException, InterruptedException {
        return look(item);
    }

    /// Restores into `scratch`, which does not exist yet, and looks at what came out of it. Nothing is left running.
    ///
    /// @return what the restored copy looks like, by the names of [Capture#contents]
    Map<String, String> restore(Item item, Map<String, String> notes, InputStream in, Path scratch)
            throws IOException, InterruptedException;

    /// Ends what an attempt that was killed left running in a scratch directory, before that is deleted.
    default void release(Path scratch) throws IOException, InterruptedException {}

    /// What a rollback replaces by a restored scratch directory; empty when a rollback leaves the item as it is.
    Optional<Path> live(Item item);

    /// Whether it can be restored to any moment after its capture.
    default boolean restoresToAMoment(Item item) {
        return false;
    }

    /// Restores into `scratch` as it was at a moment after the capture; only where [#restoresToAMoment].
    ///
    /// @return what was looked at to see that it is so
    default List<RestoreCheck> restoreTo(
            Item item, Map<String, String> notes, InputStream in, Path scratch, Instant moment)
            throws IOException, InterruptedException {
        throw new IOException(item.name() + " can be restored only as it was captured");
    }

    /// Whether what a rollback restores is written over the live item, where there is nothing that could be replaced as a whole.
    default boolean overwrites(Item item) {
        return false;
    }

    /// Writes what [#restore] made in `tree` over the live item; only where [#overwrites]. May be done again.
    ///
    /// @return what the live item looks like then, by the names of [Capture#contents]
    default Map<String, String> overwrite(Item item, Map<String, String> notes, Path tree)
            throws IOException, InterruptedException {
        throw new IOException(item.name() + " is not written over");
    }

    /// Takes the live item out of service, if it is in service.
    default void takeOut(Item item, Map<String, String> notes) throws IOException, InterruptedException {}

    /// Puts what now lies at [#live] into service, if it is not, and makes sure that it works.
    default void putIn(Item item, Map<String, String> notes) throws IOException, InterruptedException {}
}
