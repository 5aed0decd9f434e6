package slipway.notification;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.events.Meta;
import slipway.events.change.ApprovalVoteCast;

/// Facts that wait for somebody to act.
final class Waiting {

    private static final Set<String> NO_LONGER_ASKED = Set.of(
            "ApprovalSuperseded", "ChangeApproved", "ChangeCancelled", "ChangeClosed", "ChangeExpired", "ChangeRejected");
    private static final Set<String> RATIFIED = Set.of("RetroactiveApprovalMissed", "RetroactiveApprovalRecorded");

    /// Nothing of the release needs anybody any more.
    static final Set<String> RELEASE_ENDS = Set.of("ReleaseAborted", "ReleaseClosed", "ReleaseDeployed", "ReleaseResolved", "RollbackCompleted");

    private static final Set<String> RELEASE_MOVES = and(
            RELEASE_ENDS, "DataRestoreDeclined", "DataRestoreRequested", "ReleaseResumed", "ReleaseStarted", "RollbackTriggered");

    /// Nothing of the restore needs anybody any more.
    static final Set<String> RESTORE_ENDS = Set.of("RestoreCompleted", "RestoreDeclined");

    private static final Set<String> RESTORE_MOVES = and(RESTORE_ENDS, "RestoreRequested");

    /// What waits, and the facts of the same aggregate that end it.
    static final Map<String, Set<String>> ENDED_BY = Map.ofEntries(
            Map.entry("ApprovalRequested", NO_LONGER_ASKED),
            Map.entry("ApprovalEscalated", NO_LONGER_ASKED),
            Map.entry("EmergencyBypassInvoked", RATIFIED),
            Map.entry("UnauthorisedChangeDetected", RATIFIED),
            Map.entry("ReviewOpened", Set.of("ChangeClosed", "PostImplementationReviewCompleted")),
            Map.entry("ReleaseBlocked", RELEASE_MOVES),
            Map.entry("ReleasePaused", RELEASE_MOVES),
            Map.entry("RolloutIndeterminate", RELEASE_MOVES),
            Map.entry("RollbackFailed", RELEASE_MOVES),
            Map.entry("DataRestoreApprovalRequested", RELEASE_MOVES),
            Map.entry("RestoreProposed", RESTORE_MOVES),
            Map.entry("RestoreFailed", RESTORE_MOVES));

    private final JdbcClient jdbc;

    Waiting(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private static Set<String> and(Set<String> facts, String... more) {
        return Stream.concat(facts.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }

    void follow(SpecificRecord fact) {
        Meta meta = Message.meta(fact);
        String type = fact.getSchema().getName();
        if (fact instanceof ApprovalVoteCast vote) {
            List<String> done = vote.getOnBehalfOf() == null
                    ? List.of(vote.getVoter())
                    : List.of(vote.getVoter(), vote.getOnBehalfOf());
            jdbc.sql("update waiting set answered = answered || ? where aggregate_id = ? and fact_type like 'Approval%'")
                    .params(done.toArray(String[]::new), meta.getAggregateId())
                    .update();
        }
        List<String> ended = ENDED_BY.entrySet().stream()
                .filter(each -> each.getValue().contains(type))
                .map(Map.Entry::getKey)
                .toList();
        if (!ended.isEmpty()) {
            jdbc.sql("delete from waiting where aggregate_id = ? and fact_type = any(?)")
                    .params(meta.getAggregateId(), ended.toArray(String[]::new))
                    .update();
        }
        if (ENDED_BY.containsKey(type)) {
            jdbc.sql("insert into waiting (fact_id, aggregate_id, fact_type) values (?, ?, ?)")
                    .params(meta.getEventId(), meta.getAggregateId(), type)
                    .update();
        }
    }

    /// Whether people are asked to vote on a change.
    boolean asks(String changeId) {
        return jdbc.sql(
                        """
                        select exists (select from waiting
                        where aggregate_id = ? and fact_type in ('ApprovalRequested', 'ApprovalEscalated'))
                        """)
                .param(changeId)
                .query(Boolean.class)
                .single();
    }

    /// Whether somebody still has to act, and it is not only others than this recipient.
    boolean waits(String factId, String recipient) {
        return jdbc.sql("select exists (select from waiting where fact_id = ? and not ? = any(answered))")
                .params(factId, recipient)
                .query(Boolean.class)
                .single();
    }
}
