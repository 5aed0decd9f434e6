package slipway.messaging;

import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Topics;

/// Applies a fact exactly once and in the order of its aggregate: only the sequence after the last one, as one guarded
/// statement, so that two consumers of one partition (after a rebalance) cannot both succeed. Requests from outside have no
/// sequence that we could trust: they are told apart by (source, id).
final class Watermark {

    enum Verdict {
        APPLIED,
        DUPLICATE,
        TOO_EARLY
    }

    private static final String ADVANCE =
            """
            insert into inbox (topic, aggregate_id, sequence)
            select :topic, :aggregate, :sequence
            where :sequence = 1 or exists (
                select from inbox where topic = :topic and aggregate_id = :aggregate and sequence = :sequence - 1)
            on conflict (topic, aggregate_id) do update set sequence = excluded.sequence
            where inbox.sequence = excluded.sequence - 1
            """;

    private static final String SEEN =
            "select exists (select from inbox where topic = ? and aggregate_id = ? and sequence >= ?)";

    private final JdbcClient jdbc;
    private final Reactor reactor;

    Watermark(JdbcClient jdbc, Reactor reactor) {
        this.jdbc = jdbc;
        this.reactor = reactor;
    }

    Verdict apply(Fact fact) {
        Verdict verdict = Topics.FACTS.contains(fact.topic()) ? advance(fact) : take(fact);
        if (verdict == Verdict.APPLIED) {
            reactor.watch(fact);
            reactor.react(fact);
        }
        return verdict;
    }

    /// Moves on to this fact without applying it.
    void skip(Fact fact) {
        if (Topics.FACTS.contains(fact.topic())) {
            advance(fact);
        } else {
            take(fact);
        }
    }

    private Verdict advance(Fact fact) {
        int advanced = jdbc.sql(ADVANCE)
                .param("topic", fact.topic())
                .param("aggregate", fact.meta().getAggregateId())
                .param("sequence", fact.meta().getSequence())
                .update();
        if (advanced == 1) {
            return Verdict.APPLIED;
        }
        boolean seen = jdbc.sql(SEEN)
                .params(fact.topic(), fact.meta().getAggregateId(), fact.meta().getSequence())
                .query(Boolean.class)
                .single();
        return seen ? Verdict.DUPLICATE : Verdict.TOO_EARLY;
    }

    private Verdict take(Fact fact) {
        String source = fact.source() == null ? "actor:" + fact.meta().getActor().getId() : fact.source();
        String id = fact.sourceId() == null ? fact.meta().getEventId() : fact.sourceId();
        int taken = jdbc.sql("insert into intake (source, id) values (?, ?) on conflict do nothing")
                .params(source, id)
                .update();
        return taken == 1 ? Verdict.APPLIED : Verdict.DUPLICATE;
    }
}
