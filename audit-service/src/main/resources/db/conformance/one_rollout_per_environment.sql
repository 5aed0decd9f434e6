-- While a release changes an environment of a service, forwards or back, no other one starts there, and its fencing token is its own.
select distinct on (fact.event_id) fact.event_id, fact.aggregate_id as subject, fact.correlation_id as story,
    case
        when other.token = mine.token then other.aggregate_id || ' has fencing token ' || mine.token || ' in ' || mine.environment || ', too'
        else other.aggregate_id || ' was still rolling out in ' || mine.environment
    end as what
from facts as fact
join rollout as mine on mine.aggregate_id = fact.aggregate_id and mine.topic = fact.topic and mine.event_id = fact.event_id
-- Of releases without a plan nobody knows the service.
join rollout as other on (other.service = mine.service or other.service is null and mine.service is null) and other.environment = mine.environment and other.event_id <> mine.event_id
    and other.aggregate_id <> mine.aggregate_id
    and (other.token = mine.token
        or other.started_at <= mine.started_at and coalesce(other.ended_at, 'infinity') > mine.started_at)
where fact.type = 'ReleaseStarted'
order by fact.event_id, other.token
