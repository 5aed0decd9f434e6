package slipway.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;

/// A read table over the ledger, and nothing but that: its rows are what the query `db/views/NAME.sql` gives of the facts of one key. So it
/// does not matter in which order facts of different topics came, and a replay makes the same rows.
enum View {
    STORY(Key.STORY),
    TOUCH(Key.STORY),
    STANDING(Key.AGGREGATE),
    COURSE(Key.STORY);

    /// By which facts belong together: each row is made of facts of one key.
    enum Key {
        STORY("correlation_id"),
        AGGREGATE("aggregate_id");

        private final String column;

        Key(String column) {
            this.column = column;
        }

        String column() {
            return column;
        }

        String of(Entry entry) {
            return switch (this) {
                case STORY -> entry.correlationId();
                case AGGREGATE -> entry.aggregateId();
            };
        }
    }

    private final Key key;
    private final String query;

    View(Key key) {
        this.key = key;
        this.query = read("/db/views/" + table() + ".sql");
    }

    String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    Key key() {
        return key;
    }

    /// All rows, of the table `ledger` that the search path has.
    String query() {
        return query;
    }

    /// Another one: other rows.
    String queryHash() {
        return Digest.hash(query.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(String resource) {
        try (InputStream file = View.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(file, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
