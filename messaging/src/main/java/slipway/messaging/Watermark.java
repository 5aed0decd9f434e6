package slipway.messaging;

import org.jspecify.annotations.Nullable;
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
        Verdict verdict = Topics.FACTS.contains(fact.topic())
                ? advance(fact.topic(), fact.meta().getAggregateId(), fact.meta().getSequence())
                : take(fact.requestSource(), fact.requestId());
        if (verdict == Verdict.APPLIED) {
            reactor.watch(fact);
            reactor.react(fact);
        }
        return verdict;
    }

    /// Moves on to this fact without applying it; it need not be readable.
    ///
    /// @param source of a request from outside
    /// @param sourceId of a request from outside
    void skip(
            String topic, String aggregateId, long sequence, @Nullable String source, @Nullable String sourceId) {
        if (Topics.FACTS.contains(topic)) {
            advance(topic, aggregateId, sequence);
        } else if (source != null && sourceId != null) {
            take(source, sourceId);
        }
    }

    private Verdict advance(String topic, String aggregateId, long sequence) {
        int advanced = jdbc.sql(ADVANCE)
                .param("topic", topic)
                .param("aggregate", aggregateId)
                .param("sequence", sequence)
                .update();
        if (advanced == 1) {
            return Verdict.APPLIED;
        }
        boolean seen = jdbc.sql(SEEN)
                .params(topic, aggregateId, sequence)
                .query(Boolean.class)
                .single();
        return seen ? Verdict.DUPLICATE : Verdict.TOO_EARLY;
    }

    private Verdict take(String source, String id) {
        int taken = jdbc.sql("insert into intake (source, id) values (?, ?) on conflict do nothing")
                .params(source, id)
                .update();
        return taken == 1 ? Verdict.APPLIED : Verdict.DUPLICATE;
    }
}
