package slipway.messaging;

import java.util.List;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import slipway.decider.Decider;
import slipway.events.Meta;

/// The append-only table of every fact that this service decided. Its unpublished tail is the outbox.
public final class Journal {

    /// Binds rules to this journal. `avroPackage`: namespace of the schemas of `facts`, e.g. `slipway.events.change`.
    @SafeVarargs
    public final <C, S, E> Decisions<C, S, E> decisions(
            Decider<C, S, E> decider, Class<E> facts, String avroPackage, Projection<E>... projections) {
        throw new UnsupportedOperationException();
    }

    void lock(String aggregateId) {}

    List<SpecificRecord> read(String aggregateId) {
        return List.of();
    }

    Fact append(String aggregateId, Function<Meta, SpecificRecord> fact, Cause cause) {
        throw new UnsupportedOperationException();
    }

    void stored(List<Fact> facts) {}
}
