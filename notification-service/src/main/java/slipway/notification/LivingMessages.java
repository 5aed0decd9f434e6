package slipway.notification;

import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.notification.Channel.To;

/// Messages that are kept up to date in their place instead of being sent anew: one for each receiver, recipient and story. Where one is, is
/// written down as soon as the channel says so, and before anything is added to it: a crash later does not begin a second one.
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
        return jdbc.sql("select place, ts from living_message where receiver = ? and recipient = ? and told_with = ?")
                .params(to.receiver(), to.recipient(), to.group())
                .query((row, _) -> new Place(row.getString("place"), row.getString("ts")))
                .optional();
    }

    /// The channel's own name of where somebody is told; empty: it was not said yet.
    Optional<String> place(String recipient) {
        return jdbc.sql("select place from living_message where recipient = ? order by ts desc limit 1")
                .param(recipient)
                .query(String.class)
                .optional();
    }

    void begins(To to, Place place) {
        jdbc.sql(
                        """
                        insert into living_message (receiver, recipient, told_with, place, ts) values (?, ?, ?, ?, ?)
                        on conflict (receiver, recipient, told_with) do update set place = excluded.place, ts = excluded.ts
                        """)
                .params(to.receiver(), to.recipient(), to.group(), place.place(), place.ts())
                .update();
    }

    /// Somebody deleted it.
    void ends(To to) {
        jdbc.sql("delete from living_message where receiver = ? and recipient = ? and told_with = ?")
                .params(to.receiver(), to.recipient(), to.group())
                .update();
    }
}
