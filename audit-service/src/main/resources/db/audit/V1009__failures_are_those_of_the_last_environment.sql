-- Ways back from the last environment of a release. What is taken back before it gets there has harmed nobody for whom it was meant.
create view live_rollback as
select topic, aggregate_id, sequence, correlation_id, recorded_at
from ledger as back
where type = 'RollbackTriggered' and topic = 'release.events'
    and coalesce(
        said(payload) -> 'environments' @> (
            select said(plan.payload) -> 'environments' -> -1 from ledger as plan
            where plan.topic = back.topic and plan.aggregate_id = back.aggregate_id and plan.type = 'ReleasePlanned' and plan.sequence < back.sequence
            order by plan.sequence desc limit 1),
        true);
