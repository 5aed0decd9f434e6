package slipway.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.audit.domain.BreachEvent.InvariantBroken;
import slipway.audit.domain.Invariant;

/// Looks at every fact, as it comes, whether the invariants of the lifecycle hold. Each is a query in `db/conformance`, over the facts that are
/// new and all that is known.
///
/// Topics are read side by side, so that what allowed something may come after it: what looks broken is a suspect until all that had been in
/// the topics then was read, and is looked at again. A fact that is parked may be what allowed it: a suspect whose story names it waits for it,
/// but not for longer than a service may be silent.
final class Conformance {

    private static final Logger LOG = LoggerFactory.getLogger(Conformance.class);
    private static final int AT_ONCE = 10_000;

    /// What a fact of another aggregate may allow. The others look at facts that came before in the same one: nothing that waits excuses these.
    private static final Set<Invariant> EXCUSABLE = EnumSet.of(
            Invariant.START_IS_AUTHORISED, Invariant.START_HAS_A_WAY_BACK, Invariant.ONE_ROLLOUT_PER_ENVIRONMENT);

    /// Whose story it is when the log itself is broken.
    private static final String STORY_OF_THE_LOG = "audit-log";

    /// Those that one new fact can break. What is forgotten has no new fact, and a replay is compared when somebody asks for one.
    private static final List<Invariant> BY_A_FACT = List.of(
            Invariant.START_IS_AUTHORISED,
            Invariant.START_HAS_A_WAY_BACK,
            Invariant.ONE_ROLLOUT_PER_ENVIRONMENT,
            Invariant.STEP_HAPPENS_ONCE,
            Invariant.SEQUENCE_IS_WHOLE,
            Invariant.NOBODY_APPROVES_THEIR_OWN);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Teller teller;
    private final CaughtUp inbox;
    private final Signer signing;
    private final Excuses excuses;
    private final Patience patience;
    private final Map<Invariant, String> queries = new EnumMap<>(Invariant.class);
    private final Semaphore turn = new Semaphore(1);

    private @Nullable Awaited awaited;
    private volatile String trouble = "";

    /// How long nothing need follow.
    ///
    /// @param grace after the time of a timer
    /// @param silence where a service works on its own, and no fact says until when
    record Patience(Duration grace, Duration silence) {}

    /// How the log stands.
    interface Signer {

        /// Why nothing is signed any more; empty: it is.
        String trouble();

        /// Whether that is because what is stored is not what was signed, or what the topics have: a full disk is nobody's breach.
        boolean contradicted();

        /// Leaves of the last checkpoint.
        long signed();
    }

    Conformance(JdbcClient jdbc, TransactionTemplate transaction, CaughtUp inbox, Patience patience, Signer signing, Teller teller) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.inbox = inbox;
        this.patience = patience;
        this.signing = signing;
        this.excuses = new Excuses(jdbc);
        this.teller = teller;
        BY_A_FACT.forEach(invariant -> queries.put(invariant, query(invariant)));
        queries.put(Invariant.NOTHING_IS_FORGOTTEN, query(Invariant.NOTHING_IS_FORGOTTEN));
    }

    static String query(Invariant invariant) {
        String resource = "/db/conformance/" + invariant.name().toLowerCase(Locale.ROOT) + ".sql";
        try (InputStream file = Conformance.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(file, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is broken.
    ///
    /// @param story the change to which it belongs
    /// @param by eventId of the fact by which it does not hold, or what else was looked at: each is told of once
    record Broken(String by, String story, InvariantBroken fact) {}

    /// Gets what is broken, perhaps more than once.
    interface Teller {
        void tell(Broken broken);
    }

    /// What has to be read before it can be said what was wrong at a moment.
    private record Awaited(Instant at, CaughtUp.Ends ends) {}

    record Found(String eventId, String subject, String story, String what) {}

    @Scheduled(fixedDelayString = "${slipway.conformance.every}")
    void look() {
        if (!turn.tryAcquire()) {
            return;
        }
        try {
            while (suspect()) {
                // The next ones.
            }
            judge();
            trouble = "";
        } catch (DataAccessException | TransactionException | CaughtUp.Unknown e) {
            trouble = NestedExceptionUtils.getMostSpecificCause(e).toString();
            LOG.warn("the invariants cannot be looked at, trying again: {}", trouble);
        } finally {
            turn.release();
        }
    }

    /// @return whether there may be more
    private boolean suspect() {
        return transaction.execute(_ -> {
            long from = jdbc.sql("select leaves from looked_at for update").query(Long.class).single();
            long to = jdbc.sql("select least(coalesce(max(number) + 1, 0), ?) from leaf").param(from + AT_ONCE).query(Long.class).single();
            if (from > jdbc.sql("select coalesce(max(number) + 1, 0) from leaf").query(Long.class).single()) {
                LOG.warn("more facts are said to have been looked at than there are: all of them are looked at again");
                jdbc.sql("update looked_at set leaves = 0").update();
                return true;
            }
            if (to <= from) {
                return false;
            }
            for (Invariant invariant : BY_A_FACT) {
                jdbc.sql("with facts as (select ledger.* from leaf join ledger using (topic, partition, log_offset) where number >= :from and number < :to) "
                                + "insert into suspect (invariant, event_id) select :invariant, event_id from (" + queries.get(invariant)
                                + ") as found on conflict do nothing")
                        .param("from", from)
                        .param("to", to)
                        .param("invariant", invariant.name())
                        .update();
            }
            jdbc.sql("update looked_at set leaves = ?").param(to).update();
            return to - from == AT_ONCE;
        });
    }

    /// How far the facts were looked at.
    ///
    /// @param looked facts of `facts`
    /// @param suspects how often something looks broken, and is judged when everything before it is read
    /// @param parked facts that cannot be taken in, for which suspects may wait
    /// @param trouble why they cannot be looked at now; empty: they can
    record Reach(long looked, long facts, long suspects, long parked, String trouble) {}

    Reach reach() {
        return jdbc.sql(
                        """
                        select (select leaves from looked_at) as looked, (select count(*) from ledger) as facts, (select count(*) from suspect) as suspects,
                            (select count(*) from parked where resolution is null) as parked
                        """)
                .query((row, _) -> new Reach(row.getLong("looked"), row.getLong("facts"), row.getLong("suspects"), row.getLong("parked"), trouble))
                .single();
    }

    /// Facts that wait behind one that is missing or cannot be handled, and records that bear a number that was used.
    private void outsiders(Instant now) {
        jdbc.sql(
                        """
                        select * from (
                            select event_id, subject, subject as story, what from (
                                select distinct on (topic, aggregate_id) topic || ' ' || partition || ' ' || log_offset as event_id, aggregate_id as subject,
                                    type || ', fact ' || sequence || ', and what follows it is not in the ledger: ' || reason as what
                                from parked where resolution is null and parked_at < ? order by topic, aggregate_id, sequence
                            ) as late
                            union all
                            select event_id, aggregate_id, correlation_id, what from (
                                select distinct on (topic, aggregate_id) topic || ' ' || partition || ' ' || log_offset as event_id, aggregate_id, correlation_id,
                                    type || ' bears number ' || sequence || ', and the ledger has another fact under it' as what
                                from stray order by topic, aggregate_id, partition, log_offset
                            ) as first
                        ) as outside where not exists (select from breach where fact_id = event_id and invariant = ?)
                        """)
                .params(Timestamp.from(now.minus(patience.grace())), Invariant.SEQUENCE_IS_WHOLE.name())
                .query(Found.class)
                .list()
                .forEach(each -> broken(Invariant.SEQUENCE_IS_WHOLE, each));
    }

    /// What is stored is not what was signed.
    private void unsigned() {
        String why = signing.trouble();
        if (signing.contradicted() && !why.isEmpty()) {
            // Once, whatever the words are from then on: the breach itself is a fact more.
            broken(
                    Invariant.REPLAY_IS_IDENTICAL,
                    new Found("signed-" + signing.signed(), STORY_OF_THE_LOG, STORY_OF_THE_LOG, "nothing is signed any more: " + why));
        }
    }

    private void judge() {
        Instant at = now();
        unsigned();
        outsiders(at);
        Awaited awaits = awaited;
        if (awaits == null) {
            awaited = new Awaited(at, inbox.ends());
        } else if (inbox.read(awaits.ends())) {
            suspects(awaits.at());
            forgotten(awaits.at());
            awaited = null;
        }
    }

    private Instant now() {
        return jdbc.sql("select clock_timestamp()").query((row, _) -> row.getTimestamp(1).toInstant()).single();
    }

    /// @param late whether it has waited for parked facts for long enough
    private record Suspect(String eventId, boolean late) {}

    /// @param at when all was in the topics that has been read by now
    private void suspects(Instant at) {
        for (Invariant invariant : BY_A_FACT) {
            List<Suspect> all = jdbc.sql("select event_id, since < ? as late from suspect where invariant = ? and since < ?")
                    .params(Timestamp.from(at.minus(patience.silence())), invariant.name(), Timestamp.from(at))
                    .query(Suspect.class)
                    .list();
            if (!all.isEmpty()) {
                String[] suspects = all.stream().map(Suspect::eventId).toArray(String[]::new);
                Set<String> early = all.stream()
                        .filter(each -> !each.late() && EXCUSABLE.contains(invariant))
                        .map(Suspect::eventId)
                        .collect(Collectors.toSet());
                List<Found> found = jdbc.sql("with facts as (select * from ledger where event_id = any(?)) " + queries.get(invariant))
                        .param(suspects)
                        .query(Found.class)
                        .list();
                Set<String> excused = excuses.of(found.stream().filter(each -> early.contains(each.eventId())).toList());
                found.stream().filter(each -> !excused.contains(each.eventId())).forEach(each -> broken(invariant, each));
                jdbc.sql("delete from suspect where invariant = ? and event_id = any(?) and event_id <> all(?)")
                        .params(invariant.name(), suspects, excused.toArray(String[]::new))
                        .update();
            }
        }
    }

    /// @param at up to when all was read
    void forgotten(Instant at) {
        Instant due = at.minus(patience.grace());
        List<Found> found = overdue(due);
        Set<String> excused = new HashSet<>(excuses.of(found));
        if (!excused.isEmpty()) {
            overdue(due.minus(patience.silence())).forEach(each -> excused.remove(each.eventId()));
        }
        found.stream().filter(each -> !excused.contains(each.eventId())).forEach(each -> broken(Invariant.NOTHING_IS_FORGOTTEN, each));
    }

    private List<Found> overdue(Instant due) {
        return jdbc.sql("select * from (" + queries.get(Invariant.NOTHING_IS_FORGOTTEN)
                        + ") as found where not exists (select from breach where fact_id = event_id and invariant = :invariant)")
                .param("due", Timestamp.from(due))
                .param("silence", patience.silence().toString())
                .param("invariant", Invariant.NOTHING_IS_FORGOTTEN.name())
                .query(Found.class)
                .list();
    }

    private void broken(Invariant invariant, Found found) {
        teller.tell(new Broken(found.eventId(), found.story(), new InvariantBroken(invariant, found.subject(), found.eventId(), found.what())));
    }
}
