package slipway.notification;

import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.notification.Channel.To;

/// Messages that are kept up to date in their place instead of being sent anew: one for each channel and story, whichever receivers lead there and however
/// they write it. Where one is, is written down as soon as Slack says so, and before anything is added to it: a crash later does not begin a second one.
///
/// Who posts or changes one has it claimed meanwhile, so that what is told first does not arrive last. A claim ends by itself, when no call of its owner
/// can be under way any more; nobody but its owner ends it before.
final class LivingMessages {

    private static final Pattern ONE_STORY = Pattern.compile("(?:.* )?change=[^ ,]+(?: .*)?");

    private final JdbcClient jdbc;
    private final Lanes lanes;

    LivingMessages(JdbcClient jdbc, Lanes lanes) {
        this.jdbc = jdbc;
        this.lanes = lanes;
    }

    /// Where one is.
    ///
    /// @param channelId the id of the channel; the address while Slack did not say it
    /// @param ts which message there; empty: none yet
    record MessageRef(String channelId, String ts) {

        boolean isPosted() {
            return !ts.isEmpty();
        }
    }

    /// The group of what is told of a story, where nobody wanted another.
    static String group(String story) {
        return "change=" + story;
    }

    /// Whether a group is about one story only: what is told of several has no state that could be kept up to date.
    static boolean isOneStory(String group) {
        return ONE_STORY.matcher(group).matches();
    }

    MessageRef of(To to) {
        String channelId = channelId(to.address());
        return jdbc.sql("select ts from living_message where told_with = ? and channel_id = ?")
                .params(to.group(), channelId)
                .query((row, _) -> new MessageRef(channelId, row.getString("ts")))
                .optional()
                .orElse(new MessageRef(channelId, ""));
    }

    /// The id of the channel that an address leads to; the address while Slack did not say it.
    String channelId(String address) {
        return jdbc.sql("select channel_id from place where address = ?").param(address).query(String.class).optional().orElse(address);
    }

    /// Slack said where an address leads. Before that counts, the channel is left alone as long as it was by its name.
    void resolves(String address, String channelId) {
        String before = channelId(address);
        if (before.equals(channelId)) {
            return;
        }
        if (before.equals(address)) {
            lanes.carry(lane(before), lane(channelId));
        }
        jdbc.sql(
                        """
                        insert into place (address, channel_id) values (:address, :channel)
                        on conflict (address) do update set channel_id = excluded.channel_id
                        """)
                .param("address", address)
                .param("channel", channelId)
                .update();
    }

    /// A story's message turned out to be gone, and is posted anew: a post more than was known before.
    void costs(MessageRef gone, Duration pace) {
        lanes.charge(lane(gone.channelId()), pace);
    }

    private static String lane(String place) {
        return Lanes.name(Receiver.SLACK, place);
    }

    /// Of those who want to post or change a story's message in one channel, one does.
    ///
    /// @param seen as it was found
    /// @param by the notification whose message it is: the same at each of its attempts, so that one that was killed does not wait for itself
    /// @return false: somebody else does, or has posted another
    boolean claim(MessageRef seen, String group, String by) {
        return jdbc.sql(
                                """
                                insert into living_message (channel_id, told_with, ts, claimed_until, claimed_by)
                                values (:channel, :group, '', clock_timestamp() + interval '1 minute', :by)
                                on conflict (channel_id, told_with) do update
                                set claimed_until = excluded.claimed_until, claimed_by = excluded.claimed_by
                                where living_message.ts = :ts
                                and (living_message.claimed_until <= clock_timestamp() or living_message.claimed_by = :by)
                                """)
                        .param("channel", seen.channelId())
                        .param("group", group)
                        .param("by", by)
                        .param("ts", seen.ts())
                        .update()
                == 1;
    }

    /// Whoever claimed it is done with it. Does nothing to what is another's by now.
    void release(MessageRef seen, String group, String by) {
        jdbc.sql("delete from living_message where channel_id = ? and told_with = ? and ts = '' and claimed_by = ?")
                .params(seen.channelId(), group, by)
                .update();
        jdbc.sql(
                        """
                        update living_message set claimed_until = '-infinity', claimed_by = ''
                        where channel_id = ? and told_with = ? and claimed_by = ?
                        """)
                .params(seen.channelId(), group, by)
                .update();
    }

    /// Whether it shows something that was told after this: at the same moment, a later fact of the same decision. To be asked by whoever claimed it.
    boolean showsLater(MessageRef ref, String group, Meta fact) {
        return jdbc.sql(
                        """
                        select exists (select from living_message where channel_id = :channel and told_with = :group and ts = :ts
                        and (shows > :at or shows = :at and shows_of = :of and shows_sequence > :sequence))
                        """)
                .param("channel", ref.channelId())
                .param("group", group)
                .param("ts", ref.ts())
                .param("at", Timestamp.from(fact.getRecordedAt()))
                .param("of", fact.getAggregateId())
                .param("sequence", fact.getSequence())
                .query(Boolean.class)
                .single();
    }

    /// Slack took a change of it.
    void showing(MessageRef ref, String group, Meta fact) {
        jdbc.sql(
                        """
                        update living_message set shows = ?, shows_of = ?, shows_sequence = ? where channel_id = ? and told_with = ? and ts = ?
                        """)
                .params(Timestamp.from(fact.getRecordedAt()), fact.getAggregateId(), fact.getSequence(), ref.channelId(), group, ref.ts())
                .update();
    }

    /// Slack took a post of it.
    ///
    /// @param seen what was claimed
    /// @return whether the story goes on in it; not where somebody who wrote the same channel otherwise was faster: then it is a double
    boolean posted(To to, MessageRef seen, MessageRef posted, Meta fact) {
        resolves(to.address(), posted.channelId());
        boolean goesOn = jdbc.sql(
                                """
                                insert into living_message (channel_id, told_with, ts, shows, shows_of, shows_sequence)
                                values (:channel, :group, :ts, :at, :of, :sequence)
                                on conflict (channel_id, told_with) do update
                                set ts = excluded.ts, shows = excluded.shows, shows_of = excluded.shows_of, shows_sequence = excluded.shows_sequence
                                where living_message.ts in ('', :seen)
                                """)
                        .param("channel", posted.channelId())
                        .param("group", to.group())
                        .param("ts", posted.ts())
                        .param("at", Timestamp.from(fact.getRecordedAt()))
                        .param("of", fact.getAggregateId())
                        .param("sequence", fact.getSequence())
                        .param("seen", seen.ts())
                        .update()
                == 1;
        if (!goesOn) {
            jdbc.sql("insert into double_message (channel_id, told_with, ts) values (?, ?, ?) on conflict do nothing")
                    .params(posted.channelId(), to.group(), posted.ts())
                    .update();
        }
        return goesOn;
    }

    /// It is gone, for whoever does not just post it anew.
    void forget(MessageRef ref, String group, String by) {
        jdbc.sql(
                        """
                        delete from living_message where channel_id = ? and told_with = ? and ts = ?
                        and (claimed_until <= clock_timestamp() or claimed_by = ?)
                        """)
                .params(ref.channelId(), group, ref.ts(), by)
                .update();
    }

    /// What was posted for a story although it goes on in another message, as far as it is still there.
    List<MessageRef> doubles(To to) {
        return jdbc.sql("select channel_id, ts from double_message where channel_id = ? and told_with = ?")
                .params(channelId(to.address()), to.group())
                .query((row, _) -> new MessageRef(row.getString("channel_id"), row.getString("ts")))
                .list();
    }

    /// Slack said for good what becomes of it.
    void isNoDouble(MessageRef ref, String group) {
        jdbc.sql("delete from double_message where channel_id = ? and told_with = ? and ts = ?")
                .params(ref.channelId(), group, ref.ts())
                .update();
    }
}
