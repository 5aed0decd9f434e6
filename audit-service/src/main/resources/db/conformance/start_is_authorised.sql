-- Each change of a release that starts had leave to implement there, of the current epoch, and was approved when that was given. What is revoked
-- takes its time to arrive, and services run on clocks that differ: a minute is let pass, unless the release knew.
-- Whatever is done in an environment begins with a start.
select fact.event_id, fact.aggregate_id as subject, fact.correlation_id as story, change || ': ' || wrong as what
from facts as fact
cross join lateral (select said(fact.payload) as said offset 0) as started
left join lateral (
    select said(payload) -> 'changeIds' as changes from ledger
    where topic = fact.topic and aggregate_id = fact.aggregate_id and type = 'ReleasePlanned' and sequence < fact.sequence
    order by sequence desc limit 1
) as plan on true
-- One that carries no change at all has to answer for the story that it is in.
cross join lateral jsonb_array_elements_text(
    case coalesce(jsonb_array_length(plan.changes), 0) when 0 then jsonb_build_array(fact.correlation_id) else plan.changes end) as change
-- Before a release could carry several changes, its one leave stood in the start itself.
left join lateral (
    select each as leave from jsonb_array_elements(
        case coalesce(jsonb_array_length(started.said -> 'leaves'), 0)
            when 0 then jsonb_build_array(jsonb_build_object(
                'changeId', change, 'authorisationId', started.said -> 'authorisationId', 'epoch', started.said -> 'epoch'))
            else started.said -> 'leaves'
        end) as each
    where each ->> 'changeId' = change limit 1
) as shown on true
left join lateral (
    select * from ledger
    where topic = 'change.events' and aggregate_id = change and type = 'ImplementationAuthorised'
        and said(payload) ->> 'authorisationId' = leave ->> 'authorisationId' and said(payload) -> 'epoch' = leave -> 'epoch'
        and said(payload) ->> 'releaseId' = fact.aggregate_id and said(payload) ->> 'environment' = started.said ->> 'environment'
    order by sequence desc limit 1
) as given on true
left join lateral (
    select type, said(payload) as said from ledger
    where topic = 'change.events' and aggregate_id = change and sequence < given.sequence
        and type in ('ChangeApproved', 'RFCSubmitted', 'ApprovalSuperseded', 'ChangeExpired', 'ChangeRejected', 'ChangeCancelled')
    order by sequence desc limit 1
) as approval on true
cross join lateral (
    select case
        when leave is null then 'the release shows no leave of it'
        when given.event_id is null
            then 'there is no leave ' || (leave ->> 'authorisationId') || ' of epoch ' || (leave ->> 'epoch') || ' for ' || (started.said ->> 'environment')
        when approval.type is distinct from 'ChangeApproved' then 'it was not approved when it got leave'
        when (approval.said ->> 'validUntil')::timestamptz < given.recorded_at then 'its approval was over when it got leave'
        when exists (
            select from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and type = 'LeaveRevoked' and sequence < fact.sequence
                and said(payload) ->> 'changeId' = change and (said(payload) ->> 'epoch')::bigint > (leave ->> 'epoch')::bigint)
            then 'its leave of epoch ' || (leave ->> 'epoch') || ' had been revoked, and the release knew'
        when exists (
            select from ledger
            where topic = 'change.events' and aggregate_id = change and type = 'ImplementationRevoked' and sequence > given.sequence
                and (said(payload) ->> 'epoch')::bigint > (leave ->> 'epoch')::bigint and recorded_at < fact.recorded_at - interval '1 minute')
            then 'its leave of epoch ' || (leave ->> 'epoch') || ' had been revoked'
    end as wrong
) as judged
where fact.type = 'ReleaseStarted' and wrong is not null
union all
select fact.event_id, fact.aggregate_id, fact.correlation_id, fact.type || ' in ' || coalesce(done.said ->> 'environment', 'nowhere') || ', where it never started'
from facts as fact
cross join lateral (select said(fact.payload) as said offset 0) as done
where fact.topic = 'release.events' and fact.type in ('RolloutStepStarted', 'RolloutStepCompleted', 'ReleaseDeployed')
    and case
        when exists (
            select from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence < fact.sequence and type = 'ReleaseStarted'
                and said(payload) -> 'environment' = done.said -> 'environment') then false
        -- The first of them is enough.
        else not exists (
            select from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence < fact.sequence
                and type in ('RolloutStepStarted', 'RolloutStepCompleted', 'ReleaseDeployed')
                and said(payload) -> 'environment' = done.said -> 'environment')
    end
