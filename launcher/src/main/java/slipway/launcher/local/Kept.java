package slipway.launcher.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/// Something that ought to run until it is stopped, and may end by itself.
///
/// @param kind what it is, such as `release-service`; several of a kind do the same
/// @param number counts from 1 among those
/// @param name by which it is called, such as `release-service-2`
/// @param log where it says why
/// @param end what became of it, to be said after its name; empty while it runs
/// @param restarting stops it, if it runs, starts it, and returns when it is healthy; otherwise throws [Trouble]
public record Kept(String kind, int number, String name, Path log, Supplier<Optional<String>> end, Runnable restarting) {

    /// The name of a kind means all of it.
    boolean isMeantBy(String word) {
        return word.equals(kind) || word.equals(name) || word.equals(kind + "-" + number);
    }
}
