package slipway.notification;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import slipway.events.Meta;
import slipway.events.Topics;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Fact;
import slipway.messaging.Reactions;
import slipway.notification.domain.NotificationCommand;
import slipway.notification.domain.NotificationDecider;
import slipway.notification.domain.NotificationEvent;
import slipway.notification.domain.NotificationEvent.NotificationPlanned;
import slipway.notification.domain.NotificationEvent.NotificationSuppressed;
import slipway.notification.domain.NotificationState;
import slipway.notification.routing.Plan.Telling;
import slipway.notification.routing.Plan.Verdict.At;
import slipway.notification.routing.Plan.Verdict.Suppressed;
import slipway.notification.routing.Silence;

/// Every fact passes here in the transaction that brings it: what it says of its change is noted, and who is told of it is decided.
final class Desk implements Reactions.Watcher {

    private final String service;
    private final Routing routing;
    private final Stories stories;
    private final Waiting waiting;
    private final KeptFacts facts;
    private final Supplier<List<Silence>> silences;
    private final Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions;
    private final InstantSource clock;

    /// @param service who acts
    /// @param silences those that hold now
    Desk(
            String service,
            Routing routing,
            Stories stories,
            Waiting waiting,
            KeptFacts facts,
            Supplier<List<Silence>> silences,
            Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions,
            InstantSource clock) {
        this.service = service;
        this.routing = routing;
        this.stories = stories;
        this.waiting = waiting;
        this.facts = facts;
        this.silences = silences;
        this.decisions = decisions;
        this.clock = clock;
    }

    @Override
    public void see(Fact fact) {
        // Generic: an owner added a type that this program does not know, and has no words for.
        if (!(fact.payload() instanceof SpecificRecord payload) || !FactTypes.known(fact.type())) {
            return;
        }
        String changeId = fact.meta().getCorrelationId();
        boolean begins = stories.follow(changeId, payload);
        waiting.follow(payload);
        if (early(fact)) {
            facts.keep(fact, true);
            return;
        }
        stories.move(changeId, payload);
        if (decide(payload)) {
            facts.keep(fact, false);
        }
        if (begins) {
            for (SpecificRecord early : facts.take(changeId)) {
                stories.move(changeId, early);
                if (!decide(early)) {
                    facts.forget(Message.meta(early).getEventId());
                }
            }
        }
    }

    /// Topics are read side by side: what became of a change may come before the change, and then nobody could say what it is about. Another instance may
    /// just be reading that.
    private boolean early(Fact fact) {
        String story = fact.meta().getCorrelationId();
        return !fact.topic().equals(Topics.CHANGE)
                && Description.isChange(story)
                && stories.of(story).isEmpty()
                && stories.awaited(story).isEmpty();
    }

    /// @return whether somebody is to be told of it
    private boolean decide(SpecificRecord payload) {
        Meta meta = Message.meta(payload);
        Description fact = new Description(payload, stories.of(meta.getCorrelationId()).orElse(Story.UNKNOWN));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        boolean told = false;
        // What is planned first: a fact is forgotten when it is suppressed for one recipient and nobody else is to be told of it.
        List<Telling> plannedFirst = routing.plan(fact, silences.get(), now).told().stream()
                .sorted(Comparator.comparing(telling -> telling.verdict() instanceof Suppressed))
                .toList();
        for (Telling telling : plannedFirst) {
            NotificationCommand command = command(fact, telling);
            told |= command instanceof NotificationCommand.Plan;
            decisions.decide(
                    NotificationDecider.id(meta.getEventId(), telling.receiver(), telling.recipient(), 1),
                    command,
                    Cause.fact(service, meta));
        }
        return told;
    }

    private NotificationCommand command(Description fact, Telling telling) {
        String factId = Message.meta(fact.fact()).getEventId();
        String type = fact.fact().getSchema().getName();
        String channel = routing.receivers().get(telling.receiver()).channel();
        return switch (telling.verdict()) {
            case Suppressed(var reason) ->
                new NotificationCommand.Suppress(new NotificationSuppressed(
                        factId, type, telling.receiver(), channel, telling.recipient(), reason));
            case At(var at, var group, var pace, _) ->
                new NotificationCommand.Plan(new NotificationPlanned(
                        factId,
                        type,
                        telling.receiver(),
                        channel,
                        telling.recipient(),
                        telling.person(),
                        1,
                        group,
                        at,
                        routing.urgency(fact).name(),
                        pace.interval().toSeconds(),
                        pace.repeat() == null ? 0 : pace.repeat().toSeconds()));
        };
    }
}
