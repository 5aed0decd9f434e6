package slipway.messaging;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.decider.Wording;

/// Facts of this service that its log has and its database has lost. They are known by their chain: each is the next of its aggregate, and
/// names the hash of the one before. Whatever else is in the topic is somebody else's, and stays there.
final class LostFacts {

    private static final Logger LOG = LoggerFactory.getLogger(LostFacts.class);
    static final int PORTION = 500;

    /// To know that it is many.
    static final int ENOUGH = 10_000;

    private static final int NAMED = 5;

    /// Of an aggregate none before the one before it, whatever became of the database's clock.
    private static final String SEND_AGAIN =
            """
            with lost as (
                select position, log_offset, max(published_at) over (partition by aggregate_id order by sequence) as sent_at
                from journal where partition = ? and log_offset >= ?),
            turns as (select position, row_number() over (order by sent_at, log_offset, position) as turn from lost)
            update journal set published_at = null, partition = null, log_offset = null, turn = turns.turn
            from turns where journal.position = turns.position
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final TransactionTemplate within;
    private final Journal journal;
    private final Reactor reactor;

    LostFacts(JdbcClient jdbc, TransactionTemplate transaction, Journal journal, Reactor reactor) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.within = new TransactionTemplate(Objects.requireNonNull(transaction.getTransactionManager()));
        this.within.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        this.journal = journal;
        this.reactor = reactor;
    }

    /// @param number how many; [#ENOUGH] are enough
    /// @param first some of them, about the oldest
    record Found(long number, List<Fact> first) {

        String inWords() {
            return first.stream().map(LostFacts::words).collect(Collectors.joining("; "));
        }
    }

    private record Tip(long sequence, String hash) {}

    private enum Standing {
        KNOWN,
        LOST,
        STRAY
    }

    /// The last place that the journal knows in a partition; -1: none.
    long last(int partition) {
        return jdbc.sql("select coalesce(max(log_offset), -1) from journal where partition = ?")
                .param(partition)
                .query(Long.class)
                .single();
    }

    /// How many facts the journal says are out, at these places and behind them.
    long from(Map<Integer, Long> places) {
        return places.entrySet().stream()
                .mapToLong(place -> jdbc.sql("select count(*) from journal where partition = ? and log_offset >= ?")
                        .params(place.getKey(), place.getValue())
                        .query(Long.class)
                        .single())
                .sum();
    }

    /// In the order in which they were sent: their places will be the same again, if nobody else's records were between them.
    void sendAgain(Map<Integer, Long> places) {
        transaction.executeWithoutResult(_ -> places.forEach((partition, offset) ->
                jdbc.sql(SEND_AGAIN).params(partition, offset).update()));
    }

    Found look(OwnLog log) {
        Map<String, Tip> tips = new HashMap<>();
        long number = 0;
        List<Fact> first = new ArrayList<>();
        for (List<Fact> heads = log.heads(); !heads.isEmpty() && number < ENOUGH; heads = log.heads()) {
            Fact head = heads.getFirst();
            if (standing(head, tips) == Standing.LOST) {
                tips.put(head.meta().getAggregateId(), new Tip(head.meta().getSequence(), Journal.hash(head.wire())));
                number++;
                if (first.size() < NAMED) {
                    first.add(head);
                }
            }
            log.pass(head);
        }
        return new Found(number, first);
    }

    /// A crash in between loses nothing: what is in the journal is known at the next start.
    void takeBack(OwnLog log) {
        boolean more = true;
        while (more) {
            more = Boolean.TRUE.equals(transaction.execute(_ -> {
                for (int i = 0; i < PORTION; i++) {
                    List<Fact> heads = log.heads();
                    if (heads.isEmpty()) {
                        return false;
                    }
                    log.pass(oneOf(heads));
                }
                return true;
            }));
        }
    }

    /// What was decided at the same moment may stand in either order: what a read table does not take yet waits for what is in another
    /// partition.
    private Fact oneOf(List<Fact> heads) {
        DataIntegrityViolationException refused = null;
        for (Fact head : heads) {
            try {
                within.executeWithoutResult(_ -> settle(head));
                return head;
            } catch (DataIntegrityViolationException e) {
                refused = refused == null ? e : refused;
            }
        }
        throw new IllegalStateException(
                "no read table takes the next facts: " + heads.stream().map(LostFacts::words).toList(), refused);
    }

    private void settle(Fact fact) {
        journal.lock(fact.meta().getAggregateId());
        switch (standing(fact, Map.of())) {
            case KNOWN -> journal.sent(fact);
            case LOST -> {
                journal.takeBack(fact);
                jdbc.sql("insert into taken_back (event_id, aggregate_id, causation_id) values (?, ?, ?)")
                        .params(Arrays.asList(
                                fact.meta().getEventId(), fact.meta().getAggregateId(), fact.meta().getCausationId()))
                        .update();
            }
            case STRAY -> {}
        }
    }

    /// Does what the facts that were taken back call for. What was done is found done; what was decided is not decided again.
    ///
    /// @return of how many facts
    long react() {
        if (journal.notReactedTo(1).isEmpty()) {
            return 0;
        }
        journal.catchUpNumbers();
        long all = 0;
        long reacted;
        do {
            reacted = Objects.requireNonNull(transaction.execute(_ -> {
                List<Fact> facts = journal.notReactedTo(PORTION);
                for (Fact fact : facts) {
                    reactor.react(fact);
                    jdbc.sql("update taken_back set reacted = true where event_id = ?")
                            .param(fact.meta().getEventId())
                            .update();
                }
                return (long) facts.size();
            }));
            all += reacted;
        } while (reacted > 0);
        return all;
    }

    /// @param tips of aggregates that have lost facts before this one
    private Standing standing(Fact fact, Map<String, Tip> tips) {
        String hash = Journal.hash(fact.wire());
        Optional<String> known = jdbc.sql("select hash from journal where event_id = ?")
                .param(fact.meta().getEventId())
                .query(String.class)
                .optional();
        if (known.isPresent()) {
            return known.get().equals(hash) ? Standing.KNOWN : stray(fact, "the journal has another fact of its id");
        }
        String aggregate = fact.meta().getAggregateId();
        Tip tip = tips.containsKey(aggregate) ? tips.get(aggregate) : tip(aggregate);
        boolean next = fact.meta().getSequence() == tip.sequence() + 1
                && Objects.equals(fact.meta().getPrevHash(), tip.sequence() == 0 ? null : tip.hash());
        return next ? Standing.LOST : stray(fact, "the journal has " + tip.sequence() + " facts of that");
    }

    private Tip tip(String aggregate) {
        return jdbc.sql("select sequence, hash from journal where aggregate_id = ? order by sequence desc limit 1")
                .param(aggregate)
                .query((row, _) -> new Tip(row.getLong("sequence"), row.getString("hash")))
                .optional()
                .orElse(new Tip(0, ""));
    }

    private static Standing stray(Fact fact, String why) {
        LOG.warn("{} is not what comes next, and left where it is: {}", words(fact), why);
        return Standing.STRAY;
    }

    static String words(Fact fact) {
        Fact.Position position = Objects.requireNonNull(fact.position());
        return "%s, number %d of %s (by %s at %s; partition %d, offset %d)"
                .formatted(
                        fact.type(),
                        fact.meta().getSequence(),
                        Wording.seen(fact.meta().getAggregateId()),
                        Wording.seen(fact.meta().getActor().getId()),
                        fact.meta().getRecordedAt(),
                        position.partition(),
                        position.offset());
    }
}
