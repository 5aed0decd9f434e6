package slipway.messaging;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.decider.Decider;
import slipway.decider.Decision;
import slipway.decider.Past;
import slipway.events.Meta;
import slipway.wire.Mapping;

/// The one way in which anything is decided: under the aggregate's lock, replay → `decide` → append, project, react, all in
/// one transaction. Joins the transaction it is called in.
///
/// @param <C> commands
/// @param <S> states
/// @param <E> facts
public final class Decisions<C, S, E> {

    private final Decider<C, S, E> decider;
    private final Mapping<E> mapping;
    private final List<Projection<E>> projections;
    private final Journal journal;
    private final TransactionTemplate transaction;

    Decisions(
            Decider<C, S, E> decider,
            Mapping<E> mapping,
            List<Projection<E>> projections,
            Journal journal,
            TransactionTemplate transaction) {
        this.decider = decider;
        this.mapping = mapping;
        this.projections = List.copyOf(projections);
        this.journal = journal;
        this.transaction = transaction;
    }

    /// Decides and stores, or stores nothing.
    ///
    /// @throws org.springframework.dao.DataAccessException when a projection's constraint says no, or the database fails;
    ///     then nothing is stored
    public Outcome<S> decide(String aggregateId, C command, Cause cause) {
        return decide(aggregateId, command, cause, null);
    }

    /// The same, but only when the aggregate still has so many facts: who asks knew no other state.
    ///
    /// @return [Outcome.Outdated] when it has more
    public Outcome<S> decideAt(long sequence, String aggregateId, C command, Cause cause) {
        return decide(aggregateId, command, cause, sequence);
    }

    private Outcome<S> decide(String aggregateId, C command, Cause cause, @Nullable Long expected) {
        return transaction.execute(_ -> {
            journal.lock(aggregateId);
            List<E> before = facts(aggregateId);
            if (expected != null && expected != before.size()) {
                return new Outcome.Outdated<S>(before.size());
            }
            S state = state(before);
            return switch (decider.decide(command, state)) {
                case Decision.Refused<E>(var reasons) -> new Outcome.Refused<S>(reasons);
                case Decision.Accepted<E>(var facts) -> accept(aggregateId, state, facts, cause);
            };
        });
    }

    /// A command for later: what reactions and effects return.
    public Order<C> order(String aggregateId, C command) {
        return new Order<>(this, aggregateId, command, false);
    }

    /// The state now; the initial state when there are no facts.
    public S state(String aggregateId) {
        return state(facts(aggregateId));
    }

    /// The state that these facts lead to: for who needs both from one read.
    public S state(List<E> facts) {
        S state = decider.initial();
        for (E fact : facts) {
            state = decider.evolve(state, fact);
        }
        return state;
    }

    /// How many facts it has now: for who asks often whether anything was decided, and seldom needs to know what.
    public long sequence(String aggregateId) {
        return journal.sequence(aggregateId);
    }

    /// All facts of the aggregate, in order.
    public List<E> facts(String aggregateId) {
        return journal.read(aggregateId).stream().map(mapping::toDomain).toList();
    }

    /// All facts of the aggregate, one after the other: for those that have very many.
    public void each(String aggregateId, Consumer<Recorded<E>> to) {
        journal.each(aggregateId, fact -> to.accept(recorded(fact)));
    }

    /// The stories of all aggregates of which a fact of this kind was recorded in this time: each from its beginning to now, in no
    /// particular order. One is in memory at a time.
    ///
    /// @param since inclusive
    /// @param until exclusive
    public void stories(Class<? extends E> kind, Instant since, Instant until, Consumer<List<Recorded<E>>> to) {
        List<Recorded<E>> story = new ArrayList<>();
        journal.each(mapping.type(kind), since, until, told -> {
            Recorded<E> fact = recorded(told);
            if (!story.isEmpty()
                    && !story.getFirst().meta().getAggregateId().equals(fact.meta().getAggregateId())) {
                to.accept(List.copyOf(story));
                story.clear();
            }
            story.add(fact);
        });
        if (!story.isEmpty()) {
            to.accept(List.copyOf(story));
        }
    }

    private Recorded<E> recorded(SpecificRecord fact) {
        return new Recorded<>(mapping.toDomain(fact), Fact.metaOf(fact));
    }

    /// What was decided before, once more for the read tables.
    void project(SpecificRecord told, Meta meta) {
        project(mapping.toDomain(told), meta);
    }

    private void project(E fact, Meta meta) {
        projections.forEach(projection -> projection.project(fact, meta));
    }

    private Outcome<S> accept(String aggregateId, S before, List<E> facts, Cause cause) {
        S state = before;
        List<Fact> stored = new ArrayList<>();
        for (E fact : facts) {
            Instant happened = fact instanceof Past past ? past.happenedAt() : null;
            Fact written = journal.append(
                    aggregateId, meta -> mapping.toAvro(fact, meta), happened == null ? cause : cause.at(happened));
            project(fact, written.meta());
            state = decider.evolve(state, fact);
            stored.add(written);
        }
        // Only now: a reaction may decide on the same aggregate, and then finds all facts of this decision.
        journal.stored(stored);
        return new Outcome.Accepted<>(state, facts.size());
    }
}
