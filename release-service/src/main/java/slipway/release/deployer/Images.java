package slipway.release.deployer;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Images by digest. A tag says today this and tomorrow that; what is named by one alone is nothing that we know.
final class Images {

    private static final Pattern BY_DIGEST = Pattern.compile("(.+)@(sha256:[0-9a-f]{64})");

    private Images() {}

    /// @return empty: the image is named by a tag alone
    static Optional<String> digest(String image) {
        Matcher matcher = BY_DIGEST.matcher(image);
        return matcher.matches() ? Optional.of(matcher.group(2)) : Optional.empty();
    }

    /// The image that a move is about.
    ///
    /// @throws IOException when its reference is not by its digest
    static String released(Move move) throws IOException {
        if (!digest(move.reference()).equals(Optional.of(move.digest()))) {
            throw new IOException("'" + move.reference() + "' does not name an image by the digest " + move.digest());
        }
        return move.reference();
    }

    /// The image that has a digest.
    ///
    /// @param runs what runs there now
    /// @param before what ran there before, as it was noted; null: nothing was
    static String with(String digest, String runs, @Nullable String before, Move move) throws IOException {
        if (digest(runs).equals(Optional.of(digest))) {
            return runs;
        }
        if (digest.equals(move.digest())) {
            return released(move);
        }
        if (before != null && digest(before).equals(Optional.of(digest))) {
            return before;
        }
        // What ran before came from where its successor comes from.
        String released = released(move);
        return released.substring(0, released.indexOf('@')) + "@" + digest;
    }
}
