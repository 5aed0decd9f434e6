package slipway.notification;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.specific.SpecificRecord;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.messaging.Effect;
import slipway.messaging.NotYet;
import slipway.messaging.Order;
import slipway.notification.Batches.Task.Nothing;
import slipway.notification.Batches.Task.Tell;
import slipway.notification.Batches.Task.Wait;
import slipway.notification.Batches.Turn;
import slipway.notification.Channel.Delivery.Delivered;
import slipway.notification.Channel.Delivery.Undeliverable;
import slipway.notification.Channel.To;
import slipway.notification.Notifications.Line;
import slipway.notification.domain.NotificationCommand;
import slipway.notification.domain.NotificationCommand.Plan;
import slipway.notification.domain.NotificationCommand.RecordFailed;
import slipway.notification.domain.NotificationCommand.RecordSent;
import slipway.notification.domain.NotificationCommand.Suppress;
import slipway.notification.domain.NotificationDecider;
import slipway.notification.domain.NotificationEvent;
import slipway.notification.domain.NotificationState;
import slipway.notification.routing.Urgency;

/// The job of every planned notification: sends its message, which may be that of others of its group too, and records what came of each.
final class Sending implements Effect<slipway.events.notification.NotificationPlanned> {

    private static final Duration LOOK_AT_HOURS = Duration.ofMinutes(10);
    private static final String ANSWERED = "nobody waits for it any more";

    private final String service;
    private final Routing routing;
    private final Batches batches;
    private final KeptFacts facts;
    private final Waiting waiting;
    private final Hush hush;
    private final Teller teller;
    private final Templates templates;
    private final DecideLink link;
    private final Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions;
    private final InstantSource clock;

    /// Whether a fact that is about to be told is silenced by now.
    @FunctionalInterface
    interface Hush {

        /// @return the reason; empty: it is not
        Optional<String> of(SpecificRecord fact, Instant now);
    }

    /// @param service who acts
    Sending(
            String service,
            Routing routing,
            Batches batches,
            KeptFacts facts,
            Waiting waiting,
            Hush hush,
            Teller teller,
            Templates templates,
            DecideLink link,
            Decisions<NotificationCommand, NotificationState, NotificationEvent> decisions,
            InstantSource clock) {
        this.service = service;
        this.routing = routing;
        this.batches = batches;
        this.facts = facts;
        this.waiting = waiting;
        this.hush = hush;
        this.teller = teller;
        this.templates = templates;
        this.link = link;
        this.decisions = decisions;
        this.clock = clock;
    }

    /// A notification that is to be told, with its fact.
    private record Due(Line line, SpecificRecord fact) {}

    @Override
    public List<Order<?>> perform(slipway.events.notification.NotificationPlanned planned) throws NotYet, IOException {
        String id = planned.getMeta().getAggregateId();
        // Those of a group may have waited for each other into the night. What was tried is brought to its end: others wait for it.
        if (!batches.isPressing(id)) {
            awaitMorning(planned);
        }
        To to = to(planned);
        String channel = planned.getChannel();
        Turn turn = new Turn(
                Lanes.name(channel, teller.place(channel, to)),
                "back to " + channel + " " + to.receiver(),
                teller.rest(channel, to),
                teller.tellsOneByOne(channel));
        return switch (batches.take(id, turn)) {
            case Nothing() -> List.of();
            case Wait(var until, var why) -> throw new NotYet(why + "; again from " + until, until);
            case Tell tell -> {
                AtomicBoolean left = new AtomicBoolean();
                try {
                    yield tell(id, tell, left, Cause.fact(service, planned.getMeta()));
                } catch (NotYet busy) {
                    Instant until = busy.until();
                    throw until == null ? busy : new NotYet(busy.getMessage(), batches.later(id, turn, until));
                } finally {
                    if (!left.get()) {
                        batches.giveBack(turn);
                    }
                }
            }
        };
    }

    private void awaitMorning(slipway.events.notification.NotificationPlanned planned) throws NotYet {
        Instant now = clock.instant();
        if (planned.getPerson() && !planned.getUrgency().equals(Urgency.URGENT.name())) {
            Instant morning = routing.person(planned.getRecipient()).awake(now);
            if (morning.isAfter(now)) {
                // The file may give them other hours by then.
                Instant look = now.plus(LOOK_AT_HOURS);
                throw new NotYet(
                        "quiet hours of " + planned.getRecipient() + " until " + morning, morning.isBefore(look) ? morning : look);
            }
        }
    }

    /// @return without an address where the file knows none any more
    private To to(slipway.events.notification.NotificationPlanned planned) {
        String address = planned.getPerson()
                ? routing.address(planned.getRecipient(), planned.getChannel())
                : planned.getRecipient();
        return new To(
                planned.getReceiver(),
                planned.getRecipient(),
                address == null ? "" : address,
                planned.getGroup(),
                planned.getRound() > 1);
    }

    /// What is kept back is recorded before the rest leaves: whatever becomes of that, it is not looked at again. What was tried is told to its end, as the
    /// channel may have taken it: or the ledger would deny what somebody has read.
    ///
    /// @param left becomes true when anything leaves for the channel
    private List<Order<?>> tell(String id, Tell message, AtomicBoolean left, Cause cause) throws IOException, NotYet {
        Instant now = clock.instant();
        List<Due> due = new ArrayList<>();
        for (Line line : message.lines()) {
            Optional<SpecificRecord> fact = facts.read(line.factId());
            if (fact.isEmpty()) {
                decisions.decide(line.id(), new RecordFailed("its fact is not kept any more"), cause);
                continue;
            }
            Optional<String> reason = message.attempted() ? Optional.empty() : noMore(line, fact.get(), now);
            if (reason.isPresent()) {
                batches.endUntried(line.id(), () -> decisions.decide(line.id(), suppress(line, reason.get()), cause));
            } else {
                due.add(new Due(line, fact.get()));
            }
        }
        if (due.isEmpty()) {
            batches.leaves(id, message.lines().getFirst(), 0);
            return List.of();
        }
        return tellThese(id, due, left, now);
    }

    private List<Order<?>> tellThese(String id, List<Due> due, AtomicBoolean left, Instant now) throws IOException, NotYet {
        Line line = due.getFirst().line();
        String address = line.person() ? routing.address(line.recipient(), line.channel()) : line.recipient();
        boolean again = due.stream().anyMatch(each -> each.line().round() > 1);
        Channel.Delivery delivery = address == null
                ? new Undeliverable(Routing.unreachable(line.recipient(), line.channel()))
                : teller.tell(
                        line.channel(),
                        Message.of(id, due.stream().map(Due::fact).toList(), fact -> link.beside(fact, templates.words(fact))),
                        new To(line.receiver(), line.recipient(), address, line.group(), again),
                        () -> {
                            batches.leaves(id, line, due.size());
                            left.set(true);
                        });
        if (delivery instanceof Undeliverable) {
            // Perhaps without an attempt.
            batches.leaves(id, line, due.size());
        }
        List<Order<?>> orders = new ArrayList<>();
        for (Due each : due) {
            switch (delivery) {
                case Delivered(var receipt) -> {
                    // First: the fact is kept for what is still planned.
                    again(each.line(), now).ifPresent(orders::add);
                    orders.add(decisions.order(each.line().id(), new RecordSent(receipt)));
                }
                case Undeliverable(var reason) ->
                    orders.add(decisions.order(each.line().id(), new RecordFailed(reason)));
            }
        }
        return orders;
    }

    /// Between the plan and this moment may lie a night. Programs get what they were to get, also what ended meanwhile: its end would make no sense to them.
    private Optional<String> noMore(Line line, SpecificRecord fact, Instant now) {
        boolean asksInVain = Waiting.ENDED_BY.containsKey(line.factType())
                && (line.round() > 1 || !teller.tellsOneByOne(line.channel()))
                && !waiting.waits(line.factId(), line.recipient());
        if (asksInVain) {
            return Optional.of(ANSWERED);
        }
        return PagerDutyAlert.isEnd(line.channel(), line.factType()) ? Optional.empty() : hush.of(fact, now);
    }

    /// The next round, as long as somebody still has to act.
    private Optional<Order<?>> again(Line line, Instant now) {
        if (line.repeatSeconds() == 0 || !waiting.waits(line.factId(), line.recipient())) {
            return Optional.empty();
        }
        int round = line.round() + 1;
        Instant at = now.plus(Duration.ofSeconds(line.repeatSeconds())).truncatedTo(ChronoUnit.MILLIS);
        Instant told = line.person() && !line.urgency().equals(Urgency.URGENT.name())
                ? routing.person(line.recipient()).awake(at)
                : at;
        return Optional.of(decisions.order(
                NotificationDecider.id(line.factId(), line.receiver(), line.recipient(), round),
                new Plan(new NotificationEvent.NotificationPlanned(
                        line.factId(),
                        line.factType(),
                        line.receiver(),
                        line.channel(),
                        line.recipient(),
                        line.person(),
                        round,
                        line.group(),
                        told,
                        line.urgency(),
                        line.intervalSeconds(),
                        line.repeatSeconds()))));
    }

    private static Suppress suppress(Line line, String reason) {
        return new Suppress(new NotificationEvent.NotificationSuppressed(
                line.factId(), line.factType(), line.receiver(), line.channel(), line.recipient(), reason));
    }
}
