package slipway.backup;

import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import slipway.backup.domain.RestoreCheck;
import slipway.backup.recipe.Item;
import slipway.backup.vault.Vault;

/// One item of a restore over live data: prepared without anybody noticing, then in, or back. What was reached survives a crash at any line.
sealed interface Replacement permits Swap, Overwrite {

    Item item();

    /// What was compared.
    List<RestoreCheck> checks();

    Instant recoveryPoint();

    /// Until when what was written to the data before it is lost.
    Instant cutOverAt();

    /// Whether live data may have been touched.
    boolean begun();

    /// Where the data from before are, in words.
    String keeps();

    /// Whether it may go in, as far as can be seen before anything is touched.
    ///
    /// @throws DoesNotDo when it may not
    default void ready() throws DoesNotDo, InterruptedException {}

    /// Makes the restored data the live ones. May be done again.
    ///
    /// @throws DoesNotDo when that fails; [#goBack] mends it
    void goIn(Clock clock) throws DoesNotDo, InterruptedException;

    /// Makes the data from before the live ones again. May be done again.
    ///
    /// @throws DoesNotDo when that fails; nothing is lost then, but a person has to look
    void goBack() throws DoesNotDo, InterruptedException;

    /// What that person has to do.
    String byHand();

    /// Whether nothing was live before.
    default boolean hadNothing() {
        return false;
    }

    /// Where the restored data lie that did not do.
    Optional<Path> useless();

    /// An interruption is no reason: the next attempt goes on. A recipe that stumbles is one: it would stumble at each attempt, for ever, with live data out of service.
    static String reason(Exception e, Item item) throws InterruptedException {
        if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("interrupted while restoring " + item.name());
        }
        return Vault.reason(e);
    }

    /// The restored data did not do.
    final class DoesNotDo extends Exception {
        DoesNotDo(String reason) {
            super(reason);
        }
    }
}
