package slipway.notification;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mail.javamail.JavaMailSender;
import slipway.messaging.Decisions;
import slipway.messaging.Effect;
import slipway.messaging.Journal;
import slipway.messaging.Order;
import slipway.messaging.Reactions;
import slipway.notification.domain.NotificationCommand;
import slipway.notification.domain.NotificationDecider;
import slipway.notification.domain.NotificationEvent;
import slipway.notification.domain.NotificationState;

/// Tells people: each fact that a route names, once per route, by e-mail or Slack.
@SpringBootApplication
public class NotificationService {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationService.class);

    public static void main(String[] args) {
        application().run(args);
    }

    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(NotificationService.class)
                .properties("spring.config.name=notification-service");
    }

    @Bean
    Notifications notifications(JdbcClient jdbc) {
        return new Notifications(jdbc);
    }

    @Bean
    Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions(
            Journal journal, Notifications notifications) {
        return journal.decisions(
                new NotificationDecider(), NotificationEvent.class, "slipway.events.notification", notifications);
    }

    /// @param routesFile `slipway.notifications`: the routes; empty: nobody is told of anything
    /// @param from `slipway.mail.from`: sender of every mail
    /// @param slackApi `slipway.slack.api`: base URL of Slack's Web API
    /// @param slackTokenFile `slipway.slack.token-file`: holds the bot token; empty: no route may name Slack
    @Bean
    Reactions reactions(
            Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions,
            JavaMailSender mail,
            @Value("${slipway.notifications:}") String routesFile,
            @Value("${slipway.mail.from}") String from,
            @Value("${slipway.slack.api}") URI slackApi,
            @Value("${slipway.slack.token-file:}") String slackTokenFile) {
        Map<String, Channel> channels = new HashMap<>();
        channels.put(Route.EMAIL, new MailChannel(mail, from));
        if (!slackTokenFile.isBlank()) {
            Path tokenFile = Path.of(slackTokenFile);
            if (!Files.isReadable(tokenFile)) {
                throw new IllegalArgumentException("slipway.slack.token-file cannot be read: " + tokenFile);
            }
            channels.put(Route.SLACK, new SlackChannel(slackApi, tokenFile, InstantSource.system()));
        }
        if (routesFile.isBlank()) {
            LOG.warn("slipway.notifications names no file: nobody is told of anything");
            return Reactions.table().build();
        }
        List<Route> routes = RoutesFile.read(Path.of(routesFile), channels.keySet());
        return table(routes, new Teller(channels, InstantSource.system()), decisions);
    }

    /// One row for each fact of each route: every pair is a job of its own, so that a channel that is down delays no
    /// other.
    static Reactions table(
            List<Route> routes,
            Teller teller,
            Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions) {
        Reactions.Table table = Reactions.table();
        for (Route route : routes) {
            for (Class<? extends SpecificRecord> fact : route.facts()) {
                row(table, route, fact, teller, decisions);
            }
        }
        return table.build();
    }

    private static <F extends SpecificRecord> void row(
            Reactions.Table table,
            Route route,
            Class<F> type,
            Teller teller,
            Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions) {
        Effect<F> effect = fact -> {
            String id = NotificationDecider.id(Message.meta(fact).getEventId(), route.name());
            if (decisions.state(id) instanceof NotificationState.Ended) {
                return List.of();
            }
            Order<NotificationCommand> order = decisions.order(id, teller.tell(route, fact));
            return List.of(order);
        };
        table.perform(type, "tell " + route.name() + " of " + type.getSimpleName(), effect);
    }
}
