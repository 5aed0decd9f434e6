package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.events.change.ChangeCancelled;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.To;

/// A story has one message at a place, whichever receivers lead there and however they write it.
class LivingMessagesTest {

    private static final To BY_NAME = new To("ops", "#releases", "#releases", "change=CHG-7", false);
    private static final To BY_ID = new To("others", "C0000000001", "C0000000001", "change=CHG-7", false);

    @TempDir
    Path folder;

    private JdbcClient jdbc;
    private FakeSlack slack;
    private SlackChannel channel;

    @BeforeEach
    void start() throws IOException {
        slack = new FakeSlack();
        Path token = Files.writeString(folder.resolve("token"), FakeSlack.TOKEN);
        jdbc = TheDatabase.with("living_message", "place", "lane");
        channel = new SlackChannel(
                new SlackApi(slack.api(), new SecretFile(token), new Outside(new Bulkhead(4)), Instant::now),
                new LivingMessages(jdbc, new Lanes(jdbc)),
                _ -> Optional.empty(),
                _ -> Story.UNKNOWN,
                Duration.ofSeconds(1));
    }

    @AfterEach
    void stop() {
        slack.close();
    }

    private static Message cancelled(String reason, Instant at) {
        Meta meta = Samples.meta();
        meta.put(meta.getSchema().getField("recordedAt").pos(), at);
        return Samples.message("NTF-" + reason, List.of(new ChangeCancelled(meta, "eve", reason)));
    }

    private List<String> thread(String ts) {
        return slack.thread(ts).stream().map(each -> each.call().texts()).toList();
    }

    private static Message cancelled(String reason) {
        return cancelled(reason, Samples.meta().getRecordedAt());
    }

    @Test
    void another_receiver_and_another_spelling_go_on_with_the_message_that_is_there() throws Exception {
        channel.send(cancelled("one"), BY_NAME, () -> {});
        channel.send(cancelled("two"), new To("others", "#releases", "#releases", "change=CHG-7", false), () -> {});
        Channel.Delivery third = channel.send(cancelled("three"), BY_ID, () -> {});

        assertThat(slack.roots()).singleElement().satisfies(root -> {
            assertThat(root.call().texts()).contains("three");
            assertThat(slack.thread(root.ts())).hasSize(3);
            assertThat(third).isEqualTo(new Delivered("C0000000001/" + slack.thread(root.ts()).getLast().ts()));
        });
    }

    @Test
    void each_place_and_each_story_has_a_message_of_its_own() throws Exception {
        channel.send(Samples.message(), BY_NAME, () -> {});
        channel.send(Samples.message(), new To("ops", "#releases", "#releases", "change=CHG-8", false), () -> {});
        channel.send(Samples.message(), new To("ops", "rosa", "U012345678", "change=CHG-7", false), () -> {});

        assertThat(slack.roots()).extracting(FakeSlack.Message::channel).containsExactly("C0000000001", "C0000000001", "D0000000001");
    }

    @Test
    void a_message_that_somebody_deleted_is_posted_anew() throws Exception {
        channel.send(Samples.message(), BY_NAME, () -> {});
        slack.delete(slack.roots().getFirst().ts());

        assertThat(channel.send(cancelled("no need"), BY_NAME, () -> {})).isInstanceOf(Delivered.class);
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(thread(root.ts())).singleElement()
                .asString().contains("cancelled by eve"));

        channel.send(cancelled("really"), BY_NAME, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(thread(root.ts())).hasSize(2));
    }

    @Test
    void a_message_that_is_deleted_before_its_reply_is_posted_anew_at_the_next_try() throws Exception {
        channel.send(Samples.message(), BY_NAME, () -> {});
        slack.mood(call -> call.body().has("thread_ts") ? FakeSlack.Reply.error("thread_not_found") : null);
        assertThatThrownBy(() -> channel.send(cancelled("no need"), BY_NAME, () -> {})).isInstanceOf(IOException.class);

        slack.mood(_ -> null);
        channel.send(cancelled("no need"), BY_NAME, () -> {});
        assertThat(thread(slack.roots().getLast().ts())).hasSize(1);
    }

    @Test
    void after_a_crash_between_message_and_reply_no_second_message_begins() throws Exception {
        slack.mood(call -> call.body().has("thread_ts") ? new FakeSlack.Reply(500, "", Map.of()) : null);
        assertThatThrownBy(() -> channel.send(Samples.message(), BY_NAME, () -> {})).hasMessage("Slack answers 500");

        slack.mood(_ -> null);
        channel.send(Samples.message(), BY_NAME, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(thread(root.ts())).hasSize(1));
    }

    @Test
    void a_place_is_one_for_its_pace_too_as_soon_as_slack_told_its_id() throws Exception {
        assertThat(channel.place(BY_NAME)).isEqualTo("#releases");
        channel.send(cancelled("one"), new To("ops", "#releases", "#releases", "", false), () -> {});
        assertThat(channel.place(BY_NAME)).isEqualTo(channel.place(BY_ID)).isEqualTo("C0000000001");
        assertThat(channel.place(new To("ops", "rosa", "U012345678", "change=CHG-7", false))).isEqualTo("U012345678");
    }

    @Test
    void what_is_told_late_does_not_take_the_place_of_what_is_newer() throws Exception {
        Instant now = Samples.meta().getRecordedAt();
        channel.send(cancelled("newer", now.plusSeconds(1)), BY_NAME, () -> {});
        channel.send(cancelled("older", now), BY_ID, () -> {});

        assertThat(slack.roots()).singleElement().satisfies(root -> {
            assertThat(root.call().texts()).contains("newer").doesNotContain("older");
            assertThat(slack.thread(root.ts())).hasSize(2);
        });
    }

    @Test
    void what_happened_before_and_was_told_later_is_what_is_newer() throws Exception {
        Meta found = Samples.meta();
        found.put(found.getSchema().getField("occurredAt").pos(), found.getOccurredAt().minusSeconds(3600));
        found.put(found.getSchema().getField("recordedAt").pos(), found.getRecordedAt().plusSeconds(1));
        channel.send(cancelled("told before", Samples.meta().getRecordedAt()), BY_NAME, () -> {});
        channel.send(Samples.message("NTF-late", List.of(new ChangeCancelled(found, "eve", "found out since"))), BY_ID, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(root.call().texts()).contains("found out since"));
    }

    @Test
    void of_facts_of_one_moment_an_earlier_one_of_the_same_decision_does_not_take_the_place_of_a_later_one() throws Exception {
        channel.send(cancelled("sixth", "CHG-7", 6), BY_NAME, () -> {});
        channel.send(cancelled("fifth", "CHG-7", 5), BY_ID, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(root.call().texts()).contains("sixth"));

        channel.send(cancelled("seventh", "CHG-7", 7), BY_NAME, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(root.call().texts()).contains("seventh"));
        channel.send(cancelled("release", "REL-1", 1), BY_ID, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(root.call().texts()).contains("release"));
    }

    private static Message cancelled(String reason, String aggregate, long sequence) {
        Meta meta = Samples.meta();
        meta.put(meta.getSchema().getField("aggregateId").pos(), aggregate);
        meta.put(meta.getSchema().getField("sequence").pos(), sequence);
        return Samples.message("NTF-" + reason, List.of(new ChangeCancelled(meta, "eve", reason)));
    }

    @Test
    void a_channel_is_left_alone_as_its_name_was_as_soon_as_slack_told_its_id() throws Exception {
        jdbc.sql("insert into lane (name, free_at, rests_until) values ('slack #releases', '2100-01-02Z', '2100-01-01Z')").update();
        channel.send(cancelled("one"), BY_NAME, () -> {});

        assertThat(jdbc.sql("select count(*) from lane where name = 'slack C0000000001' and free_at = '2100-01-02Z' and rests_until = '2100-01-01Z'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void a_message_that_turns_out_to_be_gone_costs_a_post_more() throws Exception {
        channel.send(cancelled("one"), BY_NAME, () -> {});
        jdbc.sql("insert into lane (name, free_at, rests_until) values ('slack C0000000001', '2100-01-01Z', '2100-01-01Z')").update();
        channel.send(cancelled("two"), BY_NAME, () -> {});
        assertThat(rest()).isEqualTo("2100-01-01T00:00:00Z");

        slack.delete(slack.roots().getFirst().ts());
        channel.send(cancelled("three"), BY_NAME, () -> {});
        assertThat(rest()).isEqualTo("2100-01-01T00:00:01Z");
    }

    private Instant rest() {
        return jdbc.sql("select rests_until from lane where name = 'slack C0000000001'").query(OffsetDateTime.class).single().toInstant();
    }

    @Test
    void a_name_that_is_another_channel_by_now_leads_there() throws Exception {
        jdbc.sql("insert into place (address, channel_id) values ('#releases', 'C0000000002')").update();
        channel.send(cancelled("one"), BY_NAME, () -> {});

        assertThat(channel.place(BY_NAME)).isEqualTo("C0000000001");
        channel.send(cancelled("two"), BY_ID, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(slack.thread(root.ts())).hasSize(2));
    }

    @Test
    void of_several_messages_that_a_story_had_at_a_place_the_newest_goes_on() {
        TheDatabase.upgraded("1012", """
                 insert into living_message (receiver, recipient, told_with, place, ts) values
                     ('ops', '#releases', 'change=CHG-7', 'C0000000001', '1.2'),
                     ('others', 'C0000000001', 'change=CHG-7', 'C0000000001', '1.3'),
                     ('third', '#releases', 'change=CHG-7', 'C0000000001', '1.3'),
                     ('ops', '#releases', 'change=CHG-8', 'C0000000001', '1.1'),
                     ('ops', 'rosa', 'change=CHG-7', 'D0000000001', '1.4')
                 """);

        LivingMessages living = new LivingMessages(jdbc, new Lanes(jdbc));
        assertThat(living.of(BY_NAME)).isEqualTo(new LivingMessages.MessageRef("C0000000001", "1.3")).isEqualTo(living.of(BY_ID));
        assertThat(living.channelId("#releases")).isEqualTo("C0000000001");
        assertThat(jdbc.sql("select count(*) from living_message").query(Integer.class).single()).isEqualTo(3);
        assertThat(jdbc.sql("select address from place").query(String.class).list()).containsExactlyInAnyOrder("#releases", "C0000000001");
    }
}
