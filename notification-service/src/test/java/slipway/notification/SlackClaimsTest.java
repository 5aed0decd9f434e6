package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.events.change.ChangeCancelled;
import slipway.messaging.NotYet;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.To;
import slipway.notification.LivingMessages.MessageRef;

/// Several who post or change the message of a story at one moment.
class SlackClaimsTest {

    private static final To BY_NAME = new To("ops", "#releases", "#releases", "change=CHG-7", false);
    private static final To BY_ID = new To("others", "C0000000001", "C0000000001", "change=CHG-7", false);

    @TempDir
    Path folder;

    private JdbcClient jdbc;
    private FakeSlack slack;
    private LivingMessages living;
    private SlackChannel channel;

    @BeforeEach
    void start() throws IOException {
        slack = new FakeSlack();
        Path token = Files.writeString(folder.resolve("token"), FakeSlack.TOKEN);
        jdbc = TheDatabase.with("living_message", "place", "double_message", "lane");
        living = new LivingMessages(jdbc, new Lanes(jdbc));
        channel = new SlackChannel(
                new SlackApi(slack.api(), new SecretFile(token), new Outside(new Bulkhead(4)), Instant::now),
                living,
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

    private static Message cancelled(String reason) {
        return cancelled(reason, Samples.meta().getRecordedAt());
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
        assertThat(other.get()).isInstanceOf(NotYet.class).hasMessageContaining("just posts or changes the message of change=CHG-7");
        assertThat(slack.roots()).hasSize(1);
    }

    @Test
    void while_one_changes_the_message_another_waits_and_what_is_newer_is_shown_last() throws Exception {
        Instant now = Samples.meta().getRecordedAt();
        channel.send(cancelled("zero", now), BY_NAME, () -> {});
        AtomicReference<Throwable> other = new AtomicReference<>();
        channel.send(cancelled("one", now.plusSeconds(1)), BY_NAME, () -> {
            if (other.get() == null) {
                assertThatThrownBy(() -> channel.send(cancelled("two", now.plusSeconds(2)), BY_ID, () -> {})).satisfies(other::set);
            }
        });
        assertThat(other.get()).isInstanceOf(NotYet.class).hasMessageContaining("just posts or changes the message of change=CHG-7");

        channel.send(cancelled("two", now.plusSeconds(2)), BY_ID, () -> {});
        channel.send(cancelled("one", now.plusSeconds(1)), BY_NAME, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(root.call().texts()).contains("two"));
    }

    @Test
    void what_slack_did_not_take_is_not_shown_and_keeps_nothing_older_away() throws Exception {
        Instant now = Samples.meta().getRecordedAt();
        channel.send(cancelled("zero", now), BY_NAME, () -> {});
        slack.mood(call -> call.method().equals("chat.update") ? new FakeSlack.Reply(500, "", Map.of()) : null);
        assertThatThrownBy(() -> channel.send(cancelled("never taken", now.plusSeconds(3)), BY_NAME, () -> {})).isInstanceOf(IOException.class);
        slack.mood(_ -> null);
        assertThatThrownBy(() -> channel.send(cancelled("never left", now.plusSeconds(2)), BY_NAME, () -> {
                    throw new NotYet("somebody is just looked at again");
                }))
                .isInstanceOf(NotYet.class);

        channel.send(cancelled("one", now.plusSeconds(1)), BY_ID, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(root.call().texts()).contains("one"));
    }

    /// The first by its name, while the second does by its id and is faster.
    private void startByTwoSpellings() throws Exception {
        // Of those that never answered nobody is asked twice at once.
        channel.send(cancelled("zero"), new To("ops", "#ops", "#ops", "", false), () -> {});
        slack.delete(slack.roots().getFirst().ts());
        channel.send(cancelled("one"), BY_NAME, () -> {
            if (slack.roots().isEmpty()) {
                channelSends(cancelled("two"), BY_ID);
            }
        });
    }

    private void channelSends(Message message, To to) {
        try {
            channel.send(message, to, () -> {});
        } catch (IOException | NotYet e) {
            throw new IllegalStateException(e);
        }
    }

    private long deletions() {
        return slack.calls().stream().filter(each -> each.method().equals("chat.delete")).count();
    }

    @Test
    void of_two_spellings_that_begin_at_the_same_moment_the_second_takes_its_message_back_and_goes_on_with_the_other() throws Exception {
        startByTwoSpellings();

        assertThat(slack.roots()).singleElement().satisfies(root -> {
            assertThat(root.call().texts()).as("brought up to date").contains("one");
            assertThat(slack.thread(root.ts())).hasSize(2);
        });
        channel.send(cancelled("three"), BY_NAME, () -> {});
        channel.send(cancelled("four"), BY_ID, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> {
            assertThat(root.call().texts()).contains("four");
            assertThat(slack.thread(root.ts())).hasSize(4);
        });
        assertThat(deletions()).isEqualTo(1);
    }

    @Test
    void a_message_that_cannot_be_taken_back_now_is_taken_back_at_the_next_try() throws Exception {
        slack.mood(call -> call.method().equals("chat.delete") ? new FakeSlack.Reply(500, "", Map.of()) : null);
        assertThatThrownBy(this::startByTwoSpellings).hasMessage("Slack answers 500");
        assertThat(slack.roots()).hasSize(2);

        slack.mood(_ -> null);
        channel.send(cancelled("one"), BY_NAME, () -> {});
        assertThat(slack.roots()).singleElement().satisfies(root -> assertThat(slack.thread(root.ts())).hasSize(2));
    }

    @Test
    void a_message_that_may_not_be_taken_back_stays_and_is_not_asked_about_again() throws Exception {
        slack.letsNobodyDelete();
        startByTwoSpellings();
        channel.send(cancelled("three"), BY_NAME, () -> {});

        assertThat(slack.roots()).hasSize(2);
        assertThat(slack.thread(slack.roots().getFirst().ts())).as("the first that was posted").hasSize(3);
        assertThat(deletions()).isEqualTo(1);
    }

    @Test
    void a_story_that_a_person_was_told_before_their_address_was_known_goes_on_in_its_message() throws Exception {
        To rosa = new To("ops", "rosa", "U012345678", "change=CHG-7", false);
        channel.send(cancelled("one"), rosa, () -> {});
        jdbc.sql("delete from place").update();
        channel.send(cancelled("two"), rosa, () -> {});

        assertThat(slack.roots()).singleElement().satisfies(root -> {
            assertThat(root.call().texts()).contains("two");
            assertThat(slack.thread(root.ts())).hasSize(2);
        });
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
    void who_died_while_posting_it_holds_nobody_up_for_long_and_itself_not_at_all() throws Exception {
        assertThat(living.claim(new MessageRef("#releases", ""), "change=CHG-7", "NTF-one")).isTrue();
        assertThatThrownBy(() -> channel.send(cancelled("two"), BY_NAME, () -> {})).isInstanceOf(NotYet.class);
        assertThat(channel.send(cancelled("one"), BY_NAME, () -> {})).isInstanceOf(Delivered.class);

        assertThat(living.claim(living.of(BY_NAME), "change=CHG-7", "NTF-one")).isTrue();
        assertThatThrownBy(() -> channel.send(cancelled("two"), BY_NAME, () -> {})).isInstanceOf(NotYet.class);
        // A minute passes.
        jdbc.sql("update living_message set claimed_until = claimed_until - interval '1 minute'").update();
        assertThat(channel.send(cancelled("two"), BY_NAME, () -> {})).isInstanceOf(Delivered.class);
    }

    @Test
    void nobody_ends_the_claim_of_another() throws Exception {
        MessageRef none = new MessageRef("#releases", "");
        assertThat(living.claim(none, "change=CHG-7", "NTF-one")).isTrue();
        living.release(none, "change=CHG-7", "NTF-late");
        assertThat(living.claim(none, "change=CHG-7", "NTF-two")).isFalse();
        living.release(none, "change=CHG-7", "NTF-one");

        channel.send(cancelled("one"), BY_NAME, () -> {});
        MessageRef root = living.of(BY_NAME);
        assertThat(living.claim(root, "change=CHG-7", "NTF-one")).isTrue();
        living.release(root, "change=CHG-7", "NTF-late");
        living.forget(root, "change=CHG-7", "NTF-late");
        assertThat(living.of(BY_NAME)).isEqualTo(root);
        assertThat(living.claim(root, "change=CHG-7", "NTF-two")).isFalse();
        living.forget(root, "change=CHG-7", "NTF-one");
        assertThat(living.of(BY_NAME).isPosted()).isFalse();
    }
}
