-- When each release changed an environment of a service: from the start there, or the first step of the way back, to its end.
select topic, aggregate_id, event_id, environment, service, token, started_at, ended_at
from (
    select
        fact.topic,
        fact.aggregate_id,
        fact.event_id,
        fact.said ->> 'environment' as environment,
        (select public.said(payload) ->> 'service' from ledger
            where topic = fact.topic and aggregate_id = fact.aggregate_id and type = 'ReleasePlanned' and sequence < fact.sequence
            order by sequence desc limit 1) as service,
        (fact.said ->> 'fencingToken')::bigint as token,
        fact.recorded_at as started_at,
        (select min(recorded_at) from ledger as ended
            where ended.topic = fact.topic and ended.aggregate_id = fact.aggregate_id and ended.sequence > fact.sequence
                and (ended.type in ('RollbackCompleted', 'ReleaseAborted', 'ReleaseResolved', 'ReleaseClosed')
                    or fact.type = 'ReleaseStarted' and ended.type = 'ReleaseDeployed'
                        and public.said(ended.payload) -> 'environment' = fact.said -> 'environment')) as ended_at,
        fact.type,
        row_number() over (
            partition by fact.topic, fact.aggregate_id, fact.type, fact.said ->> 'environment' order by fact.sequence) as number
    from (
        select ledger.*, told.said from ledger
        cross join lateral (select public.said(payload) as said offset 0) as told
        where topic = 'release.events' and type in ('ReleaseStarted', 'RolloutStepStarted')
    ) as fact
    where fact.type = 'ReleaseStarted' or fact.said ->> 'kind' = 'REVERT'
) as fact
where type = 'ReleaseStarted' or number = 1
