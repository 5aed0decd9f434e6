-- Whoever asks for a change, carries it out or wrote any of its plan gives no approval of it, by whatever account, in nobody's place, nor
-- afterwards. Who only touched what is not part of the plan wrote none of it.
select distinct on (fact.event_id) fact.event_id, fact.aggregate_id as subject, fact.correlation_id as story, person || ' approved a change of their own' as what
from facts as fact
cross join lateral (select said(fact.payload) as said offset 0) as given
cross join lateral (
    select approver #>> '{}' as person from jsonb_path_query(given.said, '$.approvers[*]') as approver where fact.type = 'ChangeApproved'
    union all
    select voter #>> '{}' from (
        select jsonb_path_query(given.said, '$.voter') as voter
        union all select jsonb_path_query(given.said, '$.onBehalfOf')
        union all select jsonb_path_query(given.said, '$.through[*]')) as votes
    where fact.type = 'ApprovalVoteCast' and given.said ->> 'decision' = 'APPROVE'
    union all
    select given.said ->> 'by' where fact.type = 'RetroactiveApprovalRecorded' and given.said ->> 'decision' = 'APPROVE'
) as gives
cross join lateral (
    select said(payload) as said from ledger
    where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence < fact.sequence and type in ('RFCSubmitted', 'ChangeAmended')
    order by sequence desc limit 1
) as asked
where fact.topic = 'change.events'
    and fact.type in ('ChangeApproved', 'ApprovalVoteCast', 'RetroactiveApprovalRecorded')
    and (asked.said #>> '{rfc,requester}' = person or asked.said #>> '{rfc,implementer}' = person
        or exists (
            select from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence < fact.sequence
                and (type = 'RFCSubmitted' or type = 'ChangeAmended' and (said(payload) ->> 'material')::boolean)
                and jsonb_exists(said(payload) -> 'writtenBy', person)))
