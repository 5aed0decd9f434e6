package slipway.notification;

import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.awaitility.core.ConditionFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.ApprovalStage;
import slipway.events.Meta;
import slipway.events.Rfc;
import slipway.events.Topics;
import slipway.events.change.ApprovalRequested;
import slipway.events.change.ChangeCancelled;
import slipway.events.change.RFCSubmitted;
import slipway.events.release.ReleaseBlocked;
import slipway.messaging.RunningService;
import slipway.notification.domain.NotificationDecider;
import slipway.notification.domain.NotificationEvent;

/// The service with a real broker, database and mail server, and facts as the other services write them.
final class RunningNotifications implements AutoCloseable {

    private final AtomicInteger changes = new AtomicInteger();
    private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final RunningService service;

    /// @param file who is told of what
    /// @param more settings, as `name=value`
    RunningNotifications(Path file, String... more) throws IOException {
        mail.start();
        List<String> settings = new ArrayList<>(List.of(
                "slipway.notifications=" + file,
                "slipway.change-url=https://slipway.example.org/",
                "spring.mail.host=127.0.0.1",
                "spring.mail.port=" + mail.getSmtp().getPort()));
        settings.addAll(List.of(more));
        service = new RunningService(NotificationService.application(), settings.toArray(String[]::new));
    }

    RunningService service() {
        return service;
    }

    @Override
    public void close() throws IOException {
        service.close();
        mail.stop();
    }

    static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(60));
    }

    String change() {
        return "CHG-" + changes.incrementAndGet();
    }

    static <F extends SpecificRecord> F with(F fact, Meta meta) {
        fact.put(fact.getSchema().getField("meta").pos(), meta);
        return fact;
    }

    Meta submit(String change, String requester, List<String> watchers, String product) {
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

    Meta cancel(String change, long sequence) {
        Meta meta = RunningService.meta(change, sequence, change);
        service.publish(Topics.CHANGE, new ChangeCancelled(meta, "dana", "no reason"), change);
        return meta;
    }

    Meta ask(String change, long sequence, String... people) {
        Meta meta = RunningService.meta(change, sequence, change);
        service.publish(
                Topics.CHANGE,
                new ApprovalRequested(meta, new ApprovalStage("peer", List.of(people), 1, List.of()), Instant.now(), List.of(), 0L),
                change);
        return meta;
    }

    Meta block(String change, String environment) {
        String release = "REL-" + change;
        Meta meta = RunningService.meta(release, 1, change);
        ReleaseBlocked blocked = with((ReleaseBlocked) Samples.of(ReleaseBlocked.getClassSchema()), meta);
        blocked.put(blocked.getSchema().getField("environment").pos(), environment);
        service.publish(Topics.RELEASE, blocked, release);
        return meta;
    }

    static String id(Meta fact, String receiver, String recipient) {
        return NotificationDecider.id(fact.getEventId(), receiver, recipient, 1);
    }

    List<NotificationEvent> facts(String id) {
        return service.facts("decisions", id);
    }

    <E extends NotificationEvent> E awaited(String id, Class<E> type) {
        return type.cast(patiently().until(() -> facts(id), all -> all.stream().anyMatch(type::isInstance)).getLast());
    }

    List<MimeMessage> mailsTo(String address) {
        return Arrays.stream(mail.getReceivedMessages())
                .filter(each -> recipients(each).contains(address))
                .toList();
    }

    static List<String> recipients(MimeMessage message) {
        try {
            return Arrays.stream(message.getAllRecipients()).map(Address::toString).toList();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    int notifications(String change) {
        return service.get("/notifications?change=" + change).body().size();
    }

    int kept(Meta fact) {
        return service.bean(JdbcClient.class)
                .sql("select count(*) from fact where fact_id = ?")
                .param(fact.getEventId())
                .query(Integer.class)
                .single();
    }

    /// The minute has passed.
    void due(String id) {
        service.bean(JdbcClient.class)
                .sql("""
                     update scheduled_tasks set execution_time = now() where task_name = 'tell people'
                     and task_instance = (select event_id from journal where aggregate_id = ? and sequence = 1)
                     """)
                .param(id)
                .update();
    }

    static String subject(MimeMessage message) {
        try {
            return message.getSubject();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }
}
