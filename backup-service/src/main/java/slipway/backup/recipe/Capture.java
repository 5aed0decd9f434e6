package slipway.backup.recipe;

import java.time.Instant;
import java.util.Map;

/// What a recipe says about what it captured.
///
/// @param consistency class of the capture, in words
/// @param fingerprint of the source
/// @param recoveryPoint the moment that it restores to
/// @param contents what the source looked like then, by name: a restored copy has to look the same
/// @param notes what has to be known to restore it
public record Capture(
        String consistency,
        String fingerprint,
        Instant recoveryPoint,
        Map<String, String> contents,
        Map<String, String> notes) {

    /// A note of what whoever relies on it has to know: what is not kept, or not put back.
    public static final String WARNINGS = "warnings";
}
