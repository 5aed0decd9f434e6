package slipway.notification;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.notification.Channel.To;

/// Messages that are kept up to date in their place instead of being sent anew: one for each place and story, whichever receivers lead there and however
/// they write it. Where one is, is written down as soon as the channel says so, and before anything is added to it: a crash later does not begin a second one.
final class LivingMessages {

    private static final Pattern ONE_STORY = Pattern.compile("(?:.* )?change=[^ ,]+(?: .*)?");

    private final JdbcClient jdbc;

    LivingMessages(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Where one is.
    ///
    /// @param place the channel's own name of the place
    /// @param ts which message there
    record Place(String place, String ts) {}

    /// The group of what is told of a story, where nobody wanted another.
    static String group(String story) {
        return "change=" + story;
    }

    /// Whether a group is about one story only: what is told of several has no state that could be kept up to date.
    static boolean isOneStory(String group) {
        return ONE_STORY.matcher(group).matches();
    }

    Optional<Place> of(To to) {
        return jdbc.sql(
                        """
                        select place, ts from living_message where told_with = :group and ts <> ''
                        and place = coalesce((select place from place where address = :address), :address)
                        """)
                .param("group", to.group())
                .param("address", to.address())
                .query((row, _) -> new Place(row.getString("place"), row.getString("ts")))
                .optional();
    }

    /// The channel's own name of where an address leads; the address while it did not say it.
    String place(String address) {
        return jdbc.sql("select place from place where address = ?").param(address).query(String.class).optional().orElse(address);
    }

    /// The channel said where an address leads.
    void leads(String address, String place) {
        jdbc.sql(
                        """
                        insert into place (address, place) select :address, :place where :address <> :place
                        on conflict (address) do update set place = excluded.place where place.place <> excluded.place
                        """)
                .param("address", address)
                .param("place", place)
                .update();
    }

    /// A message is about to show what happened then.
    ///
    /// @return whether it should: it shows nothing newer, which another receiver told
    boolean shows(Place place, String group, Instant happened) {
        return jdbc.sql("update living_message set shows = :at where place = :place and told_with = :group and ts = :ts and shows <= :at")
                        .param("at", Timestamp.from(happened))
                        .param("place", place.place())
                        .param("group", group)
                        .param("ts", place.ts())
                        .update()
                == 1;
    }

    /// Of those who are about to post a story's message to one place, one does.
    ///
    /// @param before the one that is gone; its ts is empty where there was none
    /// @return false: somebody else posts it, or has
    boolean begin(Place before, String group) {
        // After a crash somebody else may, when no post of before can be under way any more.
        return jdbc.sql(
                                """
                                insert into living_message (place, told_with, ts, begun_until)
                                values (:place, :group, '', clock_timestamp() + interval '1 minute')
                                on conflict (place, told_with) do update set begun_until = excluded.begun_until
                                where living_message.ts = :before and living_message.begun_until <= clock_timestamp()
                                """)
                        .param("place", before.place())
                        .param("group", group)
                        .param("before", before.ts())
                        .update()
                == 1;
    }

    /// Whoever was about to post it did not.
    void drop(Place before, String group) {
        jdbc.sql("delete from living_message where place = ? and told_with = ? and ts = ''")
                .params(before.place(), group)
                .update();
        jdbc.sql("update living_message set begun_until = '-infinity' where place = ? and told_with = ? and ts = ?")
                .params(before.place(), group, before.ts())
                .update();
    }

    /// It was posted.
    ///
    /// @param before as it was begun
    /// @return where the story is from now on: elsewhere, where somebody who wrote the same place otherwise was faster
    Place begins(To to, Place before, Place posted, Instant happened) {
        leads(to.address(), posted.place());
        jdbc.sql(
                        """
                        insert into living_message (place, told_with, ts, shows) values (:place, :group, :ts, :at)
                        on conflict (place, told_with) do update
                        set ts = excluded.ts, shows = excluded.shows, begun_until = '-infinity' where living_message.ts in ('', :before)
                        """)
                .param("place", posted.place())
                .param("group", to.group())
                .param("ts", posted.ts())
                .param("at", Timestamp.from(happened))
                .param("before", before.ts())
                .update();
        if (!before.place().equals(posted.place())) {
            drop(before, to.group());
        }
        return of(to).orElse(posted);
    }

    /// Somebody deleted it.
    void ends(Place place, String group) {
        jdbc.sql("delete from living_message where place = ? and told_with = ? and ts = ?")
                .params(place.place(), group, place.ts())
                .update();
    }
}
