package slipway.backup.vault;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A place where copies of backup sets lie. One rule holds in each of them: a set is there under its name only when it lies there
/// whole, and what is not whole can be told from it and is cleaned. Whether its bytes are what was sealed, no location is asked:
/// that is read back and compared with the signed manifest.
///
/// Every method fails with an [IOException] when the location cannot be reached or does not do it now: worth another try.
public sealed interface Location permits DirectoryLocation, S3Location, RcloneLocation {

    /// Names it in facts and to people: ends with `/` and holds no secret.
    String uri();

    /// Of a set in it.
    default String uri(String set) {
        return uri() + set;
    }

    /// Called once, before anything else.
    ///
    /// @param known whether it was prepared at an earlier start: then nothing is made that is missing now
    void prepare(boolean known) throws IOException;

    /// How much of a set is in a location.
    enum State {
        /// Nothing.
        ABSENT,
        /// What somebody who was interrupted left.
        HALF,
        /// A set under its name.
        WHOLE
    }

    State state(String set) throws IOException, InterruptedException;

    /// What the location says about the files of a whole copy without their being read: as long as it is the same, nobody wrote to them.
    ///
    /// @return null where nothing is said that could be relied on
    @Nullable String traces(String set) throws IOException, InterruptedException;

    /// One file of a set.
    ///
    /// @return to be closed by the caller; a stream that ends early fails, it does not end
    /// @throws java.nio.file.NoSuchFileException when it is not there; every other [IOException] says nothing about the copy
    InputStream read(String set, String file) throws IOException, InterruptedException;

    /// Starts a copy. What was left of one before is removed.
    Draft draft(String set) throws IOException, InterruptedException;

    /// Removes what is half.
    void discard(String set) throws IOException, InterruptedException;

    /// Takes a copy out of the way of a new one, so that a person can still look at it.
    void aside(String set) throws IOException, InterruptedException;

    /// Removes a set, whole or half, and what was put aside of it. Nothing there is no failure.
    ///
    /// @throws Refused when the location keeps it; then nothing was removed
    void remove(String set) throws Refused, IOException, InterruptedException;

    /// What the location, asked now, says about how it keeps a whole copy.
    ///
    /// @throws Unguarded when that is less than what it was configured for
    Copy kept(String set, String manifestDigest) throws Unguarded, IOException, InterruptedException;

    /// A copy on its way into a location.
    interface Draft {

        /// @param bytes how many `content` has
        void write(String file, long bytes, InputStream content) throws IOException, InterruptedException;

        /// What was written, as the location gives it back.
        InputStream read(String file) throws IOException, InterruptedException;

        /// Makes it a set.
        void publish(byte[] signature) throws IOException, InterruptedException;
    }

    /// One whole copy of a set.
    ///
    /// @param location URI of the set in the location
    /// @param version that the location gave its manifest; where locations give none, the digest of the manifest
    /// @param retainUntil until when the location refuses its deletion, as read back; null when it does not
    record Copy(String location, String version, @Nullable Instant retainUntil) {}

    /// A whole copy does not count, since the location does not keep it as it has to.
    final class Unguarded extends Exception {
        private final boolean another;

        Unguarded(String reason) {
            this(reason, false);
        }

        /// @param another whether one that is made now would count
        Unguarded(String reason, boolean another) {
            super(reason);
            this.another = another;
        }

        boolean another() {
            return another;
        }
    }

    /// A location keeps a copy that was to be removed.
    final class Refused extends Exception {
        private final transient Instant until;

        Refused(Instant until) {
            super("is kept until " + until);
            this.until = until;
        }

        public Instant until() {
            return until;
        }
    }
}
