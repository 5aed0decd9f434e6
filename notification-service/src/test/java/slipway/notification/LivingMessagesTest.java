package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.events.change.ChangeCancelled;
import slipway.messaging.NotYet;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.To;

/// A story has one message at a place, whichever receivers lead there and however they write it.
class LivingMessagesTest {

    private static final To BY_NAME = new To("ops", "#releases", "#releases", "change=CHG-7", false);
    private static final To BY_ID = new To("others", "C0000000001", "C0000000001", "change=CHG-7", false);

    private static EmbeddedPostgres postgres;

    @TempDir
    Path folder;

    private JdbcClient jdbc;
    private FakeSlack slack;
    private SlackChannel channel;

    @BeforeAll
    static void database() throws IOException {
        postgres = EmbeddedPostgres.start();
        migrate("latest");
    }

    private static void migrate(String target) {
        Flyway.configure()
                .dataSource(postgres.getPostgresDatabase())
                .locations("classpath:db/messaging", "classpath:db/notification")
                .target(target)
                .load()
                .migrate();
    }

    @AfterAll
    static void noDatabase() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void start() throws IOException {
        slack = new FakeSlack();
        Path token = Files.writeString(folder.resolve("token"), FakeSlack.TOKEN);
        jdbc = JdbcClient.create(postgres.getPostgresDatabase());
        jdbc.sql("delete from living_message").update();
        jdbc.sql("delete from place").update();
        channel = new SlackChannel(
                new SlackApi(slack.api(), new SecretFile(token), new Outside(new Bulkhead(4)), Instant::now),
                new LivingMessages(jdbc),
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
        meta.put(meta.getSchema().getField("occurredAt").pos(), at);
        return Samples.message("NTF-" + reason, List.of(new ChangeCancelled(meta, "eve", reason)));
    }

    private List<String> thread(String ts) {
        return slack.thread(ts).stream().map(each -> each.call().texts()).toList();
    }

    private static Message cancelled(String reason) {
        return cancelled(reason, Samples.meta().getOccurredAt());
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
        Instant now = Samples.meta().getOccurredAt();
        channel.send(cancelled("newer", now.plusSeconds(1)), BY_NAME, () -> {});
        channel.send(cancelled("older", now), BY_ID, () -> {});

        assertThat(slack.roots()).singleElement().satisfies(root -> {
            assertThat(root.call().texts()).contains("newer").doesNotContain("older");
            assertThat(slack.thread(root.ts())).hasSize(2);
        });
    }

    @Test
    void while_one_posts_the_message_another_waits_for_it() throws Exception {
        AtomicReference<Throwable> other = new AtomicReference<>();
        channel.send(cancelled("one"), BY_NAME, () -> {
            if (slack.roots().isEmpty()) {
                assertThatThrownBy(() -> channel.send(cancelled("two"), new To("others", "#releases", "#releases", "change=CHG-7", false), () -> {}))
                        .satisfies(other::set);
            }
        });
        assertThat(other.get()).isInstanceOf(NotYet.class).hasMessageContaining("just posts the message of change=CHG-7");
        assertThat(slack.roots()).hasSize(1);
    }

    @Test
    void two_spellings_that_begin_at_the_same_moment_post_two_and_go_on_with_one() throws Exception {
        // Of those that never answered nobody is asked twice at once.
        channel.send(cancelled("zero"), new To("ops", "#ops", "#ops", "", false), () -> {});
        slack.delete(slack.roots().getFirst().ts());
        channel.send(cancelled("one"), BY_NAME, () -> {
            if (slack.roots().isEmpty()) {
                channelSends(cancelled("two"), BY_ID);
            }
        });
        channel.send(cancelled("three"), BY_NAME, () -> {});
        channel.send(cancelled("four"), BY_ID, () -> {});

        assertThat(slack.roots()).hasSize(2);
        assertThat(slack.thread(slack.roots().getFirst().ts())).as("the first that was posted").hasSize(4);
        assertThat(slack.roots().getFirst().call().texts()).contains("four");
    }

    private void channelSends(Message message, To to) {
        try {
            channel.send(message, to, () -> {});
        } catch (IOException | NotYet e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void who_could_not_post_it_leaves_it_to_the_next() throws Exception {
        slack.mood(_ -> new FakeSlack.Reply(500, "", Map.of()));
        assertThatThrownBy(() -> channel.send(cancelled("one"), BY_NAME, () -> {})).isInstanceOf(IOException.class);
        slack.mood(_ -> FakeSlack.Reply.error("is_archived"));
        channel.send(cancelled("one"), BY_NAME, () -> {});
        slack.mood(_ -> null);
        channel.send(cancelled("two"), BY_ID, () -> {});
        slack.delete(slack.roots().getFirst().ts());
        slack.mood(call -> call.method().equals("chat.postMessage") ? new FakeSlack.Reply(500, "", Map.of()) : null);
        assertThatThrownBy(() -> channel.send(cancelled("three"), BY_NAME, () -> {})).isInstanceOf(IOException.class);
        slack.mood(_ -> null);

        assertThat(channel.send(cancelled("three"), BY_ID, () -> {})).isInstanceOf(Delivered.class);
        assertThat(slack.roots()).hasSize(1);
    }

    @Test
    void who_died_while_posting_it_holds_nobody_up_for_long() throws Exception {
        LivingMessages living = new LivingMessages(jdbc);
        assertThat(living.begin(new LivingMessages.Place("#releases", ""), "change=CHG-7")).isTrue();
        assertThatThrownBy(() -> channel.send(cancelled("one"), BY_NAME, () -> {})).isInstanceOf(NotYet.class);

        // A minute passes.
        jdbc.sql("update living_message set begun_until = begun_until - interval '1 minute'").update();
        assertThat(channel.send(cancelled("one"), BY_NAME, () -> {})).isInstanceOf(Delivered.class);
    }

    @Test
    void a_name_that_is_another_channel_by_now_leads_there() throws Exception {
        jdbc.sql("insert into place (address, place) values ('#releases', 'C0000000002')").update();
        channel.send(cancelled("one"), BY_NAME, () -> {});

        assertThat(channel.place(BY_NAME)).isEqualTo("C0000000001");
        channel.send(cancelled("two"), BY_ID, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(slack.thread(root.ts())).hasSize(2));
    }

    @Test
    void of_several_messages_that_a_story_had_at_a_place_the_newest_goes_on() {
        jdbc.sql("drop schema public cascade").update();
        jdbc.sql("create schema public").update();
        migrate("1012");
        jdbc.sql("""
                 insert into living_message (receiver, recipient, told_with, place, ts) values
                     ('ops', '#releases', 'change=CHG-7', 'C0000000001', '1.2'),
                     ('others', 'C0000000001', 'change=CHG-7', 'C0000000001', '1.3'),
                     ('third', '#releases', 'change=CHG-7', 'C0000000001', '1.3'),
                     ('ops', '#releases', 'change=CHG-8', 'C0000000001', '1.1'),
                     ('ops', 'rosa', 'change=CHG-7', 'D0000000001', '1.4')
                 """).update();
        migrate("latest");

        LivingMessages living = new LivingMessages(jdbc);
        assertThat(living.of(BY_NAME)).contains(new LivingMessages.Place("C0000000001", "1.3")).isEqualTo(living.of(BY_ID));
        assertThat(living.place("#releases")).isEqualTo("C0000000001");
        assertThat(jdbc.sql("select count(*) from living_message").query(Integer.class).single()).isEqualTo(3);
        assertThat(jdbc.sql("select address from place").query(String.class).list()).containsExactlyInAnyOrder("#releases", "C0000000001");
    }
}
