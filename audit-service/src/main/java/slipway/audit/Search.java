package slipway.audit;

import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.audit.domain.Entry;
import slipway.http.Refusal;

/// Finds stories and facts: by whom and what they are about, by their words and by time; page by page, each from where the one before
/// ended, whatever came in between.
final class Search {

    private static final int USUAL = 50;
    private static final int MOST = 200;
    private static final String NONE = "cursor: is none that was given out";

    private static final String WORDS =
            "topic <> 'notification.events' and length(payload) < 200000 and jsonb_to_tsvector('simple', said(payload), '[\"string\"]') @@ websearch_to_tsquery('simple', ?)";

    private final JdbcClient jdbc;

    Search(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// What is looked for: all that is given has to hold.
    ///
    /// @param change the change whose story it is
    /// @param person who did it, or is named
    /// @param item a configuration item that the change touches or reaches
    /// @param text words as a search engine takes them: `disk -backup "canary failed"`; those of notifications are not searched
    /// @param type of facts, such as `RollbackTriggered`
    /// @param since recorded then or later
    /// @param until recorded before
    /// @param limit 50 unless told, 200 at most
    /// @param cursor `next` of the page before
    record Wanted(
            @Nullable String change,
            @Nullable String person,
            @Nullable String item,
            @Nullable String service,
            @Nullable String environment,
            @Nullable String text,
            @Nullable String type,
            @Nullable String since,
            @Nullable String until,
            @Nullable String limit,
            @Nullable String cursor) {}

    /// @param next the cursor of the next page; null: this is the last
    record Page<T>(List<T> found, @Nullable String next) {

        <S> Page<S> map(Function<T, S> each) {
            return new Page<>(found.stream().map(each).toList(), next);
        }
    }

    /// A story in one line.
    ///
    /// @param id of the change, or of what belongs to none
    /// @param kind NORMAL, STANDARD, EMERGENCY or LATENT; null: it is no change
    /// @param state in which what bears its name stands; null: it has no states
    /// @param facts how many, of all services
    /// @param last type of the latest
    record Story(
            String id,
            @Nullable String title,
            @Nullable String kind,
            @Nullable String service,
            @Nullable String requester,
            @Nullable String state,
            long facts,
            Instant since,
            Instant until,
            String last) {}

    /// A query as it grows.
    private static final class Query {

        private final List<String> conditions = new ArrayList<>();
        private final List<Object> params = new ArrayList<>();

        void where(String condition, Object... values) {
            conditions.add(condition);
            params.addAll(List.of(values));
        }

        String text() {
            return conditions.isEmpty() ? "true" : String.join(" and ", conditions);
        }
    }

    /// @throws Refusal 400 that names every parameter that is wrong
    Page<Story> stories(Wanted wanted) {
        Checked checked = new Checked(wanted, 1);
        Query query = new Query();
        touches(wanted, query);
        if (wanted.change() != null) {
            query.where("correlation_id = ?", wanted.change());
        }
        if (wanted.text() != null) {
            query.where("correlation_id in (select correlation_id from ledger where " + WORDS + ")", wanted.text());
        }
        if (wanted.type() != null) {
            query.where("exists (select from ledger where ledger.correlation_id = story.correlation_id and type = ?)", wanted.type());
        }
        if (checked.since != null) {
            query.where("until >= ?", Timestamp.from(checked.since));
        }
        if (checked.until != null) {
            query.where("until < ?", Timestamp.from(checked.until));
        }
        if (checked.after != null) {
            query.where("(since, correlation_id) < (?, ?)", Timestamp.from(checked.after.at()), checked.after.rest().getFirst());
        }
        List<Story> found = jdbc.sql(
                        """
                        select story.*, (
                            select state from standing where aggregate_id = story.correlation_id order by sequence desc limit 1) as state
                        from story where %s order by since desc, correlation_id desc limit ?
                        """
                                .formatted(query.text()))
                .params(query.params)
                .param(checked.limit + 1)
                .query((row, _) -> new Story(
                        row.getString("correlation_id"),
                        row.getString("title"),
                        row.getString("kind"),
                        row.getString("service"),
                        row.getString("requester"),
                        row.getString("state"),
                        row.getLong("facts"),
                        row.getTimestamp("since").toInstant(),
                        row.getTimestamp("until").toInstant(),
                        row.getString("last")))
                .list();
        return page(found, checked.limit, last -> new Place(last.since(), List.of(last.id())));
    }

    /// @throws Refusal 400 that names every parameter that is wrong
    Page<Ledger.Stored> facts(Wanted wanted) {
        Checked checked = new Checked(wanted, 3);
        Query query = new Query();
        touches(wanted, query);
        if (wanted.person() != null) {
            // Of the stories in which the person has a part only what the person did, or is named in.
            query.where(
                    "(coalesce(on_behalf_of, actor) = ? or jsonb_path_exists(said(payload), '$.** ? (@ == $person)', jsonb_build_object('person', ?::text)))",
                    wanted.person(),
                    wanted.person());
        }
        if (wanted.change() != null) {
            query.where("correlation_id = ?", wanted.change());
        }
        if (wanted.text() != null) {
            query.where(WORDS, wanted.text());
        }
        if (wanted.type() != null) {
            query.where("type = ?", wanted.type());
        }
        if (checked.since != null) {
            query.where("recorded_at >= ?", Timestamp.from(checked.since));
        }
        if (checked.until != null) {
            query.where("recorded_at < ?", Timestamp.from(checked.until));
        }
        if (checked.after != null) {
            query.where(
                    "(recorded_at, topic, partition, log_offset) < (?, ?, ?, ?)",
                    Timestamp.from(checked.after.at()),
                    checked.after.rest().getFirst(),
                    checked.after.number(1),
                    checked.after.number(2));
        }
        List<Ledger.Stored> found = jdbc.sql("select " + Ledger.COLUMNS + ", hash from ledger where " + query.text()
                        + " order by recorded_at desc, topic desc, partition desc, log_offset desc limit ?")
                .params(query.params)
                .param(checked.limit + 1)
                .query((row, _) -> Ledger.stored(row))
                .list();
        return page(found, checked.limit, last -> {
            Entry.Place place = last.entry().place();
            return new Place(
                    last.entry().recordedAt(), List.of(place.topic(), String.valueOf(place.partition()), String.valueOf(place.offset())));
        });
    }

    private static void touches(Wanted wanted, Query query) {
        touches("person", wanted.person(), query);
        touches("item", wanted.item(), query);
        touches("service", wanted.service(), query);
        touches("environment", wanted.environment(), query);
    }

    private static void touches(String kind, @Nullable String name, Query query) {
        if (name != null) {
            query.where("correlation_id in (select correlation_id from touch where kind = ? and name = ?)", kind, name);
        }
    }

    private static <T> Page<T> page(List<T> found, int limit, Function<T, Place> place) {
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        List<T> shown = found.subList(0, limit);
        return new Page<>(List.copyOf(shown), place.apply(shown.getLast()).cursor());
    }

    /// Where a page ended.
    ///
    /// @param rest what tells those of one time apart
    private record Place(Instant at, List<String> rest) {

        long number(int which) {
            try {
                return Long.parseLong(rest.get(which));
            } catch (NumberFormatException e) {
                throw Refusal.malformed(List.of(NONE));
            }
        }

        private static final String BETWEEN = "\n";

        String cursor() {
            List<String> all = new ArrayList<>(List.of(at.toString()));
            all.addAll(rest);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(String.join(BETWEEN, all).getBytes(StandardCharsets.UTF_8));
        }

        /// @throws IllegalArgumentException when it is none
        static Place of(String cursor) {
            List<String> all = List.of(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(BETWEEN, -1));
            try {
                return new Place(Instant.parse(all.getFirst()), all.subList(1, all.size()));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("no cursor", e);
            }
        }
    }

    /// What was asked for, when it can be.
    private static final class Checked {

        private final @Nullable Instant since;
        private final @Nullable Instant until;
        private final int limit;
        private final @Nullable Place after;

        /// @param rest of a cursor: how many parts tell those of one time apart
        Checked(Wanted wanted, int rest) {
            Parameters parameters = new Parameters();
            since = parameters.time("since", wanted.since());
            until = parameters.time("until", wanted.until());
            parameters.text("change", wanted.change());
            parameters.text("person", wanted.person());
            parameters.text("item", wanted.item());
            parameters.text("service", wanted.service());
            parameters.text("environment", wanted.environment());
            parameters.text("text", wanted.text());
            parameters.text("type", wanted.type());
            limit = wanted.limit() == null ? USUAL : Math.toIntExact(parameters.number("limit", wanted.limit(), 1, MOST));
            after = wanted.cursor() == null ? null : place(wanted.cursor(), rest);
            if (wanted.cursor() != null && after == null) {
                parameters.fault(NONE);
            }
            parameters.check();
        }

        private static @Nullable Place place(String cursor, int rest) {
            try {
                Place place = Place.of(cursor);
                boolean whole = place.rest().size() == rest && place.rest().stream().noneMatch(part -> part.indexOf('\0') >= 0);
                return whole && new Parameters().time("cursor", place.at().toString()) != null ? place : null;
            } catch (IllegalArgumentException _) {
                return null;
            }
        }
    }
}
