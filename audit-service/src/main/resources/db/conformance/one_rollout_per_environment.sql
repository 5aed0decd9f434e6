-- While a release rolls out in an environment of a service no other one does, and its fencing token is its own.
select fact.event_id, fact.aggregate_id as subject, fact.correlation_id as story,
    case
        when said(other.payload) -> 'fencingToken' = started.said -> 'fencingToken'
            then other.aggregate_id || ' has fencing token ' || (started.said ->> 'fencingToken') || ' in ' || (started.said ->> 'environment') || ', too'
        else other.aggregate_id || ' was still rolling out in ' || (started.said ->> 'environment')
    end as what
from facts as fact
cross join lateral (select said(fact.payload) as said offset 0) as started
cross join lateral (
    select * from ledger as before
    where before.type = 'ReleaseStarted' and said(before.payload) ->> 'environment' = started.said ->> 'environment'
        and (said(before.payload) ->> 'fencingToken')::bigint <= (started.said ->> 'fencingToken')::bigint
        and before.event_id <> fact.event_id
        and (select said(payload) ->> 'service' from ledger
                where topic = before.topic and aggregate_id = before.aggregate_id and type = 'ReleasePlanned' order by sequence limit 1)
            = (select said(payload) ->> 'service' from ledger
                where topic = fact.topic and aggregate_id = fact.aggregate_id and type = 'ReleasePlanned' order by sequence limit 1)
    order by (said(before.payload) ->> 'fencingToken')::bigint desc limit 1
) as other
where fact.type = 'ReleaseStarted'
    and (said(other.payload) -> 'fencingToken' = started.said -> 'fencingToken'
        or not exists (
            select from ledger as ended
            where ended.topic = other.topic and ended.aggregate_id = other.aggregate_id and ended.sequence > other.sequence
                and ended.recorded_at <= fact.recorded_at
                and (ended.type in ('RollbackCompleted', 'ReleaseAborted', 'ReleaseResolved', 'ReleaseClosed')
                    or ended.type = 'ReleaseDeployed' and said(ended.payload) ->> 'environment' = started.said ->> 'environment')))
