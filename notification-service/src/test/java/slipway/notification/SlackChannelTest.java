package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.change.ChangeCancelled;
import slipway.messaging.NotYet;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.Channel.To;
import tools.jackson.databind.JsonNode;

/// Against a small server that answers as Slack's documentation says.
class SlackChannelTest {

    private static final To ALONE = new To("ops", "#releases", "#releases", "", false);
    private static final To STORY = new To("ops", "#releases", "#releases", "change=CHG-7", false);

    @TempDir
    Path folder;

    private FakeSlack slack;
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private SlackBlocks.Ballot ballot;
    private SlackChannel channel;

    @BeforeEach
    void start() throws IOException {
        slack = new FakeSlack();
        Path token = Files.writeString(folder.resolve("token"), FakeSlack.TOKEN + "\n");
        JdbcClient jdbc = TheDatabase.with("living_message", "place", "lane");
        channel = new SlackChannel(
                new SlackApi(slack.api(), new SecretFile(token), new Outside(new Bulkhead(1)), () -> now), new LivingMessages(jdbc, new Lanes(jdbc)),
                _ -> Optional.ofNullable(ballot),
                _ -> Story.UNKNOWN,
                Duration.ofSeconds(1));
    }

    @AfterEach
    void stop() {
        slack.close();
    }

    private static Message cancelled(String id, String reason) {
        return Samples.message(id, List.of(new ChangeCancelled(Samples.meta(), "eve", reason)));
    }

    private List<String> thread(String ts) {
        return slack.thread(ts).stream().map(each -> each.call().texts()).toList();
    }

    @Test
    void a_story_is_one_message_that_is_kept_up_to_date_and_has_everything_in_its_thread() throws Exception {
        Channel.Delivery first = channel.send(Samples.message(), STORY, () -> {});
        Channel.Delivery second = channel.send(cancelled("NTF-2", "no need"), STORY, () -> {});

        assertThat(slack.roots()).singleElement().satisfies(root -> {
            assertThat(root.edits()).isEqualTo(1);
            assertThat(root.call().texts()).contains("*[CHG-7] cancelled by eve*", "no need").doesNotContain("approval needed");
            List<FakeSlack.Message> replies = slack.thread(root.ts());
            assertThat(replies).hasSize(2);
            assertThat(replies.getFirst().call().texts()).contains("*[CHG-7] approval needed: peer*", "aki, sam");
            assertThat(replies.getLast().call().texts()).contains("*[CHG-7] cancelled by eve*", "no need");
            assertThat(List.of(first, second)).isEqualTo(replies.stream()
                    .map(each -> new Delivered("C0000000001/" + each.ts()))
                    .toList());
        });
    }

    @Test
    void every_post_says_which_notification_and_fact_it_tells() throws Exception {
        channel.send(Samples.message(), STORY, () -> {});

        assertThat(slack.calls()).hasSize(2).allSatisfy(call -> {
            assertThat(call.body().at("/metadata/event_payload/notification_id").asString()).isEqualTo("NTF-fact-1-cab");
            assertThat(call.body().at("/metadata/event_payload/fact_id").asString()).isEqualTo("fact-1");
            assertThat(call.body().path("text").asString()).isEqualTo("[CHG-7] approval needed: peer");
        });
    }

    @Test
    void who_is_asked_can_answer_on_the_message_until_nobody_asks_any_more() throws Exception {
        ballot = new SlackBlocks.Ballot("CHG-7", "sha256:abc");
        channel.send(Samples.message(), STORY, () -> {});

        assertThat(slack.roots().getFirst().call().body().findValues("value"))
                .extracting(JsonNode::asString)
                .containsExactly("CHG-7 sha256:abc", "CHG-7 sha256:abc");
        assertThat(slack.roots().getFirst().call().body().findValues("action_id"))
                .extracting(JsonNode::asString)
                .containsExactly("reason", "approve", "reject");
        assertThat(slack.calls().getLast().body().findValues("action_id")).as("no buttons on replies").isEmpty();

        ballot = null;
        channel.send(cancelled("NTF-2", "no need"), STORY, () -> {});
        assertThat(slack.roots().getFirst().call().body().findValues("action_id")).isEmpty();
    }

    @Test
    void what_still_waits_for_somebody_is_told_again_where_the_channel_sees_it() throws Exception {
        channel.send(Samples.message(), STORY, () -> {});
        channel.send(Samples.message(), new To("ops", "#releases", "#releases", "change=CHG-7", true), () -> {});

        assertThat(slack.thread(slack.roots().getFirst().ts()))
                .extracting(each -> each.call().body().path("reply_broadcast").asBoolean())
                .containsExactly(false, true);
    }

    @Test
    void what_is_told_of_several_stories_is_a_message_of_its_own() throws Exception {
        for (String group : List.of("", "digest", "service=shop", "change=CHG-7,CHG-8")) {
            channel.send(Samples.message(), new To("ops", "#releases", "#releases", group, false), () -> {});
        }

        assertThat(slack.roots()).hasSize(4).allSatisfy(root -> {
            assertThat(root.edits()).isZero();
            assertThat(thread(root.ts())).isEmpty();
            assertThat(root.call().texts()).contains("aki, sam");
        });
    }

    @Test
    void two_posts_begin_a_story_and_each_later_one_rests_once() throws Exception {
        assertThat(channel.rest(STORY)).isEqualTo(Duration.ofSeconds(2));
        channel.send(Samples.message(), STORY, () -> {});
        assertThat(channel.rest(STORY)).isEqualTo(Duration.ofSeconds(1));
        assertThat(channel.rest(ALONE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void other_peoples_text_cannot_call_everybody_or_look_like_a_link() throws Exception {
        channel.send(cancelled("NTF-1", "<!channel> & <https://evil.example|more>"), STORY, () -> {});

        assertThat(slack.calls()).allSatisfy(call -> assertThat(call.texts())
                .contains("&lt;!channel&gt; &amp; &lt;https://evil.example|more&gt;")
                .doesNotContain("<"));
    }

    @Test
    void very_long_text_and_very_many_facts_stay_within_the_limits_of_slack() throws Exception {
        channel.send(cancelled("NTF-1", "&".repeat(9_000)), ALONE, () -> {});
        channel.send(Samples.message("NTF-2", Collections.nCopies(46, Samples.approvalRequested())), ALONE, () -> {});
        channel.send(
                Samples.message("NTF-3", IntStream.range(0, 5_000).mapToObj(_ -> Samples.approvalRequested()).toList()), ALONE, () -> {});

        assertThat(slack.calls()).allSatisfy(call -> {
            assertThat(call.body().path("blocks").size()).isBetween(1, 50);
            call.body().path("blocks").forEach(block -> assertThat(block.at("/text/text").asString()).hasSizeBetween(1, 3_000));
        });
        assertThat(slack.calls().getFirst().texts()).endsWith("&amp;…\n");
        assertThat(slack.calls().get(1).texts().split("approval needed: peer", -1)).hasSize(47);
        assertThat(slack.calls().getLast().texts()).contains("more: ./slipway notify list");
    }

    @ParameterizedTest
    @ValueSource(strings = {"channel_not_found", "is_archived", "not_in_channel", "msg_too_long"})
    void what_no_repetition_mends_is_a_failure_for_good(String error) throws Exception {
        slack.mood(_ -> FakeSlack.Reply.error(error));

        Undeliverable failed = new Undeliverable("Slack answers " + error + " for #releases");
        assertThat(channel.send(Samples.message(), ALONE, () -> {})).isEqualTo(failed);
        assertThat(channel.send(Samples.message(), STORY, () -> {})).isEqualTo(failed);
    }

    @Test
    void a_token_that_slack_does_not_know_waits_for_a_new_one_in_its_file() throws Exception {
        Files.writeString(folder.resolve("token"), "xoxb-revoked");
        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("Slack answers invalid_auth");

        Files.writeString(folder.resolve("token"), FakeSlack.TOKEN);
        assertThat(channel.send(Samples.message(), ALONE, () -> {})).isInstanceOf(Delivered.class);
    }

    @Test
    void a_limited_rate_is_left_alone_until_slack_wants_to_hear_of_us_again() throws Exception {
        slack.mood(_ -> FakeSlack.Reply.limited("30"));
        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {}))
                .isInstanceOfSatisfying(NotYet.class, busy -> assertThat(busy.until()).isEqualTo(now.plusSeconds(30)));

        slack.mood(_ -> null);
        now = now.plusSeconds(29);
        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {})).hasMessageContaining("asked for a pause");
        assertThat(slack.calls()).hasSize(1);

        now = now.plusSeconds(1);
        assertThat(channel.send(Samples.message(), ALONE, () -> {})).isInstanceOf(Delivered.class);
    }

    @Test
    void a_limit_that_comes_with_a_good_status_is_one_too() {
        slack.mood(_ -> FakeSlack.Reply.error("ratelimited"));

        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {}))
                .isInstanceOfSatisfying(NotYet.class, busy -> assertThat(busy.until()).isEqualTo(now.plusSeconds(30)));
    }

    @Test
    void a_pause_may_be_a_date_and_is_half_a_minute_when_it_cannot_be_read() {
        slack.mood(_ -> FakeSlack.Reply.limited("Sun, 01 Mar 2026 10:01:00 GMT"));
        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {}))
                .isInstanceOfSatisfying(NotYet.class, busy -> assertThat(busy.until()).isEqualTo("2026-03-01T10:01:00Z"));

        now = now.plusSeconds(60);
        slack.mood(_ -> FakeSlack.Reply.limited("soon"));
        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {}))
                .isInstanceOfSatisfying(NotYet.class, busy -> assertThat(busy.until()).isEqualTo(now.plusSeconds(30)));
    }

    @Test
    void an_outage_or_an_answer_that_is_no_json_is_tried_again() {
        slack.mood(_ -> new FakeSlack.Reply(503, "", Map.of()));
        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {})).hasMessage("Slack answers 503");
        slack.mood(_ -> new FakeSlack.Reply(200, "<html>", Map.of()));
        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {})).hasMessage("Slack's answer is not JSON");
    }

    @Test
    void nobody_sends_us_elsewhere() {
        slack.mood(_ -> new FakeSlack.Reply(307, "", Map.of("Location", slack.uri("/api/chat.update").toString())));

        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {})).hasMessage("Slack answers 307");
        assertThat(slack.calls()).hasSize(1);
    }

    @Test
    void an_answer_without_end_is_not_read_to_it() {
        slack.mood(_ -> new FakeSlack.Reply(200, " ".repeat(1_000_000), Map.of()));

        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {})).isInstanceOf(IOException.class).hasMessageContaining("127.0.0.1");
    }

    @Test
    void no_failure_tells_the_token() throws Exception {
        Files.writeString(folder.resolve("token"), FakeSlack.TOKEN + "\nand more");

        assertThatThrownBy(() -> channel.send(Samples.message(), ALONE, () -> {}))
                .hasMessageContaining("token holds no secret, or more than one")
                .hasNoCause()
                .hasMessageNotContaining(FakeSlack.TOKEN);
    }
}
