-- Whatever is not over waits for a named person or a timer: when the time is past, somebody has done something, or the service did.
select event_id, aggregate_id as subject, correlation_id as story, what
from (
    -- Each stage by the newest request of it, and the newest vote in each seat since approval began.
    select asked.event_id, asked.aggregate_id, asked.correlation_id,
        'stage ' || (asked.said #>> '{stage,name}') || ' was to be answered by ' || (asked.said ->> 'dueAt') || ', and nothing followed' as what,
        (asked.said ->> 'dueAt')::timestamptz as due
    from standing
    cross join lateral (
        select coalesce(max(sequence), 0) as began from standing as before
        where before.topic = standing.topic and before.aggregate_id = standing.aggregate_id and before.state <> 'AWAITING_APPROVAL'
    ) as since
    cross join lateral (
        select distinct on (told.said #>> '{stage,name}') ledger.*, told.said from ledger
        cross join lateral (select said(payload) as said offset 0) as told
        where topic = standing.topic and aggregate_id = standing.aggregate_id and sequence > since.began
            and type in ('ApprovalRequested', 'ApprovalEscalated')
        order by told.said #>> '{stage,name}', sequence desc
    ) as asked
    where standing.topic = 'change.events' and standing.state = 'AWAITING_APPROVAL' and upper_inf(standing.known) and not standing.over
        and (asked.said #>> '{stage,quorum}')::int > (
            select count(*) from (
                select distinct on (coalesce(told.said ->> 'onBehalfOf', told.said ->> 'voter')) told.said ->> 'decision' as decision from ledger
                cross join lateral (select said(payload) as said offset 0) as told
                where topic = asked.topic and aggregate_id = asked.aggregate_id and sequence > since.began and type = 'ApprovalVoteCast'
                    and told.said ->> 'stage' = asked.said #>> '{stage,name}'
                order by coalesce(told.said ->> 'onBehalfOf', told.said ->> 'voter'), sequence desc) as votes
            where decision = 'APPROVE')
    union all
    select fact.event_id, fact.aggregate_id, fact.correlation_id, waits.words || waits.until || ', and nothing followed', waits.until::timestamptz
    from standing
    join ledger as fact on fact.topic = standing.topic and fact.aggregate_id = standing.aggregate_id and fact.sequence = standing.sequence
    cross join lateral (select said(fact.payload) as said offset 0) as told
    cross join lateral (
        select 'its window ended at ' as words, told.said #>> '{window,notAfter}' as until where standing.state = 'SCHEDULED'
        union all
        select 'its approval ended at ', (
            select said(payload) ->> 'validUntil' from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and type = 'ChangeApproved' and sequence <= fact.sequence
            order by sequence desc limit 1)
        where standing.state = 'APPROVED'
        union all
        -- Nobody is asked, and no timer runs.
        select 'it is to be assessed since ', to_char(fact.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') where standing.state = 'ASSESSING'
        union all
        select 'it was to be watched until ', told.said ->> 'soakUntil' where standing.state = 'MONITORING'
        union all
        select 'it was to be reviewed by ', told.said ->> 'dueAt'
        where standing.state = 'REVIEW' and not exists (
            select from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence > fact.sequence
                and type in ('PostImplementationReviewCompleted', 'PostImplementationReviewMissed'))
    ) as waits
    where standing.topic = 'change.events' and standing.state in ('ASSESSING', 'APPROVED', 'SCHEDULED', 'MONITORING', 'REVIEW') and upper_inf(standing.known)
        and not standing.over
    union all
    select fact.event_id, fact.aggregate_id, fact.correlation_id,
        'it was to be ratified by ' || (bypass.said ->> 'ratificationDueAt') || ', and nothing followed', (bypass.said ->> 'ratificationDueAt')::timestamptz
    from ledger as fact
    cross join lateral (select said(fact.payload) as said offset 0) as bypass
    where fact.type in ('EmergencyBypassInvoked', 'UnauthorisedChangeDetected')
        and not exists (
            select from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence > fact.sequence
                and type in ('RetroactiveApprovalRecorded', 'RetroactiveApprovalMissed', 'ChangeCancelled', 'ChangeClosed', 'ChangeExpired', 'RFCDrafted'))
    union all
    -- Where a service works on its own, no fact has a time by which it is done: it has to say something now and then.
    select fact.event_id, fact.aggregate_id, fact.correlation_id,
        'it is ' || standing.state || ', and no fact of it came since ' || to_char(latest.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        latest.at + cast(:silence as interval)
    from standing
    join ledger as fact on fact.topic = standing.topic and fact.aggregate_id = standing.aggregate_id and fact.sequence = standing.sequence
    cross join lateral (
        select type, recorded_at as at, payload from ledger
        where topic = standing.topic and aggregate_id = standing.aggregate_id order by sequence desc limit 1) as latest
    where (standing.topic, standing.state) in (
            ('release.events', 'PLANNED'),
            ('release.events', 'BUILDING'),
            ('release.events', 'SECURING'),
            ('release.events', 'READY'),
            ('release.events', 'RUNNING'),
            ('release.events', 'ROLLING_BACK'),
            ('release.events', 'RESTORING'),
            ('backup.events', 'CAPTURING'),
            ('backup.events', 'SAFETY_BACKUP'),
            ('backup.events', 'APPROVED'))
        and upper_inf(standing.known) and not standing.over
        -- Some steps of a rollout are to wait: for a time, or until somebody goes on.
        and not (latest.type = 'RolloutStepStarted' and said(latest.payload) ->> 'kind' in ('PAUSE', 'BAKE', 'ANALYSE'))
        -- And a release waits for the one that is in its environment.
        and not (standing.state = 'SECURING' and exists (
            select from rollout as other
            where other.environment = said(fact.payload) ->> 'environment' and other.ended_at is null and other.aggregate_id <> standing.aggregate_id))
) as fact
where due < :due
