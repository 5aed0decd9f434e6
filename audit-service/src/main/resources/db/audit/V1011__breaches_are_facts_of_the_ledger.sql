-- What was broken is a fact as every other is: it is in the ledger, and the table is a read table over that.
alter table breach rename column id to aggregate_id;

create index breach_fact on breach (fact_id);
create index breach_story on breach (story);

-- The course of each change, when it was taken back from its last environment, and whether a rollout of it began without leave; and what began
-- for no change at all.
create view delivery as
select
    course.*,
    case when rolled_back_at is not null then (
        select min(told.recorded_at) from ledger as told
        join live_rollback on live_rollback.aggregate_id = said(told.payload) ->> 'releaseId'
        where told.topic = 'change.events' and told.aggregate_id = course.correlation_id and told.type = 'ImplementationRolledBack') end
        as taken_back_at,
    unauthorised or kind is not distinct from 'LATENT'
        or exists (select from breach where story = correlation_id and invariant = 'START_IS_AUTHORISED') as without_leave
from course
union all
(select distinct on (breach.story)
    breach.story, null, rollout.service, null, null, null, '{}'::text[], breach.found_at, null, null, null, null, null, null, null, null, true, null, true
from breach
left join rollout on rollout.aggregate_id = breach.subject
where invariant = 'START_IS_AUTHORISED' and not exists (select from course where correlation_id = breach.story)
order by breach.story, breach.found_at);
