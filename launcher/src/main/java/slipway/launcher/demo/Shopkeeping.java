package slipway.launcher.demo;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import slipway.launcher.estate.Warehouse;

/// Somebody goes on working while a release runs: books a movement every half second, and counts what the database
/// confirmed. What is booked after the backup is what a restore loses.
final class Shopkeeping implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(500);

    private final Warehouse warehouse;
    private final String note;
    private final AtomicLong confirmed = new AtomicLong();
    private @Nullable Thread thread;

    Shopkeeping(Warehouse warehouse, String note) {
        this.warehouse = warehouse;
        this.note = note;
    }

    void start() {
        if (thread == null) {
            thread = Thread.ofVirtual().name("shopkeeping").start(this::work);
        }
    }

    private void work() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                warehouse.book(note);
                confirmed.incrementAndGet();
                Thread.sleep(PACE);
            } catch (SQLException e) {
                // The database is away, as in a restore: nothing was confirmed, so nothing is counted.
                if (!rest()) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static boolean rest() {
        try {
            Thread.sleep(PACE);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /// How many the database confirmed.
    long confirmed() {
        return confirmed.get();
    }

    /// How many of them are there now.
    long found() throws SQLException {
        return warehouse.booked(note);
    }

    /// Returns when the last one is either confirmed or not.
    @Override
    public void close() {
        Thread working = thread;
        if (working != null) {
            working.interrupt();
            try {
                working.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
