package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.change.ChangeRejected;
import slipway.messaging.RunningService;

/// Very many facts at once, to a Slack that has its limits.
class SlackBurstTest {

    private static final int CHANGES = 200;
    private static final int FACTS = 50;
    private static final Pattern TOLD = Pattern.compile("rejected by p(\\d+)\\b");

    @TempDir
    private Path folder;

    /// @param pace the setting; none: as it is without one
    private RunningNotifications running(FakeSlack slack, String... pace) throws IOException {
        Path file = Files.writeString(folder.resolve("notifications.yaml"), """
                receivers: {ops: {channel: slack, to: ["#ops"]}}
                route: {receivers: [ops]}
                """);
        Path token = Files.writeString(folder.resolve("token"), FakeSlack.TOKEN);
        return new RunningNotifications(
                file,
                Stream.concat(Stream.of("slipway.slack.api=" + slack.api(), "slipway.slack.token-file=" + token), Stream.of(pace))
                        .toArray(String[]::new));
    }

    @Test
    void nothing_is_lost_nothing_is_doubled_and_each_story_is_told_in_its_order() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        try (FakeSlack slack = new FakeSlack();
                RunningNotifications running = running(slack, "slipway.slack.pace=PT0.002S")) {
            slack.mood(_ -> calls.incrementAndGet() % 50 == 0 ? FakeSlack.Reply.limited(calls.get() % 100 == 0 ? "1" : "0") : null);
            for (int fact = 1; fact <= FACTS; fact++) {
                for (int change = 1; change <= CHANGES; change++) {
                    reject(running.service(), "CHG-" + change, fact);
                }
            }
            JdbcClient jdbc = running.service().bean(JdbcClient.class);
            RunningNotifications.patiently().atMost(Duration.ofMinutes(10)).until(() -> jdbc.sql("select count(*) from notification where state = 'SENT'")
                            .query(Long.class)
                            .single()
                    == CHANGES * FACTS);

            assertThat(slack.roots()).hasSize(CHANGES).allSatisfy(root -> {
                List<Integer> told = new ArrayList<>();
                slack.thread(root.ts()).forEach(reply -> told.addAll(TOLD.matcher(reply.call().texts())
                        .results()
                        .map(MatchResult::group)
                        .map(each -> Integer.valueOf(each.substring("rejected by p".length())))
                        .toList()));
                assertThat(told).isEqualTo(IntStream.rangeClosed(1, FACTS).boxed().toList());
                assertThat(root.call().texts()).as("it shows the newest").contains("rejected by p" + FACTS);
            });
            assertThat(slack.calls()).as("edits of what waits are one").hasSizeLessThan(CHANGES * FACTS);
            assertThat(jdbc.sql("select count(distinct answer) from notification").query(Long.class).single())
                    .as("a receipt is the reply that tells it")
                    .isEqualTo(slack.roots().stream().mapToLong(root -> slack.thread(root.ts()).size()).sum());
        }
    }

    @Test
    void to_a_slack_that_takes_one_post_a_second_we_never_send_too_much() throws IOException {
        try (FakeSlack slack = new FakeSlack();
                RunningNotifications running = running(slack)) {
            slack.takesOneASecond(3);
            for (int change = 1; change <= 5; change++) {
                reject(running.service(), "CHG-" + change, 1);
            }
            RunningNotifications.patiently().until(() -> slack.roots().size() == 5
                    && slack.roots().stream().allMatch(root -> slack.thread(root.ts()).size() == 1));
            assertThat(slack.limited()).isZero();
        }
    }

    @Test
    void of_those_whose_turns_passed_while_the_service_was_away_one_leaves_and_the_others_get_new_turns() throws IOException {
        try (FakeSlack slack = new FakeSlack();
                RunningNotifications running = running(slack, "slipway.slack.pace=PT1H")) {
            for (int change = 1; change <= 5; change++) {
                reject(running.service(), "CHG-" + change, 1);
            }
            JdbcClient jdbc = running.service().bean(JdbcClient.class);
            RunningNotifications.patiently().until(() -> told(jdbc) == 1 && wait(jdbc) == 4);

            // A day passes.
            jdbc.sql("update lane set free_at = free_at - interval '1 day', rests_until = rests_until - interval '1 day', missed_until = missed_until - interval '1 day'").update();
            jdbc.sql("update notification set slot = slot - interval '1 day'").update();
            jdbc.sql("update scheduled_tasks set execution_time = now() where task_name = 'tell people'").update();
            RunningNotifications.patiently().until(() -> told(jdbc) == 2 && wait(jdbc) == 3);
            assertThat(slack.roots()).hasSize(2);
        }
    }

    @Test
    void who_waits_for_another_that_just_posts_the_message_of_its_story_keeps_its_turn() throws IOException {
        try (FakeSlack slack = new FakeSlack();
                RunningNotifications running = running(slack, "slipway.slack.pace=PT1H")) {
            JdbcClient jdbc = running.service().bean(JdbcClient.class);
            jdbc.sql("""
                     insert into living_message (channel_id, told_with, ts, claimed_until, claimed_by)
                     values ('#ops', 'change=CHG-1', '', clock_timestamp() + interval '1 hour', 'NTF-other')
                     """).update();
            reject(running.service(), "CHG-1", 1);
            RunningNotifications.patiently().until(() -> jdbc.sql(
                            "select exists (select from scheduled_tasks where task_name = 'tell people' and last_success is not null)")
                    .query(Boolean.class)
                    .single());
            assertThat(slack.calls()).isEmpty();

            jdbc.sql("delete from living_message").update();
            RunningNotifications.patiently().until(() -> told(jdbc) == 1);
        }
    }

    private static int told(JdbcClient jdbc) {
        return jdbc.sql("select count(*) from notification where state = 'SENT'").query(Integer.class).single();
    }

    /// Each for a moment of its own.
    private static int wait(JdbcClient jdbc) {
        return jdbc.sql("select count(distinct slot) from notification where state = 'PLANNED' and slot > clock_timestamp() + interval '30 minutes'")
                .query(Integer.class)
                .single();
    }

    private static void reject(RunningService service, String change, int sequence) {
        Meta meta = RunningService.meta(change, sequence, change);
        service.publish(Topics.CHANGE, new ChangeRejected(meta, "peer", "p" + sequence, "no"), change);
    }
}
