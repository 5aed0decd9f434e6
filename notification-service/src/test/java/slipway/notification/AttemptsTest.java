package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.notification.domain.NotificationEvent.NotificationSent;
import slipway.notification.domain.NotificationEvent.NotificationSuppressed;

/// What a channel may have taken already, and what only waits to leave: told by a Slack that is away, or wants to be left alone.
class AttemptsTest {

    private static final FakeSlack.Reply AWAY = new FakeSlack.Reply(500, "", Map.of());

    @TempDir
    private Path folder;

    private final AtomicReference<FakeSlack.Reply> mood = new AtomicReference<>();
    private FakeSlack slack;
    private RunningNotifications running;

    @BeforeEach
    void start() throws IOException {
        slack = new FakeSlack();
        slack.mood(_ -> mood.get());
        Path token = Files.writeString(folder.resolve("token"), FakeSlack.TOKEN);
        running = new RunningNotifications(
                Files.writeString(folder.resolve("notifications.yaml"), """
                        people:
                          lin: {slack: U012345678, quietHours: {from: "00:00", to: "23:59"}}
                        receivers:
                          ops: {channel: slack, to: ["#ops"]}
                          requester: {channel: slack, to: ["{requester}"]}
                        route:
                          receivers: []
                          groupBy: [service]
                          routes:
                            - {match: {service: shop}, receivers: [ops], groupBy: [change]}
                            - {match: {service: gathered}, receivers: [ops], gather: PT1H}
                            - {match: {service: asleep}, receivers: [requester]}
                        """),
                "slipway.slack.api=" + slack.api(),
                "slipway.slack.token-file=" + token,
                "slipway.slack.pace=PT0.01S");
    }

    @AfterEach
    void stop() throws IOException {
        running.close();
        slack.close();
    }

    private Meta submit(String change, String service) {
        return running.submit(change, "lin", List.of(), service);
    }

    private static String toOps(Meta fact) {
        return RunningNotifications.id(fact, "ops", "#ops");
    }

    private void silence(String change) {
        String silence = "{\"match\": {\"change\": \"%s\"}, \"until\": \"now+PT1H\", \"reason\": \"we know\"}";
        assertThat(running.service().post("kim:operators", "/silences", silence.formatted(change)).status()).isLessThan(300);
    }

    private boolean holds(String condition, String id) {
        return running.service().bean(JdbcClient.class)
                .sql("select exists (select from notification where id = ? and " + condition + ")")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    @Test
    void what_was_planned_during_an_outage_and_never_left_is_silenced() {
        mood.set(FakeSlack.Reply.limited("3600"));
        String tried = toOps(submit(running.change(), "shop"));
        RunningNotifications.patiently().until(() -> holds("attempted_at is not null", tried));
        RunningNotifications.patiently().until(() -> !slack.calls().isEmpty());
        String change = running.change();
        String waits = toOps(submit(change, "shop"));
        RunningNotifications.patiently().until(() -> holds("slot > clock_timestamp() + interval '1 minute'", waits));
        silence(change);
        // The hour has passed.
        running.service().bean(JdbcClient.class).sql("update notification set slot = clock_timestamp() where id = ?").param(waits).update();
        running.due(waits);

        assertThat(running.awaited(waits, NotificationSuppressed.class).reason()).contains("we know");
        assertThat(slack.calls()).as("it never left").hasSize(1);
        assertThat(holds("attempted_at is null", waits)).isTrue();
    }

    @Test
    void what_is_silenced_of_a_message_is_so_although_the_rest_of_it_failed_and_the_rest_is_told() {
        mood.set(AWAY);
        String silenced = running.change();
        String first = toOps(submit(silenced, "gathered"));
        running.awaited(first, NotificationPlanned.class);
        String second = toOps(submit(running.change(), "gathered"));
        running.awaited(second, NotificationPlanned.class);
        running.service().bean(JdbcClient.class)
                .sql("update notification set due = clock_timestamp() where id in (?, ?)")
                .params(first, second)
                .update();
        silence(silenced);
        running.due(first);

        RunningNotifications.patiently().until(() -> !slack.calls().isEmpty());
        assertThat(running.facts(first)).last().isInstanceOf(NotificationSuppressed.class);
        mood.set(null);
        running.awaited(second, NotificationSent.class);
        assertThat(running.facts(first)).as("it stays so").last().isInstanceOf(NotificationSuppressed.class);
        assertThat(slack.roots()).singleElement().satisfies(message -> assertThat(message.call().texts()).doesNotContain(silenced));
    }

    @Test
    void what_is_urgent_takes_along_what_was_put_together_for_the_morning() {
        String change = running.change();
        String waits = RunningNotifications.id(submit(change, "asleep"), "requester", "lin");
        running.awaited(waits, NotificationPlanned.class);
        // As a day ends whose last hours Slack wanted to be left alone.
        running.service().bean(JdbcClient.class)
                .sql("update notification set message = id, due = clock_timestamp() where id = ?")
                .param(waits)
                .update();
        String urgent = RunningNotifications.id(running.block(change, "prod"), "requester", "lin");

        NotificationSent sent = running.awaited(urgent, NotificationSent.class);
        assertThat(running.awaited(waits, NotificationSent.class).receipt()).as("one message").isEqualTo(sent.receipt());
    }
}
