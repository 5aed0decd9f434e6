package slipway.audit;

import java.sql.Timestamp;
import java.time.Instant;

/// A time, and by which of the two times of a fact it is compared.
record Moment(Instant at, By by) {

    enum By {
        /// When its owner wrote it down: what could be known then.
        KNOWN("recorded_at", "known"),
        /// When it happened, also when that became known later.
        HAPPENED("occurred_at", "happened");

        private final String column;
        private final String range;

        By(String column, String range) {
            this.column = column;
            this.range = range;
        }
    }

    /// Of `ledger`.
    String facts() {
        return by.column + " <= ?";
    }

    /// Of `standing`.
    String stands() {
        return by.range + " @> ?::timestamptz";
    }

    Timestamp timestamp() {
        return Timestamp.from(at);
    }
}
