package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.events.release.ReleaseResumed;
import slipway.messaging.RunningService;
import slipway.notification.domain.NotificationDecider;
import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.notification.domain.NotificationEvent.NotificationSent;
import slipway.notification.domain.NotificationEvent.NotificationSuppressed;
import tools.jackson.databind.JsonNode;

/// Who is not told, why, and what people ask about it.
class SilenceServiceTest {

    @TempDir
    private static Path folder;

    private static RunningNotifications running;

    @BeforeAll
    static void start() throws IOException {
        Path templates = Files.createDirectory(folder.resolve("templates"));
        Files.writeString(templates.resolve("PackageBuilt.peb"), "a package of {{ files }} files\n");
        running = new RunningNotifications(Files.writeString(folder.resolve("notifications.yaml"), """
                people:
                  nowhere: {slack: U012345678, digestAt: "08:30"}
                everybody: {email: "{person}@x.org"}
                receivers:
                  asked: {channel: email, to: ["{asked}"]}
                  requester: {channel: email, to: ["{requester}"]}
                  prod: {channel: email, to: [prod@x.org]}
                route:
                  receivers: []
                  groupBy: [change]
                  routes:
                    - {match: {fact: ApprovalRequested}, receivers: [asked], repeat: PT1M, gather: PT0S}
                    - {match: {fact: [RFCSubmitted, ChangeCancelled]}, receivers: [requester]}
                    - {match: {fact: ReleaseBlocked, environment: prod, service: shop}, receivers: [prod], gather: PT1H}
                """), "slipway.templates=" + templates);
    }

    @AfterAll
    static void stop() throws IOException {
        running.close();
    }

    @Test
    void what_is_silenced_is_told_to_nobody_with_the_reason_until_the_silence_ends() {
        String silence = "{\"match\": {\"change\": \"%s\"}, \"until\": \"now+PT1H\", \"reason\": \"we know\"}";
        String change = running.change();
        assertThat(running.service().post("dana:approvers", "/silences", silence.formatted(change)).status()).isEqualTo(403);
        String id = running.service().post("kim:operators", "/silences", silence.formatted(change)).body().get("id").stringValue();
        Meta submitted = running.submit(change, "dana", List.of(), "shop");
        assertThat(running.awaited(RunningNotifications.id(submitted, "requester", "dana"), NotificationSuppressed.class).reason())
                .startsWith("silenced until ")
                .endsWith(" by kim (" + id + "): we know");
        assertThat(running.service().get("/silences").body().valueStream()
                        .filter(line -> line.get("id").stringValue().equals(id))
                        .map(line -> line.get("holds").booleanValue()))
                .containsExactly(true);

        assertThat(running.service().ask("rosa:change-managers", "POST", "/silences/" + id + "/end", "application/json", "{}").status())
                .isEqualTo(200);
        Meta cancelled = running.cancel(change, 2);
        running.awaited(RunningNotifications.id(cancelled, "requester", "dana"), NotificationSent.class);
        assertThat(running.mailsTo("dana@x.org")).extracting(RunningNotifications::subject).noneMatch(it -> it.startsWith("[" + change + "] requested"));
        assertThat(running.service().post("kim:operators", "/silences/SIL-999/end", "{}").status()).isEqualTo(404);
    }

    @Test
    void a_silence_without_end_reason_or_label_is_refused_with_every_reason() {
        assertThat(running.service().post("kim:operators", "/silences", "{\"match\": {\"colour\": \"red\", \"fact\": \"~(\"}, \"until\": \"now+P91D\"}").reasons())
                .contains(
                        "match.colour: there is no label colour; there are fact, change, service, environment, risk, type, group, urgency",
                        "match.fact: is no regular expression: Unclosed group near index 1",
                        "until: is more than 90 days from now",
                        "reason: is missing");
    }

    @Test
    void what_is_told_again_is_silenced_too() {
        String change = running.change();
        Meta asked = running.ask(change, 1, "tom");
        String again = NotificationDecider.id(asked.getEventId(), "asked", "tom", 2);
        running.awaited(again, NotificationPlanned.class);
        running.service().post("kim:operators", "/silences", "{\"match\": {\"change\": \"%s\"}, \"until\": \"now+PT1H\", \"reason\": \"later\"}".formatted(change));
        running.due(again);
        assertThat(running.awaited(again, NotificationSuppressed.class).reason()).contains("by kim", "later");
    }

    @Test
    void what_waited_is_silenced_too_when_it_is_about_to_be_told() {
        String change = running.change();
        running.submit(change, "dana", List.of(), "shop");
        String waits = RunningNotifications.id(running.block(change, "prod"), "prod", "prod@x.org");
        running.awaited(waits, NotificationPlanned.class);
        running.service().post("kim:operators", "/silences", "{\"match\": {\"change\": \"%s\"}, \"until\": \"now+PT1H\", \"reason\": \"known by now\"}".formatted(change));
        running.due(waits);
        assertThat(running.awaited(waits, NotificationSuppressed.class).reason()).contains("by kim", "known by now");
    }

    @Test
    void what_waited_is_not_told_when_nobody_has_to_act_any_more() {
        String change = running.change();
        running.submit(change, "dana", List.of(), "shop");
        Meta blocked = running.block(change, "prod");
        String waits = RunningNotifications.id(blocked, "prod", "prod@x.org");
        running.awaited(waits, NotificationPlanned.class);
        String release = blocked.getAggregateId();
        ReleaseResumed resumed = RunningNotifications.with(
                (ReleaseResumed) Samples.of(ReleaseResumed.getClassSchema()), RunningService.meta(release, 2, change));
        running.service().publish(Topics.RELEASE, resumed, release);
        Waiting waiting = new Waiting(running.service().bean(JdbcClient.class));
        RunningNotifications.patiently().until(() -> !waiting.waits(blocked.getEventId(), "prod@x.org"));
        running.due(waits);
        assertThat(running.awaited(waits, NotificationSuppressed.class).reason()).isEqualTo("nobody waits for it any more");
        assertThat(running.kept(blocked)).isZero();
    }

    @Test
    void who_would_be_told_is_explained_by_the_same_rules_and_nobody_is_told() {
        String change = running.change();
        Meta submitted = running.submit(change, "dana", List.of(), "shop");
        running.awaited(RunningNotifications.id(submitted, "requester", "dana"), NotificationSent.class);
        String fact = "{\"type\": \"%s\", \"changeId\": \"%s\", \"payload\": %s}";
        JsonNode plan = running.service().post("olu:approvers", "/notifications/plan", fact.formatted("ReleaseBlocked", change, "{\"environment\": \"prod\"}"))
                .body();
        assertThat(plan.get("urgency").stringValue()).isEqualTo("URGENT");
        assertThat(plan.at("/labels/service/0").stringValue()).isEqualTo("shop");
        assertThat(plan.at("/routes/0").stringValue()).isEqualTo("route.routes[2]");
        assertThat(plan.get("subject").stringValue()).isEqualTo("[" + change + "] blocked in prod");
        assertThat(plan.at("/lines").valueStream().map(JsonNode::stringValue)).last().asString().startsWith("Release blocked: fact 1 of " + change);
        assertThat(plan.get("told").size()).isEqualTo(1);
        assertThat(plan.at("/told/0/recipient").stringValue()).isEqualTo("prod@x.org");
        assertThat(plan.at("/told/0/group").stringValue()).isEqualTo("change=" + change);
        assertThat(plan.at("/told/0/because/0").stringValue()).isEqualTo("it waits PT1H for others of change=" + change);

        plan = running.service().post("olu:approvers", "/notifications/plan", fact.formatted("ApprovalRequested", change, "{\"stage\": {\"eligible\": [\"aki\", \"nowhere\"]}}"))
                .body();
        assertThat(plan.at("/lines").valueStream().map(JsonNode::stringValue)).contains("Decide: https://slipway.example.org/approve/" + change);
        assertThat(plan.at("/told/0/because").isEmpty()).isTrue();
        assertThat(plan.at("/told/1/at").isNull()).isTrue();
        assertThat(plan.at("/told/1/because/0").stringValue()).isEqualTo("no address of nowhere for email is known");
        plan = running.service().post("olu:approvers", "/notifications/plan", fact.formatted("PackageBuilt", change, "{\"files\": 3}")).body();
        assertThat(plan.get("told").isEmpty()).isTrue();
        assertThat(plan.get("subject").stringValue()).as("a template can be tried").isEqualTo("[" + change + "] a package of 3 files");
        running.service().post("kim:operators", "/silences", "{\"match\": {\"change\": \"%s\"}, \"until\": \"now+PT1H\", \"reason\": \"later\"}".formatted(change));
        plan = running.service().post("olu:approvers", "/notifications/plan", fact.formatted("ReleaseBlocked", change, "{\"environment\": \"prod\"}"))
                .body();
        assertThat(plan.at("/told/0/because/0").stringValue()).startsWith("silenced until");
        assertThat(running.notifications(change)).isEqualTo(1);
        assertThat(running.service().get("/notifications?fact=" + submitted.getEventId()).body().size()).isEqualTo(1);
    }
}
