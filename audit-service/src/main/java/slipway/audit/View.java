package slipway.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import slipway.audit.domain.Digest;
import slipway.audit.domain.Entry;
import slipway.events.Topics;

/// A read table over the ledger, and nothing but that: its rows are what the query `db/views/NAME.sql` gives of the facts of one key, or of each
/// fact alone. So it does not matter in which order facts of different topics came, and a replay makes the same rows.
enum View {
    STORY(Key.STORY, Topics.CHANGE, Topics.RELEASE, Topics.BACKUP, Topics.NOTIFICATION, Topics.AUDIT_CHECKPOINTS),
    TOUCH(Key.STORY, true, Topics.CHANGE, Topics.RELEASE, Topics.BACKUP),
    STANDING(Key.AGGREGATE, Topics.CHANGE, Topics.RELEASE, Topics.BACKUP),
    COURSE(Key.STORY, Topics.CHANGE),
    ROLLOUT(Key.AGGREGATE, Topics.RELEASE),
    BREACH(Key.AGGREGATE, Topics.AUDIT_CHECKPOINTS);

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
    private final boolean grows;
    private final Set<String> topics;
    private final String query;

    View(Key key, String... topics) {
        this(key, false, topics);
    }

    /// @param grows whether each fact only adds rows, whatever others say
    /// @param topics whose facts its query looks at
    View(Key key, boolean grows, String... topics) {
        this.key = key;
        this.grows = grows;
        this.topics = Set.of(topics);
        this.query = read("/db/views/" + table() + ".sql");
    }

    String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    Key key() {
        return key;
    }

    boolean grows() {
        return grows;
    }

    /// Whose rows may be others now.
    Set<String> touched(List<Entry> arrived) {
        return arrived.stream()
                .filter(entry -> topics.contains(entry.place().topic()))
                .map(key::of)
                .collect(Collectors.toCollection(TreeSet::new));
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
