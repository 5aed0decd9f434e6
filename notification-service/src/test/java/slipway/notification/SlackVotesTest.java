package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Actor;
import slipway.events.ActorKind;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.change.ApprovalVoteAnswered;
import slipway.events.change.ChangeApproved;
import slipway.events.change.ChangeClosed;
import slipway.events.release.PackageTested;
import slipway.events.release.ReleaseDeployed;
import slipway.messaging.RunningService;
import slipway.notification.domain.VoteDecision;
import slipway.notification.domain.VoteEvent.ApprovalVoteRequested;
import slipway.wire.AvroDeserializer;
import tools.jackson.databind.json.JsonMapper;

/// Clicks as Slack sends them, with real signatures.
class SlackVotesTest {

    private static final byte[] SECRET = "8f742231b10e8888abcd99yyyzzz85a5".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path folder;

    private static FakeSlack slack;
    private static RunningNotifications running;

    @BeforeAll
    static void start() throws IOException {
        slack = new FakeSlack();
        Path file = Files.writeString(folder.resolve("notifications.yaml"), """
                people: {aki: {slack: U012345678}}
                receivers: {ops: {channel: slack, to: ["#ops"]}}
                route: {receivers: [], routes: [{match: {fact: [ApprovalRequested, PackageTested, ChangeClosed]}, receivers: [ops]}]}
                """);
        running = new RunningNotifications(
                file,
                "slipway.slack.api=" + slack.api(),
                "slipway.slack.token-file=" + Files.writeString(folder.resolve("token"), FakeSlack.TOKEN),
                "slipway.slack.signing-secret-file=" + Files.write(folder.resolve("secret"), SECRET),
                "slipway.slack.pace=PT0.01S");
    }

    @AfterAll
    static void stop() throws IOException {
        running.close();
        slack.close();
    }

    private static String clicked(String user, String action, String value, String reason, String at) {
        String payload = new JsonMapper().writeValueAsString(Map.of(
                "type", "block_actions",
                "user", Map.of("id", user, "name", "somebody"),
                "container", Map.of("type", "message", "message_ts", "1", "channel_id", "C0000000002"),
                "state", Map.of("values", Map.of("reason", Map.of("reason", Map.of("type", "plain_text_input", "value", reason)))),
                "response_url", slack.uri("/response/actions/T1/2/3").toString(),
                "actions", List.of(Map.of("action_id", action, "block_id", "vote", "value", value, "action_ts", at))));
        return "payload=" + URLEncoder.encode(payload, StandardCharsets.UTF_8);
    }

    private static int send(String body, String time, String proof) {
        return running.service()
                .send("/slack/interactions", "application/x-www-form-urlencoded", body, Map.of(SlackSignature.TIME, time, SlackSignature.PROOF, proof));
    }

    private static int send(String body) {
        String now = String.valueOf(Instant.now().getEpochSecond());
        return send(body, now, SlackSignature.of(SECRET, now, body.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<ApprovalVoteRequested> votes(String change) {
        return running.service().bean(JdbcClient.class)
                .sql("select distinct aggregate_id from journal where aggregate_id like 'VOT-%' order by aggregate_id")
                .query(String.class)
                .list()
                .stream()
                .flatMap(id -> running.service().<ApprovalVoteRequested>facts("voteDecisions", id).stream())
                .filter(each -> each.changeId().equals(change))
                .toList();
    }

    private static String voteId(String change) {
        return running.service().bean(JdbcClient.class)
                .sql("select aggregate_id from journal where aggregate_id like 'VOT-%' and correlation_id = ?")
                .param(change)
                .query(String.class)
                .single();
    }

    @Test
    void a_click_is_passed_on_as_the_person_s_wish_and_answered_to_them_alone() {
        String change = running.change();
        running.submit(change, "dana", List.of(), "shop");
        running.ask(change, 2, "aki");
        RunningNotifications.patiently().until(() -> slack.roots().stream()
                .flatMap(root -> root.call().body().findValues("value").stream())
                .filter(each -> each.asString().startsWith(change + " "))
                .count()
                == 2);
        String value = change + " planDigest";
        assertThat(slack.roots()).anySatisfy(root -> assertThat(root.call().body().findValues("value"))
                .allSatisfy(each -> assertThat(each.asString()).isEqualTo(value)));

        assertThat(send(clicked("U012345678", "reject", value, "not on a Friday", "1548426417.840180"))).isEqualTo(200);

        assertThat(votes(change)).containsExactly(new ApprovalVoteRequested(
                change, "aki", VoteDecision.REJECT, "not on a Friday", "planDigest", "slack", "U012345678"));
        answer(change, 1, false, List.of("aki <wrote> the plan"));
        RunningNotifications.patiently().until(() -> slack.responses().stream()
                .anyMatch(each -> each.path("text").asString()
                        .equals("Your rejection of " + change + " does not count: aki &lt;wrote&gt; the plan.")));
        assertThat(slack.responses()).allSatisfy(each -> {
            assertThat(each.path("response_type").asString()).isEqualTo("ephemeral");
            assertThat(each.path("replace_original").asBoolean(true)).isFalse();
        });
    }

    @Test
    void the_message_of_a_change_shows_first_what_it_is_and_how_it_stands_whatever_is_told_last() {
        String change = running.change();
        running.submit(change, "dana", List.of(), "shop");
        running.ask(change, 2, "aki");
        heads(change, "waits for approval: peer", "approval needed: peer (title)");

        Meta approved = RunningService.meta(change, 3, change);
        running.service().publish(Topics.CHANGE, RunningNotifications.with(Samples.of(ChangeApproved.getClassSchema()), approved), change);
        String release = "REL-" + change;
        Meta tested = RunningService.meta(release, 1, change);
        RunningNotifications.patiently().until(() -> running.service().bean(Stories.class).of(change).orElseThrow().status().equals("approved"));
        running.service().publish(Topics.RELEASE, RunningNotifications.with(Samples.of(PackageTested.getClassSchema()), tested), release);
        heads(change, "approved", "package tested");

        Meta closed = RunningService.meta(change, 4, change);
        running.service().publish(Topics.CHANGE, RunningNotifications.with(Samples.of(ChangeClosed.getClassSchema()), closed), change);
        heads(change, "closed: successful", "closed: successful");

        // The other topic was slower.
        Meta late = RunningService.meta(release, 2, change);
        late.put(late.getSchema().getField("recordedAt").pos(), closed.getRecordedAt().minusSeconds(1));
        running.service().publish(Topics.RELEASE, RunningNotifications.with(Samples.of(ReleaseDeployed.getClassSchema()), late), release);
        Meta more = RunningService.meta(release, 3, change);
        running.service().publish(Topics.RELEASE, RunningNotifications.with(Samples.of(PackageTested.getClassSchema()), more), release);
        heads(change, "closed: successful", "package tested");
    }

    /// Its one message says so.
    private static void heads(String change, String status, String newest) {
        RunningNotifications.patiently().untilAsserted(() -> assertThat(slack.roots().stream()
                        .map(each -> each.call().body().path("blocks"))
                        .filter(each -> each.at("/0/text/text").asString("").startsWith("*[" + change + "] ")))
                .singleElement()
                .satisfies(blocks -> {
                    assertThat(blocks.at("/0/text/text").asString()).isEqualTo("*[" + change + "] title*\nshop version in stage, prod\n" + status);
                    assertThat(blocks.at("/1/text/text").asString()).startsWith("*[" + change + "] " + newest + "*");
                }));
    }

    @Test
    void the_same_click_again_is_one_vote() {
        String change = running.change();
        String click = clicked("U012345678", "approve", change, "", "1548426417.840181");
        assertThat(send(click)).isEqualTo(200);
        assertThat(send(click)).isEqualTo(200);
        assertThat(votes(change)).containsExactly(
                new ApprovalVoteRequested(change, "aki", VoteDecision.APPROVE, null, null, "slack", "U012345678"));
        assertThat(running.service().bean(JdbcClient.class)
                        .sql("select count(*) from journal where correlation_id = ?").param(change).query(Long.class).single())
                .isEqualTo(1);
    }

    @Test
    void who_is_nobody_here_does_not_vote_and_is_told_so() {
        String change = running.change();
        assertThat(send(clicked("U999999999", "approve", change, "", "1548426417.840182"))).isEqualTo(200);
        RunningNotifications.patiently().until(() -> slack.responses().stream()
                .anyMatch(each -> each.path("text").asString().contains("nobody here has the Slack account U999999999")));
        assertThat(votes(change)).isEmpty();
    }

    @Test
    void a_secret_that_is_empty_short_or_gone_takes_no_click_until_there_is_a_good_one() throws IOException {
        String change = running.change();
        String click = clicked("U012345678", "approve", change, "", "1548426417.840186");
        byte[] bytes = click.getBytes(StandardCharsets.UTF_8);
        String now = String.valueOf(Instant.now().getEpochSecond());
        Path file = folder.resolve("secret");
        try {
            String guessable = "0123456789abcde";
            Files.writeString(file, guessable + "\n");
            assertThat(send(click, now, SlackSignature.of(guessable.getBytes(StandardCharsets.UTF_8), now, bytes))).isEqualTo(503);
            Files.writeString(file, " \n");
            assertThat(send(click)).isEqualTo(503);
            Files.delete(file);
            assertThat(send(click)).isEqualTo(503);
        } finally {
            Files.write(file, SECRET);
        }
        assertThat(votes(change)).isEmpty();
        assertThat(send(click)).isEqualTo(200);
        assertThat(votes(change)).hasSize(1);
    }

    @Test
    void what_slack_did_not_sign_now_is_not_taken() {
        String change = running.change();
        String click = clicked("U012345678", "approve", change, "", "1548426417.840183");
        byte[] bytes = click.getBytes(StandardCharsets.UTF_8);
        String now = String.valueOf(Instant.now().getEpochSecond());
        String old = String.valueOf(Instant.now().getEpochSecond() - 400);
        String signed = SlackSignature.of(SECRET, now, bytes);
        assertThat(send(click.replace("approve", "reject"), now, signed)).isEqualTo(401);
        assertThat(send(click, old, signed)).isEqualTo(401);
        assertThat(send(click, old, SlackSignature.of(SECRET, old, bytes))).isEqualTo(401);
        assertThat(send(click, now, SlackSignature.of("another".getBytes(StandardCharsets.UTF_8), now, bytes))).isEqualTo(401);
        assertThat(send(click, "", "")).isEqualTo(401);
        assertThat(send("x".repeat(300_000))).isEqualTo(413);
        assertThat(send("payload=%7B")).isEqualTo(400);
        assertThat(votes(change)).isEmpty();
    }

    @Test
    void what_is_no_vote_is_acknowledged_and_nothing_else() {
        String change = running.change();
        assertThat(send(clicked("U012345678", "something", change, "", "1548426417.840184"))).isEqualTo(200);
        assertThat(send("payload=" + URLEncoder.encode("{\"type\":\"view_closed\"}", StandardCharsets.UTF_8))).isEqualTo(200);
        assertThat(votes(change)).isEmpty();
    }

    @Test
    void the_wish_is_the_person_s_and_this_service_acts_for_them() {
        String change = running.change();
        send(clicked("U012345678", "approve", change, "", "1548426417.840185"));
        assertThat(running.service().bean(JdbcClient.class)
                        .sql("select count(*) from vote_reply where vote_id = ?").param(voteId(change)).query(Long.class).single())
                .isEqualTo(1);
        byte[] wire = running.service().bean(JdbcClient.class)
                .sql("select wire from journal where aggregate_id = ?").param(voteId(change)).query(byte[].class).single();
        assertThat(running.service().bean(AvroDeserializer.class).deserialize(Topics.NOTIFICATION, wire))
                .isInstanceOfSatisfying(slipway.events.notification.ApprovalVoteRequested.class, wish -> {
                    assertThat(wish.getPerson()).isEqualTo("aki");
                    assertThat(wish.getMeta().getActor()).isEqualTo(new Actor("notification-service", ActorKind.SERVICE, "aki"));
                });
        answer(change, 1, true, List.of());
        RunningNotifications.patiently().until(() -> slack.responses().stream()
                .anyMatch(each -> each.path("text").asString().equals("Your approval of " + change + " counts.")));
    }

    private static void answer(String change, long sequence, boolean counted, List<String> reasons) {
        String answer = "ANS-" + voteId(change);
        slipway.events.VoteDecision decision =
                counted ? slipway.events.VoteDecision.APPROVE : slipway.events.VoteDecision.REJECT;
        running.service().publish(
                Topics.CHANGE,
                new ApprovalVoteAnswered(
                        RunningService.meta(answer, sequence, change), voteId(change), change, "aki", decision, counted, reasons),
                answer);
    }
}
