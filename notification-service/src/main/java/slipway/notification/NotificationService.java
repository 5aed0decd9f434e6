package slipway.notification;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.events.change.ApprovalVoteAnswered;
import slipway.events.notification.NotificationPlanned;
import slipway.messaging.Decisions;
import slipway.messaging.Jobs;
import slipway.messaging.Journal;
import slipway.messaging.Outlet;
import slipway.messaging.Reactions;
import slipway.messaging.ServiceProperties;
import slipway.notification.domain.NotificationCommand;
import slipway.notification.domain.NotificationDecider;
import slipway.notification.domain.NotificationEvent;
import slipway.notification.domain.NotificationState;
import slipway.notification.domain.SilenceDecider;
import slipway.notification.domain.SilenceEvent;
import slipway.notification.domain.VoteDecider;
import slipway.notification.domain.VoteEvent;
import slipway.wire.AvroDeserializer;

/// Tells people and other systems of facts: whom a tree of routes leads to, each once.
@SpringBootApplication
public class NotificationService {

    /// Namespace of the schemas of its facts.
    static final String CONTRACT = "slipway.events.notification";

    /// Where people read: they take about one message a second.
    private static final Set<String> ROOMS = Set.of(Receiver.SLACK_WEBHOOK, Receiver.TEAMS);

    private static final Duration PACE_OF_ROOMS = Duration.ofSeconds(1);

    public static void main(String[] args) {
        application().run(args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(NotificationService.class)
                .properties("spring.config.name=notification-service")
                .listeners(new Setup.Reader());
    }

    @Bean
    KeptFacts keptFacts(JdbcClient jdbc, AvroDeserializer deserializer) {
        return new KeptFacts(jdbc, deserializer);
    }

    @Bean
    Notifications notifications(JdbcClient jdbc, KeptFacts facts, Jobs jobs) {
        return new Notifications(jdbc, facts, jobs);
    }

    /// What an alert has to know besides what every service tells.
    @Bean
    MeterBinder notificationMeters(Notifications notifications) {
        return registry -> Gauge.builder("slipway.notifications.failed", notifications, Notifications::failed)
                .description("Notifications that were given up for good, of all that there ever were")
                .register(registry);
    }

    @Bean
    Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions(
            Journal journal, Notifications notifications) {
        return journal.decisions(
                new NotificationDecider(), NotificationEvent.class, CONTRACT, notifications);
    }

    @Bean
    Channels channels(
            JavaMailSender mail,
            JdbcClient jdbc,
            Notifications notifications,
            Stories stories,
            Outside outside,
            Bulkhead bulkhead,
            Templates templates,
            Setup setup) {
        Map<String, Channel> channels = new HashMap<>();
        channels.put(Receiver.EMAIL, new MailChannel(mail, setup.sender(), notifications, templates, bulkhead));
        setup.slack().token().ifPresent(token -> {
            SlackApi slack = new SlackApi(setup.slack().api(), token, outside, InstantSource.system());
            Waiting waiting = new Waiting(jdbc);
            SlackChannel.Ballots ballots = change -> setup.slack().signing().isPresent() && waiting.asks(change)
                    ? Optional.of(new SlackBlocks.Ballot(change, stories.planDigest(change)))
                    : Optional.empty();
            channels.put(Receiver.SLACK, new SlackChannel(
                    slack, new LivingMessages(jdbc, new Lanes(jdbc)), ballots, change -> stories.of(change).orElse(Story.UNKNOWN), setup.slack().pace()));
        });
        return new Channels(channels);
    }

    /// Every channel that receivers may name.
    static Map<String, Channel> all(
            Channels channels,
            Routing routing,
            Stories stories,
            Outside outside,
            Bulkhead bulkhead,
            Outlet outlet,
            InstantSource clock) {
        CdEventWords cdEvents = new CdEventWords(change -> stories.of(change).orElse(Story.UNKNOWN).service());
        Map<String, Systems.Words> words = Map.of(
                Receiver.WEBHOOK, new WebhookWords(clock),
                Receiver.SLACK_WEBHOOK, ChatWords::slack,
                Receiver.TEAMS, ChatWords::teams,
                Receiver.PAGERDUTY, new PagerDutyWords(),
                Receiver.GRAFANA, new GrafanaWords(),
                Receiver.CDEVENTS, cdEvents);
        Map<String, Channel> all = new HashMap<>(channels.byName());
        words.forEach((name, each) -> all.put(
                name,
                new Systems(routing.endpoints(), each, outside, ROOMS.contains(name) ? PACE_OF_ROOMS : Duration.ZERO, clock)));
        all.put(Receiver.CDEVENTS_TOPIC, new CdEventTopic(outlet, cdEvents, bulkhead));
        return all;
    }

    /// Those that are configured, by name.
    record Channels(Map<String, Channel> byName) {}

    @Bean
    Routing routing(Setup setup) {
        return setup.routing();
    }

    @Bean
    Templates templates(Setup setup, Stories stories) {
        return setup.templates().knowing(change -> stories.of(change).orElse(Story.UNKNOWN));
    }

    /// However many counterparts hang: two workers are for the others.
    @Bean
    Bulkhead bulkhead(ServiceProperties service) {
        return new Bulkhead(Math.max(1, service.jobs().threads() - 2));
    }

    @Bean
    Outside outside(Bulkhead bulkhead) {
        return new Outside(bulkhead);
    }

    @Bean
    Decisions<VoteDecider.Pass, VoteDecider.Passed, VoteEvent> voteDecisions(Journal journal) {
        return journal.decisions(new VoteDecider(), VoteEvent.class, CONTRACT);
    }

    @Bean
    SlackVotes slackVotes(
            ServiceProperties service,
            Routing routing,
            Decisions<VoteDecider.Pass, VoteDecider.Passed, VoteEvent> votes,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Outside outside,
            Setup setup) {
        return new SlackVotes(service.service(), routing, votes, jdbc, transaction, outside, setup.slack().api());
    }

    @Bean
    Stories stories(JdbcClient jdbc) {
        return new Stories(jdbc);
    }

    @Bean
    Silences silences(JdbcClient jdbc, Journal journal) {
        return new Silences(jdbc, journal);
    }

    @Bean
    Decisions<SilenceDecider.Command, SilenceDecider.State, SilenceEvent> silenceDecisions(
            Journal journal, Silences silences) {
        return journal.decisions(new SilenceDecider(), SilenceEvent.class, CONTRACT, silences);
    }

    @Bean
    Reactions reactions(
            ServiceProperties service,
            Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions,
            Channels channels,
            Routing routing,
            Stories stories,
            KeptFacts facts,
            Silences silences,
            SlackVotes votes,
            Outside outside,
            Bulkhead bulkhead,
            Outlet outlet,
            Templates templates,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Jobs jobs,
            Setup setup) {
        InstantSource clock = InstantSource.system();
        Waiting waiting = new Waiting(jdbc);
        Sending sending = new Sending(
                service.service(),
                routing,
                new Batches(jdbc, transaction, jobs),
                facts,
                waiting,
                (fact, now) -> silences.reason(
                        routing, new Description(fact, stories.of(Message.meta(fact).getCorrelationId()).orElse(Story.UNKNOWN)), now),
                new Teller(all(channels, routing, stories, outside, bulkhead, outlet, clock), clock),
                templates,
                setup.link(),
                decisions,
                clock);
        return Reactions.table()
                .watch(new Desk(service.service(), routing, stories, waiting, facts, silences::holding, decisions, clock))
                .performAt(NotificationPlanned.class, "tell people", NotificationPlanned::getAt, sending)
                .perform(ApprovalVoteAnswered.class, "tell who voted in Slack what became of it", votes)
                .build();
    }
}
