package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMailUtil;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.ApprovalStage;
import slipway.events.Meta;
import slipway.events.RiskLevel;
import slipway.events.Topics;
import slipway.events.VoteDecision;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeAmended;
import slipway.events.change.ChangeScheduled;
import slipway.events.change.RiskAssessed;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseDeployed;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.RawLog;
import slipway.messaging.RunningService;
import slipway.notification.domain.NotificationCommand;
import slipway.notification.domain.NotificationCommand.Plan;
import slipway.notification.domain.NotificationCommand.RecordFailed;
import slipway.notification.domain.NotificationDecider;
import slipway.notification.domain.NotificationEvent;
import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.notification.domain.NotificationEvent.NotificationSent;
import slipway.notification.domain.NotificationEvent.NotificationSuppressed;
import slipway.notification.domain.NotificationState;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Facts come from Kafka, mails leave by SMTP; between them is PostgreSQL.
class NotificationServiceTest {

    @TempDir
    private static Path folder;

    private static RunningNotifications running;

    @BeforeAll
    static void start() throws IOException {
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        Path file = Files.writeString(folder.resolve("notifications.yaml"), """
                people:
                  sleeper:
                    email: sleeper@x.org
                    quietHours: {from: "00:00", to: "00:00", days: [%s, %s]}
                  reader: {email: reader@x.org, digestAt: "%s"}
                  nowhere: {slack: U012345678}
                everybody: {email: "{person}@x.org"}
                receivers:
                  asked: {channel: email, to: ["{asked}"]}
                  requester: {channel: email, to: ["{requester}", "{watchers}"]}
                  on-call: {channel: email, to: [on-call@x.org]}
                  prod: {channel: email, to: [prod@x.org]}
                  risky: {channel: email, to: [risky@x.org]}
                  others: {channel: cdevents-topic, to: [cdevents]}
                urgency: {RiskAssessed: NORMAL}
                route:
                  receivers: []
                  routes:
                    - match: {service: burst, fact: ChangeCancelled}
                      receivers: [on-call]
                      groupBy: [service]
                      gather: PT2S
                      interval: PT3S
                    - {match: {service: pipeline}, receivers: [others], groupBy: [service], gather: PT1H, interval: PT1H}
                    - {match: {fact: ApprovalRequested}, receivers: [asked], repeat: PT1M}
                    - {match: {fact: RiskAssessed, risk: HIGH}, receivers: [risky]}
                    - {match: {fact: [RFCSubmitted, ChangeScheduled, ChangeCancelled]}, receivers: [requester]}
                    - {match: {fact: ReleaseBlocked, environment: prod, service: shop}, receivers: [requester, prod]}
                """.formatted(now.getDayOfWeek(), now.plusDays(1).getDayOfWeek(), now.plusHours(12).format(DateTimeFormatter.ofPattern("HH:mm"))));
        running = new RunningNotifications(file);
    }

    @AfterAll
    static void stop() throws IOException {
        running.close();
    }

    @Test
    void each_whom_the_routes_lead_to_is_told_once_at_their_address() throws Exception {
        String change = running.change();
        Meta submitted = running.submit(change, "dana", List.of("olu", "dana"), "shop");
        assertThat(running.awaited(RunningNotifications.id(submitted, "requester", "dana"), NotificationSent.class).recipient()).isEqualTo("dana");
        running.awaited(RunningNotifications.id(submitted, "requester", "olu"), NotificationSent.class);
        assertThat(running.mailsTo("olu@x.org")).singleElement().satisfies(each -> {
            assertThat(each.getSubject()).startsWith("[" + change + "] requested: ");
            assertThat(each.getMessageID()).contains("NTF-" + submitted.getEventId() + "-requester-olu");
        });
        assertThat(running.notifications(change)).isEqualTo(2);
        JsonNode line = running.service().get("/notifications?change=" + change).body().get(0);
        assertThat(line.get("state").stringValue()).isEqualTo("SENT");
    }

    @Test
    void who_is_asked_for_a_vote_reads_what_it_is_about_as_the_request_is_now() throws Exception {
        String change = running.change();
        running.submit(change, "dana", List.of(), "first");
        ChangeAmended amended = RunningNotifications.with(
                (ChangeAmended) Samples.of(ChangeAmended.getClassSchema()), RunningService.meta(change, 2, change));
        amended.getRfc().put(amended.getRfc().getSchema().getField("title").pos(), "Faster checkout");
        running.service().publish(Topics.CHANGE, amended, change);
        RiskAssessed assessed =
                RunningNotifications.with((RiskAssessed) Samples.of(RiskAssessed.getClassSchema()), RunningService.meta(change, 3, change));
        assessed.put(assessed.getSchema().getField("level").pos(), RiskLevel.HIGH);
        assessed.put(assessed.getSchema().getField("raisedTo").pos(), null);
        running.service().publish(Topics.CHANGE, assessed, change);
        Meta asked = running.ask(change, 4, "decider");
        running.awaited(RunningNotifications.id(asked, "asked", "decider"), NotificationSent.class);
        assertThat(running.mailsTo("decider@x.org")).singleElement().satisfies(mail -> {
            assertThat(mail.getSubject()).isEqualTo("[" + change + "] approval needed: peer (Faster checkout)");
            assertThat(MailChannelTest.part(mail, "text/plain").lines())
                    .contains(
                            "It is about service version in environments, asked for by requester.",
                            "Risk: high.",
                            "Window: from 2026-03-01T10:15:30Z to 2026-03-01T10:15:30Z.",
                            "A rollback also restores data from the backup: what was written since would be lost. Who approves, approves this.");
        });
    }

    @Test
    void what_came_before_its_change_says_how_that_stands_all_the_same() {
        String change = running.change();
        Meta early = RunningService.meta("REL-" + change, 1, change);
        early.put(early.getSchema().getField("recordedAt").pos(), Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS));
        running.service().publish(
                Topics.RELEASE, RunningNotifications.with(Samples.of(ReleaseDeployed.getClassSchema()), early), early.getAggregateId());
        RunningNotifications.patiently().until(() -> running.kept(early) == 1);
        running.submit(change, "dana", List.of(), "shop");
        Stories stories = running.service().bean(Stories.class);
        RunningNotifications.patiently().until(() -> stories.of(change).isPresent());
        assertThat(stories.of(change).orElseThrow().status()).isEqualTo("deployed to environment");
    }

    @Test
    void a_fact_that_comes_again_tells_nobody_again() throws Exception {
        String change = running.change();
        ApprovalRequested fact = new ApprovalRequested(
                RunningService.meta(change, 1, change),
                new ApprovalStage("peer", List.of("twice"), 1, List.of()),
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                List.of(),
                0L);
        running.service().publish(Topics.CHANGE, fact, change);
        running.awaited(RunningNotifications.id(fact.getMeta(), "asked", "twice"), NotificationSent.class);
        running.service().publish(Topics.CHANGE, fact, change);
        Meta next = running.ask(change, 2, "twice");
        running.awaited(RunningNotifications.id(next, "asked", "twice"), NotificationSent.class);
        assertThat(running.facts(RunningNotifications.id(fact.getMeta(), "asked", "twice"))).hasSize(2);
        assertThat(running.mailsTo("twice@x.org")).hasSize(2);
    }

    @Test
    void what_a_change_is_about_is_known_from_its_earlier_facts_also_of_other_topics() {
        String change = running.change();
        running.submit(change, "dana", List.of(), "shop");
        RiskAssessed assessed = RunningNotifications.with(
                (RiskAssessed) Samples.of(RiskAssessed.getClassSchema()), RunningService.meta(change, 2, change));
        assessed.put(assessed.getSchema().getField("level").pos(), RiskLevel.LOW);
        assessed.put(assessed.getSchema().getField("raisedTo").pos(), RiskLevel.HIGH);
        running.service().publish(Topics.CHANGE, assessed, change);
        running.awaited(RunningNotifications.id(assessed.getMeta(), "risky", "risky@x.org"), NotificationSent.class);

        Meta blocked = running.block(change, "prod");
        running.awaited(RunningNotifications.id(blocked, "prod", "prod@x.org"), NotificationSent.class);
    }

    @Test
    void what_comes_before_its_change_waits_for_it() {
        String change = running.change();
        Meta blocked = running.block(change, "prod");
        RunningNotifications.patiently().until(() -> running.service().bean(JdbcClient.class)
                .sql("select exists (select from fact where fact_id = ? and early)")
                .param(blocked.getEventId())
                .query(Boolean.class)
                .single());
        running.submit(change, "nowhere", List.of(), "shop");
        running.awaited(RunningNotifications.id(blocked, "requester", "nowhere"), NotificationSuppressed.class);
        running.awaited(RunningNotifications.id(blocked, "prod", "prod@x.org"), NotificationSent.class);
        String other = running.change();
        Meta elsewhere = running.block(other, "prod");
        Meta submitted = running.submit(other, "dana", List.of(), "web");
        running.awaited(RunningNotifications.id(submitted, "requester", "dana"), NotificationSent.class);
        RunningNotifications.patiently().until(() -> running.kept(elsewhere) == 0);
        assertThat(running.facts(RunningNotifications.id(elsewhere, "prod", "prod@x.org"))).isEmpty();
    }

    @Test
    void what_was_given_up_for_good_is_counted() {
        double before = failed();
        String change = running.change();
        Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions = running.service().decisions("decisions");
        Cause cause = Cause.service("notification-service").of(change);
        String id = NotificationDecider.id("of-" + change, "on-call", "on-call@x.org", 1);
        Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.MILLIS).plus(Duration.ofDays(1));
        decisions.decide(
                id,
                new Plan(new NotificationPlanned(
                        "of-" + change, "ChangeCancelled", "on-call", "email", "on-call@x.org", false, 1, "", tomorrow, "NORMAL", 0, 0)),
                cause);
        assertThat(failed()).isEqualTo(before);
        decisions.decide(id, new RecordFailed("550 no such user"), cause);
        assertThat(failed()).isEqualTo(before + 1);
    }

    /// As Prometheus reads it.
    private static double failed() {
        return running.service().bean(MeterRegistry.class).get("slipway.notifications.failed").gauge().value();
    }

    @Test
    void who_sleeps_is_told_later_who_has_a_digest_with_it_and_who_has_no_address_never() {
        String change = running.change();
        Meta asked = running.ask(change, 1, "sleeper", "nowhere", "aki");
        running.awaited(RunningNotifications.id(asked, "asked", "aki"), NotificationSent.class);
        NotificationPlanned later = running.awaited(RunningNotifications.id(asked, "asked", "sleeper"), NotificationPlanned.class);
        assertThat(later.at()).isAfter(Instant.now());
        assertThat(running.awaited(RunningNotifications.id(asked, "asked", "nowhere"), NotificationSuppressed.class).reason())
                .isEqualTo("no address of nowhere for email is known");
        assertThat(running.kept(asked)).as("somebody is still to be told").isEqualTo(1);

        String other = running.change();
        Meta submitted = running.submit(other, "reader", List.of(), "shop");
        NotificationPlanned digest = running.awaited(RunningNotifications.id(submitted, "requester", "reader"), NotificationPlanned.class);
        assertThat(digest.group()).isEqualTo("digest");
        assertThat(digest.at()).isAfter(Instant.now());
        assertThat(running.mailsTo("sleeper@x.org")).isEmpty();
        assertThat(running.mailsTo("reader@x.org")).isEmpty();
    }

    @Test
    void facts_of_a_group_are_told_in_one_message_and_the_next_one_keeps_its_distance() throws Exception {
        String one = running.change();
        String two = running.change();
        running.submit(one, "dana", List.of(), "burst");
        running.submit(two, "dana", List.of(), "burst");
        Meta first = running.cancel(one, 2);
        Meta second = running.cancel(two, 2);
        String receipt = running.awaited(RunningNotifications.id(first, "on-call", "on-call@x.org"), NotificationSent.class).receipt();
        assertThat(running.awaited(RunningNotifications.id(second, "on-call", "on-call@x.org"), NotificationSent.class).receipt()).isEqualTo(receipt);
        assertThat(running.mailsTo("on-call@x.org")).singleElement().satisfies(each -> {
            assertThat(each.getSubject()).startsWith("[2 changes] 2 facts: ");
            assertThat(each.getHeader("References")).as("it is in no change's thread").isNull();
            assertThat(each.getHeader("In-Reply-To")).isNull();
            assertThat(MailChannelTest.part(each, "text/plain")).contains("[" + one + "]", "[" + two + "]");
        });
        String three = running.change();
        running.submit(three, "dana", List.of(), "burst");
        Meta third = running.cancel(three, 2);
        running.awaited(RunningNotifications.id(third, "on-call", "on-call@x.org"), NotificationSent.class);
        List<JsonNode> lines = running.service().get("/notifications?change=" + three).body().valueStream().toList();
        Instant after = Instant.parse(lines.getFirst().get("at").stringValue());
        Instant before = Instant.parse(
                running.service().get("/notifications?change=" + one).body().get(0).get("at").stringValue());
        assertThat(Duration.between(before, after)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));

        Meta fourth = running.cancel(one, 3);
        running.awaited(RunningNotifications.id(fourth, "on-call", "on-call@x.org"), NotificationSent.class);
        assertThat(running.mailsTo("on-call@x.org")).last().satisfies(each -> {
            assertThat(each.getSubject()).startsWith("[" + one + "] ");
            assertThat(each.getHeader("References")).as("nor is that in its own").containsExactly("<" + one + "@localhost>");
        });
    }

    @Test
    void what_waits_for_somebody_is_told_again_until_they_acted() throws Exception {
        String change = running.change();
        Meta asked = running.ask(change, 1, "bob", "eve");
        running.awaited(RunningNotifications.id(asked, "asked", "bob"), NotificationSent.class);
        running.awaited(RunningNotifications.id(asked, "asked", "eve"), NotificationSent.class);
        String again = NotificationDecider.id(asked.getEventId(), "asked", "bob", 2);
        NotificationPlanned second = running.awaited(again, NotificationPlanned.class);
        assertThat(second.at()).isAfter(Instant.now().plusSeconds(30));

        running.service().publish(
                Topics.CHANGE,
                new ApprovalVoteCast(
                        RunningService.meta(change, 2, change), "peer", "bob", VoteDecision.APPROVE, null, null, List.of()),
                change);
        Waiting waiting = new Waiting(running.service().bean(JdbcClient.class));
        RunningNotifications.patiently().until(() -> !waiting.waits(asked.getEventId(), "bob"));
        assertThat(waiting.waits(asked.getEventId(), "eve")).isTrue();
        running.due(again);
        assertThat(running.awaited(again, NotificationSuppressed.class).reason()).isEqualTo("nobody waits for it any more");
        String eve = NotificationDecider.id(asked.getEventId(), "asked", "eve", 2);
        running.due(eve);
        running.awaited(eve, NotificationSent.class);
        assertThat(running.mailsTo("eve@x.org"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(GreenMailUtil.getWholeMessage(each))
                        .contains("Decide: https://slipway.example.org/approve/" + change));
        assertThat(running.mailsTo("eve@x.org").getLast().getHeader("In-Reply-To"))
                .containsExactly(running.mailsTo("eve@x.org").getFirst().getMessageID());
        assertThat(running.mailsTo("bob@x.org")).hasSize(1);
        running.cancel(change, 3);
        RunningNotifications.patiently().until(() -> !waiting.waits(asked.getEventId(), "eve"));
    }

    @Test
    void what_nobody_is_told_of_is_not_kept() {
        String change = running.change();
        running.submit(change, "dana", List.of(), "shop");
        Meta aborted = RunningService.meta("REL-" + change, 1, change);
        ReleaseAborted fact = RunningNotifications.with((ReleaseAborted) Samples.of(ReleaseAborted.getClassSchema()), aborted);
        running.service().publish(Topics.RELEASE, fact, "REL-" + change);
        Meta cancelled = running.cancel(change, 2);
        running.awaited(RunningNotifications.id(cancelled, "requester", "dana"), NotificationSent.class);
        RunningNotifications.patiently().until(() -> running.kept(aborted) == 0 && running.kept(cancelled) == 0);
    }

    @Test
    void who_was_given_an_appointment_has_it_taken_away_when_the_change_is_cancelled() throws Exception {
        String change = running.change();
        // Mails of a story may overtake each other.
        running.awaited(RunningNotifications.id(running.submit(change, "cal", List.of(), "shop"), "requester", "cal"), NotificationSent.class);
        ChangeScheduled scheduled = RunningNotifications.with(
                (ChangeScheduled) Samples.of(ChangeScheduled.getClassSchema()), RunningService.meta(change, 2, change));
        running.service().publish(Topics.CHANGE, scheduled, change);
        running.awaited(RunningNotifications.id(scheduled.getMeta(), "requester", "cal"), NotificationSent.class);
        assertThat(lastCalendar("cal@x.org")).contains("METHOD:PUBLISH", "SEQUENCE:2", "UID:" + change + "@");
        running.awaited(RunningNotifications.id(running.cancel(change, 3), "requester", "cal"), NotificationSent.class);
        assertThat(lastCalendar("cal@x.org"))
                .contains("METHOD:CANCEL", "SEQUENCE:3", "UID:" + change + "@", "DTSTART:20260301T101530Z");
        running.awaited(RunningNotifications.id(running.cancel(change, 4), "requester", "cal"), NotificationSent.class);
        assertThat(lastCalendar("cal@x.org")).as("it is away").isEmpty();

        String other = running.change();
        running.awaited(RunningNotifications.id(running.submit(other, "cal", List.of(), "shop"), "requester", "cal"), NotificationSent.class);
        running.awaited(RunningNotifications.id(running.cancel(other, 2), "requester", "cal"), NotificationSent.class);
        assertThat(lastCalendar("cal@x.org")).as("it never was there").isEmpty();
    }

    private static String lastCalendar(String address) throws Exception {
        return MailChannelTest.part(running.mailsTo(address).getLast(), "text/calendar");
    }

    @Test
    void other_systems_read_cdevents_in_order_on_a_topic_of_their_own() {
        String change = running.change();
        running.submit(change, "dana", List.of(), "pipeline");
        running.cancel(change, 2);
        String brokers = running.service().bean(Environment.class).getRequiredProperty("spring.kafka.bootstrap-servers");
        List<ConsumerRecord<byte[], byte[]>> told = RunningNotifications.patiently().until(
                () -> RawLog.records(brokers, List.of(Topics.CDEVENTS)).stream()
                        .filter(each -> new String(each.key(), StandardCharsets.UTF_8).equals(change))
                        .toList(),
                all -> all.size() == 2);
        assertThat(told).extracting(each -> RawLog.headers(each).get("ce_type"))
                .containsExactly("dev.cdeventsx.slipway-change.rfcsubmitted.0.1.0", "dev.cdeventsx.slipway-change.changecancelled.0.1.0");
        JsonNode event = new JsonMapper().readTree(told.getFirst().value());
        assertThat(event.at("/context/id").stringValue()).isEqualTo(RawLog.headers(told.getFirst()).get("ce_id"));
        assertThat(event.at("/subject/content/change").stringValue()).isEqualTo(change);
    }
}
