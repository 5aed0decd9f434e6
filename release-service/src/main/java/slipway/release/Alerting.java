package slipway.release;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import slipway.decider.Wording;
import slipway.events.change.AlertReceived;
import slipway.messaging.Decisions;
import slipway.messaging.Order;
import slipway.messaging.Reactions;
import slipway.release.domain.ReleaseCommand;
import slipway.release.domain.ReleaseEvent;
import slipway.release.domain.ReleaseState;
import slipway.release.domain.RollbackCause;

/// What an alert leads to, whichever door it came in by: the release that is where it fires, or was there last until its change is closed, is taken
/// back.
@Component
class Alerting {

    private static final Logger LOG = LoggerFactory.getLogger(Alerting.class);
    private static final int LONGEST = 500;

    private final Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases;
    private final Leases leases;
    private final Authorised authorised;
    private final Clock clock;

    Alerting(
            Decisions<ReleaseCommand, ReleaseState, ReleaseEvent> releases,
            Leases leases,
            Authorised authorised,
            Clock clock) {
        this.releases = releases;
        this.leases = leases;
        this.authorised = authorised;
        this.clock = clock;
    }

    /// One that fires.
    ///
    /// @param service of which the release is; blank: of any whose changes touch the item
    /// @param configurationItem which the release's changes touch; null: whatever they touch
    record Alert(
            String name,
            String service,
            String environment,
            String summary,
            Instant startsAt,
            @Nullable String configurationItem) {

        Alert {
            configurationItem = configurationItem == null || configurationItem.isBlank() ? null : configurationItem;
        }
    }

    sealed interface Answer {
        /// @param changeId one of those that the release carries
        record Back(String release, String changeId, ReleaseCommand.RollBack command) implements Answer {}

        /// @param why nothing is done, in words
        record Left(String why) implements Answer {}
    }

    void on(Reactions.Table table) {
        table.decide(AlertReceived.class, "take back the release that an alert is about", this::receive);
    }

    private List<Order<?>> receive(AlertReceived fact) {
        Alert alert = new Alert(
                fact.getName(),
                fact.getService(),
                fact.getEnvironment(),
                fact.getSummary(),
                fact.getStartsAt(),
                fact.getConfigurationItem());
        List<Order<?>> orders = new ArrayList<>();
        for (Answer answer : answers(alert, List.of(fact.getSource()))) {
            switch (answer) {
                case Answer.Back(var release, _, var command) -> orders.add(releases.order(release, command));
                case Answer.Left(var why) ->
                    LOG.info("{} of {}: nothing is taken back: {}", fact.getMeta().getAggregateId(), fact.getSource(), why);
            }
        }
        return orders;
    }

    /// @param by whoever says so
    /// @return one for each release that it may be about
    List<Answer> answers(Alert alert, List<String> by) {
        String item = alert.configurationItem();
        if (item == null) {
            return List.of(answer(alert, alert.service(), by));
        }
        if (!alert.service().isBlank()) {
            return List.of(answer(alert, alert.service(), item, by));
        }
        List<Answer> answers = authorised.services(alert.environment()).stream()
                .filter(service -> release(service, alert.environment())
                        .filter(id -> touches(id, item))
                        .isPresent())
                .map(service -> answer(alert, service, by))
                .toList();
        return answers.isEmpty()
                ? List.of(new Answer.Left("no release that is in '" + alert.environment() + "' touches '" + item + "'"))
                : answers;
    }

    /// Others of the same item are left alone, and so is what of the service does not touch it.
    private Answer answer(Alert alert, String service, String item, List<String> by) {
        Answer answer = answer(alert, service, by);
        return answer instanceof Answer.Back(var id, _, _) && !touches(id, item)
                ? new Answer.Left("no change of " + id + " of '" + service + "' touches '" + item + "'")
                : answer;
    }

    private boolean touches(String release, String item) {
        return releases.state(release) instanceof ReleaseState.Open open
                && open.journey().configurationItems().contains(item);
    }

    /// The release that works there, or was there last.
    private Optional<String> release(String service, String environment) {
        return leases.holder(service, environment)
                .filter(id -> releases.state(id) instanceof ReleaseState.Open open
                        && open.journey().touched(environment).isPresent())
                .or(() -> authorised.last(service, environment).map(Authorised.Last::releaseId));
    }

    private Answer answer(Alert alert, String service, List<String> by) {
        String environment = alert.environment();
        Optional<String> release = release(service, environment);
        if (release.isEmpty()) {
            return new Answer.Left("no release was in '" + environment + "' of '" + service + "'");
        }
        String id = release.get();
        Instant since = authorised.since(service, environment, id).orElse(Instant.MAX);
        if (alert.startsAt().isBefore(since)) {
            return new Answer.Left("it fires since before " + id + " was started in " + environment);
        }
        if (!(releases.state(id) instanceof ReleaseState.Open open)) {
            return new Answer.Left(id + " is " + releases.state(id).status());
        }
        String reason = brief(Wording.seen(alert.name()) + ": " + Wording.seen(alert.summary()));
        return new Answer.Back(
                id,
                open.journey().changeIds().getFirst(),
                new ReleaseCommand.RollBack(RollbackCause.SLO_ALERT, reason, by, clock.instant()));
    }

    private static String brief(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
