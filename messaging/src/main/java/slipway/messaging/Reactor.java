package slipway.messaging;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import slipway.events.Topics;

/// Runs the rows of the reaction table for one fact, in the transaction that brought or stored it.
final class Reactor {

    private static final Logger LOG = LoggerFactory.getLogger(Reactor.class);

    // Provided late: a reaction table names the decisions that write the journal that reacts.
    private final ObjectProvider<Reactions> reactions;
    private final Jobs jobs;
    private final DecidedBefore before;
    private final String service;

    Reactor(ObjectProvider<Reactions> reactions, Jobs jobs, DecidedBefore before, String service) {
        this.reactions = reactions;
        this.jobs = jobs;
        this.before = before;
        this.service = service;
    }

    void react(Fact fact) {
        // Generic: an owner added a type that this program does not know; then no row names it either.
        if (fact.payload() instanceof SpecificRecord payload) {
            for (Reactions.Row<?> row : reactions.getObject().on(payload)) {
                run(row, payload, fact);
            }
        }
    }

    void watch(Fact fact) {
        reactions.getObject().watchers().forEach(watcher -> watcher.see(fact));
    }

    void watchAgain(Fact fact) {
        reactions.getObject().watchers().forEach(watcher -> watcher.seeAgain(fact));
    }

    private <F extends SpecificRecord> void run(Reactions.Row<F> row, SpecificRecord payload, Fact fact) {
        F known = row.fact().cast(payload);
        switch (row.verb()) {
            case Reactions.Verb.Decide<F>(var orders) -> {
                String id = fact.meta().getEventId();
                if (Topics.FACTS.contains(fact.topic()) || !before.anythingBecauseOf(id)) {
                    List<Order<?>> open = orders.apply(known, fact).stream()
                            .filter(order -> !before.becauseOf(order, id))
                            .toList();
                    decide(row.name(), open, fact.causeFor(service));
                }
            }
            case Reactions.Verb.Perform<F>(_, var notBefore, var unhurried) ->
                jobs.schedule(row, fact, notBefore.apply(known), unhurried != null && unhurried.test(known));
        }
    }

    static void decide(String reaction, List<Order<?>> orders, Cause cause) {
        for (Order<?> order : orders) {
            if (order.decide(cause) instanceof Outcome.Refused<?>(var reasons)) {
                LOG.warn("{}: {} refuses {}: {}", reaction, order.aggregateId(), order.command(), reasons);
            }
        }
    }
}
