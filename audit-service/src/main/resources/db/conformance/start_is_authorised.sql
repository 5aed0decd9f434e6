-- Each change of a release that starts had leave to implement, of the current epoch, and was approved when that was given. What is revoked takes its
-- time to arrive, and services run on clocks that differ: a minute is let pass, unless the release knew.
select fact.event_id, fact.aggregate_id as subject, fact.correlation_id as story, (leave ->> 'changeId') || ': ' || wrong as what
from facts as fact
cross join lateral (select said(fact.payload) as said offset 0) as started
cross join lateral jsonb_array_elements(
    case jsonb_array_length(started.said -> 'leaves')
        when 0 then jsonb_build_array(jsonb_build_object(
            'changeId', fact.correlation_id, 'authorisationId', started.said -> 'authorisationId', 'epoch', started.said -> 'epoch'))
        else started.said -> 'leaves'
    end) as leave
left join lateral (
    select * from ledger
    where topic = 'change.events' and aggregate_id = leave ->> 'changeId' and type = 'ImplementationAuthorised'
        and said(payload) ->> 'authorisationId' = leave ->> 'authorisationId' and said(payload) -> 'epoch' = leave -> 'epoch'
        and said(payload) ->> 'releaseId' = fact.aggregate_id
    order by sequence desc limit 1
) as given on true
left join lateral (
    select type, said(payload) as said from ledger
    where topic = 'change.events' and aggregate_id = leave ->> 'changeId' and sequence < given.sequence
        and type in ('ChangeApproved', 'RFCSubmitted', 'ApprovalSuperseded', 'ChangeExpired', 'ChangeRejected', 'ChangeCancelled')
    order by sequence desc limit 1
) as approval on true
cross join lateral (
    select case
        when given.event_id is null then 'there is no leave ' || (leave ->> 'authorisationId') || ' of epoch ' || (leave ->> 'epoch')
        when approval.type is distinct from 'ChangeApproved' then 'it was not approved when it got leave'
        when (approval.said ->> 'validUntil')::timestamptz < given.recorded_at then 'its approval was over when it got leave'
        when exists (
            select from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and type = 'LeaveRevoked' and sequence < fact.sequence
                and said(payload) ->> 'changeId' = leave ->> 'changeId' and (said(payload) ->> 'epoch')::bigint > (leave ->> 'epoch')::bigint)
            then 'its leave of epoch ' || (leave ->> 'epoch') || ' had been revoked, and the release knew'
        when exists (
            select from ledger
            where topic = 'change.events' and aggregate_id = leave ->> 'changeId' and type = 'ImplementationRevoked' and sequence > given.sequence
                and (said(payload) ->> 'epoch')::bigint > (leave ->> 'epoch')::bigint and recorded_at < fact.recorded_at - interval '1 minute')
            then 'its leave of epoch ' || (leave ->> 'epoch') || ' had been revoked'
    end as wrong
) as judged
where fact.type = 'ReleaseStarted' and wrong is not null
