-- What was found broken, each once.
select
    aggregate_id,
    said ->> 'invariant' as invariant,
    said ->> 'subject' as subject,
    correlation_id as story,
    said ->> 'factId' as fact_id,
    said ->> 'what' as what,
    recorded_at as found_at
from ledger
cross join lateral (select public.said(payload) as said offset 0) as told
where topic = 'audit.checkpoints' and type = 'InvariantBroken'
