package slipway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Address;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.ApprovalStage;
import slipway.events.Meta;
import slipway.events.Rfc;
import slipway.events.RiskLevel;
import slipway.events.Topics;
import slipway.events.VoteDecision;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ApprovalVoteCast;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.RFCSubmitted;
import slipway.events.change.RiskAssessed;
import slipway.events.release.ReleaseAborted;
import slipway.events.release.ReleaseBlocked;
import slipway.messaging.RunningService;
import slipway.notification.domain.NotificationDecider;
import slipway.notification.domain.NotificationEvent;
import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.notification.domain.NotificationEvent.NotificationSent;
import slipway.notification.domain.NotificationEvent.NotificationSuppressed;
import tools.jackson.databind.JsonNode;

/// Facts come from Kafka, mails leave by SMTP; between them is PostgreSQL.
class NotificationServiceTest {

    private static final AtomicInteger CHANGES = new AtomicInteger();

    @TempDir
    private static Path folder;

    private static GreenMail mail;
    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
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
                urgency: {RiskAssessed: NORMAL}
                route:
                  receivers: []
                  routes:
                    - match: {service: burst, fact: ChangeCancelled}
                      receivers: [on-call]
                      groupBy: [service]
                      gather: PT2S
                      interval: PT3S
                    - {match: {fact: ApprovalRequested}, receivers: [asked], repeat: PT1M}
                    - {match: {fact: RiskAssessed, risk: HIGH}, receivers: [risky]}
                    - {match: {fact: [RFCSubmitted, ChangeCancelled]}, receivers: [requester]}
                    - {match: {fact: ReleaseBlocked, environment: prod, service: shop}, receivers: [prod]}
                """.formatted(now.getDayOfWeek(), now.plusDays(1).getDayOfWeek(), now.plusHours(12).format(DateTimeFormatter.ofPattern("HH:mm"))));
        service = new RunningService(
                NotificationService.application(),
                "slipway.notifications=" + file,
                "spring.mail.host=127.0.0.1",
                "spring.mail.port=" + mail.getSmtp().getPort());
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        mail.stop();
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(60));
    }

    private static String change() {
        return "CHG-" + CHANGES.incrementAndGet();
    }

    private static <F extends SpecificRecord> F with(F fact, Meta meta) {
        fact.put(fact.getSchema().getField("meta").pos(), meta);
        return fact;
    }

    private static Meta submit(String change, String requester, List<String> watchers, String product) {
        RFCSubmitted fact = (RFCSubmitted) Samples.of(RFCSubmitted.getClassSchema());
        Rfc rfc = fact.getRfc();
        for (Object[] each : new Object[][] {
            {"requester", requester}, {"watchers", watchers}, {"service", product}, {"environments", List.of("stage", "prod")}
        }) {
            rfc.put(rfc.getSchema().getField((String) each[0]).pos(), each[1]);
        }
        Meta meta = RunningService.meta(change, 1, change);
        service.publish(Topics.CHANGE, with(fact, meta), change);
        return meta;
    }

    private static Meta cancel(String change, long sequence) {
        Meta meta = RunningService.meta(change, sequence, change);
        service.publish(Topics.CHANGE, new ChangeCancelled(meta, "dana", "no reason"), change);
        return meta;
    }

    private static Meta ask(String change, long sequence, String... people) {
        Meta meta = RunningService.meta(change, sequence, change);
        service.publish(
                Topics.CHANGE,
                new ApprovalRequested(meta, new ApprovalStage("peer", List.of(people), 1, List.of()), Instant.now(), List.of(), 0L),
                change);
        return meta;
    }

    private static Meta block(String change, String environment) {
        String release = "REL-" + change;
        Meta meta = RunningService.meta(release, 1, change);
        ReleaseBlocked blocked = with((ReleaseBlocked) Samples.of(ReleaseBlocked.getClassSchema()), meta);
        blocked.put(blocked.getSchema().getField("environment").pos(), environment);
        service.publish(Topics.RELEASE, blocked, release);
        return meta;
    }

    private static String id(Meta fact, String receiver, String recipient) {
        return NotificationDecider.id(fact.getEventId(), receiver, recipient, 1);
    }

    private static List<NotificationEvent> facts(String id) {
        return service.facts("decisions", id);
    }

    private static <E extends NotificationEvent> E awaited(String id, Class<E> type) {
        return type.cast(patiently().until(() -> facts(id), all -> all.stream().anyMatch(type::isInstance)).getLast());
    }

    private static List<MimeMessage> mailsTo(String address) {
        return Arrays.stream(mail.getReceivedMessages())
                .filter(each -> recipients(each).contains(address))
                .toList();
    }

    private static List<String> recipients(MimeMessage message) {
        try {
            return Arrays.stream(message.getAllRecipients()).map(Address::toString).toList();
        } catch (jakarta.mail.MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int notifications(String change) {
        return service.get("/notifications?change=" + change).body().size();
    }

    @Test
    void each_whom_the_routes_lead_to_is_told_once_at_their_address() throws Exception {
        String change = change();
        Meta submitted = submit(change, "dana", List.of("olu", "dana"), "shop");
        assertThat(awaited(id(submitted, "requester", "dana"), NotificationSent.class).recipient()).isEqualTo("dana");
        awaited(id(submitted, "requester", "olu"), NotificationSent.class);
        assertThat(mailsTo("olu@x.org")).singleElement().satisfies(each -> {
            assertThat(each.getSubject()).startsWith("[" + change + "] requested: ");
            assertThat(each.getMessageID()).contains("NTF-" + submitted.getEventId() + "-requester-olu");
        });
        assertThat(notifications(change)).isEqualTo(2);
        JsonNode line = service.get("/notifications?change=" + change).body().get(0);
        assertThat(line.get("state").stringValue()).isEqualTo("SENT");
    }

    @Test
    void a_fact_that_comes_again_tells_nobody_again() throws Exception {
        String change = change();
        Meta submitted = submit(change, "twice", List.of(), "shop");
        awaited(id(submitted, "requester", "twice"), NotificationSent.class);
        RFCSubmitted again = with((RFCSubmitted) Samples.of(RFCSubmitted.getClassSchema()), submitted);
        service.publish(Topics.CHANGE, again, change);
        Meta cancelled = cancel(change, 2);
        awaited(id(cancelled, "requester", "twice"), NotificationSent.class);
        assertThat(facts(id(submitted, "requester", "twice"))).hasSize(2);
        assertThat(mailsTo("twice@x.org")).hasSize(2);
    }

    @Test
    void what_a_change_is_about_is_known_from_its_earlier_facts_also_of_other_topics() {
        String change = change();
        submit(change, "dana", List.of(), "shop");
        RiskAssessed assessed = with(
                (RiskAssessed) Samples.of(RiskAssessed.getClassSchema()), RunningService.meta(change, 2, change));
        assessed.put(assessed.getSchema().getField("level").pos(), RiskLevel.LOW);
        assessed.put(assessed.getSchema().getField("raisedTo").pos(), RiskLevel.HIGH);
        service.publish(Topics.CHANGE, assessed, change);
        awaited(id(assessed.getMeta(), "risky", "risky@x.org"), NotificationSent.class);

        Meta blocked = block(change, "prod");
        awaited(id(blocked, "prod", "prod@x.org"), NotificationSent.class);
    }

    @Test
    void what_comes_before_its_change_waits_for_it() {
        String change = change();
        Meta blocked = block(change, "prod");
        patiently().until(() -> service.bean(JdbcClient.class)
                .sql("select exists (select from fact where fact_id = ? and early)")
                .param(blocked.getEventId())
                .query(Boolean.class)
                .single());
        submit(change, "dana", List.of(), "shop");
        awaited(id(blocked, "prod", "prod@x.org"), NotificationSent.class);
        String other = change();
        Meta elsewhere = block(other, "prod");
        Meta submitted = submit(other, "dana", List.of(), "web");
        awaited(id(submitted, "requester", "dana"), NotificationSent.class);
        patiently().until(() -> kept(elsewhere) == 0);
        assertThat(facts(id(elsewhere, "prod", "prod@x.org"))).isEmpty();
    }

    private static int kept(Meta fact) {
        return service.bean(JdbcClient.class)
                .sql("select count(*) from fact where fact_id = ?")
                .param(fact.getEventId())
                .query(Integer.class)
                .single();
    }

    @Test
    void who_sleeps_is_told_later_who_has_a_digest_with_it_and_who_has_no_address_never() {
        String change = change();
        Meta asked = ask(change, 1, "sleeper", "nowhere", "aki");
        awaited(id(asked, "asked", "aki"), NotificationSent.class);
        NotificationPlanned later = awaited(id(asked, "asked", "sleeper"), NotificationPlanned.class);
        assertThat(later.at()).isAfter(Instant.now());
        assertThat(awaited(id(asked, "asked", "nowhere"), NotificationSuppressed.class).reason())
                .isEqualTo("no address of nowhere for email is known");
        assertThat(kept(asked)).as("somebody is still to be told").isEqualTo(1);

        String other = change();
        Meta submitted = submit(other, "reader", List.of(), "shop");
        NotificationPlanned digest = awaited(id(submitted, "requester", "reader"), NotificationPlanned.class);
        assertThat(digest.group()).isEqualTo("digest");
        assertThat(digest.at()).isAfter(Instant.now());
        assertThat(mailsTo("sleeper@x.org")).isEmpty();
        assertThat(mailsTo("reader@x.org")).isEmpty();
    }

    @Test
    void facts_of_a_group_are_told_in_one_message_and_the_next_one_keeps_its_distance() throws Exception {
        String one = change();
        String two = change();
        submit(one, "dana", List.of(), "burst");
        submit(two, "dana", List.of(), "burst");
        Meta first = cancel(one, 2);
        Meta second = cancel(two, 2);
        String receipt = awaited(id(first, "on-call", "on-call@x.org"), NotificationSent.class).receipt();
        assertThat(awaited(id(second, "on-call", "on-call@x.org"), NotificationSent.class).receipt()).isEqualTo(receipt);
        assertThat(mailsTo("on-call@x.org")).singleElement().satisfies(each -> {
            assertThat(each.getSubject()).startsWith("[2 changes] 2 facts: ");
            assertThat(each.getContent().toString()).contains("[" + one + "]", "[" + two + "]");
        });
        String three = change();
        submit(three, "dana", List.of(), "burst");
        Meta third = cancel(three, 2);
        awaited(id(third, "on-call", "on-call@x.org"), NotificationSent.class);
        List<JsonNode> lines = service.get("/notifications?change=" + three).body().valueStream().toList();
        Instant after = Instant.parse(lines.getFirst().get("at").stringValue());
        Instant before = Instant.parse(
                service.get("/notifications?change=" + one).body().get(0).get("at").stringValue());
        assertThat(Duration.between(before, after)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void what_waits_for_somebody_is_told_again_until_they_acted() {
        String change = change();
        Meta asked = ask(change, 1, "bob", "eve");
        awaited(id(asked, "asked", "bob"), NotificationSent.class);
        awaited(id(asked, "asked", "eve"), NotificationSent.class);
        String again = NotificationDecider.id(asked.getEventId(), "asked", "bob", 2);
        NotificationPlanned second = awaited(again, NotificationPlanned.class);
        assertThat(second.at()).isAfter(Instant.now().plusSeconds(30));

        service.publish(
                Topics.CHANGE,
                new ApprovalVoteCast(
                        RunningService.meta(change, 2, change), "peer", "bob", VoteDecision.APPROVE, null, null, List.of()),
                change);
        Waiting waiting = new Waiting(service.bean(JdbcClient.class));
        patiently().until(() -> !waiting.waits(asked.getEventId(), "bob"));
        assertThat(waiting.waits(asked.getEventId(), "eve")).isTrue();
        due(again);
        assertThat(awaited(again, NotificationSuppressed.class).reason()).isEqualTo("nobody waits for it any more");
        String eve = NotificationDecider.id(asked.getEventId(), "asked", "eve", 2);
        due(eve);
        awaited(eve, NotificationSent.class);
        assertThat(mailsTo("eve@x.org")).hasSize(2);
        assertThat(mailsTo("bob@x.org")).hasSize(1);
        cancel(change, 3);
        patiently().until(() -> !waiting.waits(asked.getEventId(), "eve"));
    }

    /// The minute has passed.
    private static void due(String id) {
        service.bean(JdbcClient.class)
                .sql("""
                     update scheduled_tasks set execution_time = now() where task_name = 'tell people'
                     and task_instance = (select event_id from journal where aggregate_id = ? and sequence = 1)
                     """)
                .param(id)
                .update();
    }

    @Test
    void what_nobody_is_told_of_is_not_kept() {
        String change = change();
        submit(change, "dana", List.of(), "shop");
        Meta aborted = RunningService.meta("REL-" + change, 1, change);
        ReleaseAborted fact = with((ReleaseAborted) Samples.of(ReleaseAborted.getClassSchema()), aborted);
        service.publish(Topics.RELEASE, fact, "REL-" + change);
        Meta cancelled = cancel(change, 2);
        awaited(id(cancelled, "requester", "dana"), NotificationSent.class);
        patiently().until(() -> kept(aborted) == 0 && kept(cancelled) == 0);
    }
}
