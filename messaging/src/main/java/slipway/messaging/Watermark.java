package slipway.messaging;

import java.util.Optional;
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
            insert into inbox (topic, aggregate_id, sequence, hash)
            select :topic, :aggregate, :sequence, :hash
            where :sequence = 1 or exists (
                select from inbox where topic = :topic and aggregate_id = :aggregate and sequence = :sequence - 1)
            on conflict (topic, aggregate_id) do update set sequence = excluded.sequence, hash = excluded.hash
            where inbox.sequence = excluded.sequence - 1
            """;

    /// Whether the number was used, and whether by somebody else.
    private static final String SEEN =
            """
            select sequence = :sequence and hash <> :hash as forked from inbox
            where topic = :topic and aggregate_id = :aggregate and sequence >= :sequence
            """;

    private final JdbcClient jdbc;
    private final Reactor reactor;

    Watermark(JdbcClient jdbc, Reactor reactor) {
        this.jdbc = jdbc;
        this.reactor = reactor;
    }

    /// @throws IllegalStateException when another fact was applied under the same number: then its owner's history was forked, and
    ///     somebody has to say which one holds
    Verdict apply(Fact fact) {
        Verdict verdict = Topics.FACTS.contains(fact.topic())
                ? advance(
                        fact.topic(),
                        fact.meta().getAggregateId(),
                        fact.meta().getSequence(),
                        fact.wire())
                : take(fact.requestSource(), fact.requestId());
        switch (verdict) {
            case APPLIED -> {
                reactor.watch(fact);
                reactor.react(fact);
            }
            case DUPLICATE -> reactor.watchAgain(fact);
            case TOO_EARLY -> {}
        }
        return verdict;
    }

    /// Moves on to this fact without applying it; it need not be readable.
    void skip(String topic, String aggregateId, long sequence, byte[] wire) {
        advanced(topic, aggregateId, sequence, Journal.hash(wire));
    }

    private Verdict advance(String topic, String aggregateId, long sequence, byte[] wire) {
        String hash = Journal.hash(wire);
        if (advanced(topic, aggregateId, sequence, hash)) {
            return Verdict.APPLIED;
        }
        Optional<Boolean> forked = jdbc.sql(SEEN)
                .param("topic", topic)
                .param("aggregate", aggregateId)
                .param("sequence", sequence)
                .param("hash", hash)
                .query((row, _) -> row.getBoolean("forked"))
                .optional();
        if (forked.orElse(false)) {
            throw new IllegalStateException("another fact than the one that was applied is number " + sequence + " of "
                    + aggregateId + ": was its owner's database set back?");
        }
        return forked.isPresent() ? Verdict.DUPLICATE : Verdict.TOO_EARLY;
    }

    private boolean advanced(String topic, String aggregateId, long sequence, String hash) {
        return jdbc.sql(ADVANCE)
                        .param("topic", topic)
                        .param("aggregate", aggregateId)
                        .param("sequence", sequence)
                        .param("hash", hash)
                        .update()
                == 1;
    }

    Verdict take(String source, String id) {
        int taken = jdbc.sql("insert into intake (source, id) values (?, ?) on conflict do nothing")
                .params(source, id)
                .update();
        return taken == 1 ? Verdict.APPLIED : Verdict.DUPLICATE;
    }
}
