-- A step is done once, unless the release went back there, began anew, went on before that step or was told otherwise in between.
select fact.event_id, fact.aggregate_id as subject, fact.correlation_id as story,
    'step ' || (done.said ->> 'step') || ' in ' || (done.said ->> 'environment') || ' was done twice' as what
from facts as fact
cross join lateral (select said(fact.payload) as said offset 0) as done
cross join lateral (
    select sequence from ledger
    where topic = fact.topic and aggregate_id = fact.aggregate_id and type = 'RolloutStepCompleted' and sequence < fact.sequence
        and said(payload) -> 'step' = done.said -> 'step' and said(payload) -> 'environment' = done.said -> 'environment'
        and said(payload) -> 'kind' = done.said -> 'kind'
    order by sequence desc limit 1
) as before
where fact.type = 'RolloutStepCompleted'
    and not exists (
        select from ledger
        where topic = fact.topic and aggregate_id = fact.aggregate_id and sequence > before.sequence and sequence < fact.sequence
            and (type in ('ReleaseStarted', 'RollbackFailed', 'RolloutIndeterminate') and said(payload) -> 'environment' = done.said -> 'environment'
                or type = 'ReleaseResumed' and said(payload) -> 'environment' = done.said -> 'environment'
                    and (said(payload) ->> 'step')::int <= (done.said ->> 'step')::int
                or type in ('RollbackTriggered', 'ReleaseInstructed')))
