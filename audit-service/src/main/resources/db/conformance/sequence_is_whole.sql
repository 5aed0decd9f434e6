-- Each fact carries the hash of the one before it.
select event_id, aggregate_id as subject, correlation_id as story,
    type || ', fact ' || sequence || ' of ' || aggregate_id || ', does not carry the hash of the fact before it' as what
from facts
where not chain_holds
