-- Whatever is not over waits for a named person or a timer: when the time is past, somebody has done something, or the service did.
select event_id, aggregate_id as subject, correlation_id as story, what
from (
    select fact.*, 'stage ' || (asked.said #>> '{stage,name}') || ' was to be answered by ' || (asked.said ->> 'dueAt') || ', and nothing followed' as what,
        (asked.said ->> 'dueAt')::timestamptz as due
    from standing
    join ledger as fact on fact.topic = standing.topic and fact.aggregate_id = standing.aggregate_id and fact.type in ('ApprovalRequested', 'ApprovalEscalated')
        and fact.sequence >= standing.sequence
    cross join lateral (select said(fact.payload) as said offset 0) as asked
    where standing.topic = 'change.events' and standing.state = 'AWAITING_APPROVAL' and upper_inf(standing.known)
        and not exists (
            select from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence > fact.sequence and type = 'ApprovalEscalated'
                and said(payload) #> '{stage,name}' = asked.said #> '{stage,name}')
        and (asked.said #>> '{stage,quorum}')::int > (
            select count(distinct said(payload) ->> 'voter') from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence > fact.sequence and type = 'ApprovalVoteCast'
                and said(payload) ->> 'stage' = asked.said #>> '{stage,name}' and said(payload) ->> 'decision' = 'APPROVE')
    union all
    select fact.*, 'its window ended at ' || (planned.said #>> '{window,notAfter}') || ', and nothing followed',
        (planned.said #>> '{window,notAfter}')::timestamptz
    from standing
    join ledger as fact on fact.topic = standing.topic and fact.aggregate_id = standing.aggregate_id and fact.sequence = standing.sequence
    cross join lateral (select said(fact.payload) as said offset 0) as planned
    where standing.topic = 'change.events' and standing.state = 'SCHEDULED' and upper_inf(standing.known)
    union all
    select fact.*, 'it was to be reviewed by ' || (opened.said ->> 'dueAt') || ', and nothing followed', (opened.said ->> 'dueAt')::timestamptz
    from standing
    join ledger as fact on fact.topic = standing.topic and fact.aggregate_id = standing.aggregate_id and fact.sequence = standing.sequence
    cross join lateral (select said(fact.payload) as said offset 0) as opened
    where standing.topic = 'change.events' and standing.state = 'REVIEW' and upper_inf(standing.known)
        and not exists (
            select from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence > fact.sequence
                and type in ('PostImplementationReviewCompleted', 'PostImplementationReviewMissed'))
    union all
    select fact.*, 'it was to be ratified by ' || (bypass.said ->> 'ratificationDueAt') || ', and nothing followed',
        (bypass.said ->> 'ratificationDueAt')::timestamptz
    from ledger as fact
    cross join lateral (select said(fact.payload) as said offset 0) as bypass
    where fact.type in ('EmergencyBypassInvoked', 'UnauthorisedChangeDetected')
        and not exists (
            select from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence > fact.sequence
                and type in ('RetroactiveApprovalRecorded', 'RetroactiveApprovalMissed', 'ChangeCancelled', 'ChangeClosed', 'ChangeExpired', 'RFCDrafted'))
) as fact
where due < :due
