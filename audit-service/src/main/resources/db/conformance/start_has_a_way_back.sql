-- A release starts with a backup that was verified to the level that its plan asks for. Services run on clocks that differ: a minute is let pass.
select fact.event_id, fact.aggregate_id as subject, fact.correlation_id as story,
    case
        when asked.level is null then 'no backup of ' || (started.said ->> 'environment') || ' was asked for'
        else 'backup set ' || coalesce(started.said ->> 'backupSetId', 'none') || ' was not verified to ' || asked.level
    end as what
from facts as fact
cross join lateral (select said(fact.payload) as said offset 0) as started
left join lateral (
    select said(payload) ->> 'minLevel' as level from ledger
    where topic = fact.topic and aggregate_id = fact.aggregate_id and type = 'BackupRequested' and sequence < fact.sequence
        and said(payload) ->> 'environment' = started.said ->> 'environment'
    order by sequence desc limit 1
) as asked on true
where fact.type = 'ReleaseStarted'
    and not exists (
        select from ledger
        where topic = 'backup.events' and aggregate_id = started.said ->> 'backupSetId' and type in ('BackupVerified', 'RestoreTested')
            and said(payload) ->> 'level' >= asked.level and recorded_at < fact.recorded_at + interval '1 minute')
