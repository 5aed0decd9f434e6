package slipway.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import slipway.backup.domain.RestoreCheck;

/// How one kind of system is captured, restored on trial, and restored for good.
interface Recipe {

    /// Its name in a plan.
    String name();

    /// One of the ten categories, e.g. `databases`.
    String category();

    String system();

    /// What the copy is like: `POINT_IN_TIME`, or `FILE_BY_FILE` when the source may change while it is read.
    String consistency();

    /// Writes the source's content as one stream.
    ///
    /// @param name of the set, for whatever has to be named in the source
    /// @throws IOException when the source cannot be read whole
    Evidence capture(String name, OutputStream out) throws IOException, InterruptedException;

    /// Restores into an empty folder and compares with what was captured.
    List<RestoreCheck> test(String item, InputStream content, Evidence evidence, Path scratch)
            throws IOException, InterruptedException;

    /// Makes the captured state live. Done again after a crash, it goes on where it was.
    ///
    /// @throws IOException when it could not; the live system is as before, as far as the message does not say otherwise
    Restored restore(String item, InputStream content, Evidence evidence, String name)
            throws IOException, InterruptedException;

    /// What was captured, told by the source itself at that moment.
    ///
    /// @param recoveryPoint the moment that a restore brings back
    /// @param fingerprint of the whole content
    /// @param contents what a restored copy is compared with: name → count, checksum or id
    record Evidence(Instant recoveryPoint, String fingerprint, SortedMap<String, String> contents) {}

    /// @param cutOverAt when the live system stopped taking writes
    record Restored(Instant cutOverAt, List<RestoreCheck> checks) {}
}
