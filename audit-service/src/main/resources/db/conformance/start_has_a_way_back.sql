-- A release starts with the backup that it asked for, proven to the level that its plan asks for, and not found broken since. Services run on
-- clocks that differ: a minute is let pass.
select fact.event_id, fact.aggregate_id as subject, fact.correlation_id as story, wrong as what
from facts as fact
cross join lateral (select said(fact.payload) as said offset 0) as started
left join lateral (
    select said(payload) ->> 'minLevel' as level, said(payload) ->> 'backupSetId' as set from ledger
    where topic = fact.topic and aggregate_id = fact.aggregate_id and type = 'BackupRequested' and sequence < fact.sequence
        and said(payload) ->> 'environment' = started.said ->> 'environment'
    order by sequence desc limit 1
) as asked on true
left join lateral (
    select said(payload) ->> 'releaseId' as release, said(payload) ->> 'environment' as environment from ledger
    where topic = 'backup.events' and aggregate_id = asked.set and type = 'BackupStarted' order by sequence limit 1
) as taken on true
left join lateral (
    select type from ledger
    where topic = 'backup.events' and aggregate_id = asked.set and recorded_at < fact.recorded_at + interval '1 minute'
        and (type in ('BackupVerified', 'RestoreTested') and said(payload) ->> 'level' >= asked.level
            or type in ('BackupRepaired', 'BackupCorrupted', 'BackupUnproven', 'BackupPruned'))
    order by sequence desc limit 1
) as last on true
cross join lateral (
    select case
        when asked.set is null then 'no backup of ' || (started.said ->> 'environment') || ' was asked for'
        when asked.set is distinct from started.said ->> 'backupSetId'
            then 'it started with ' || coalesce(started.said ->> 'backupSetId', 'no backup') || ', and had asked for ' || asked.set
        when taken.release is distinct from fact.aggregate_id or taken.environment is distinct from started.said ->> 'environment'
            then 'backup set ' || asked.set || ' was taken for ' || coalesce(taken.release || ' in ' || taken.environment, 'nobody')
        when last.type is null then 'backup set ' || asked.set || ' was not verified to ' || asked.level
        when last.type in ('BackupCorrupted', 'BackupUnproven', 'BackupPruned') then 'backup set ' || asked.set || ' brought nothing back: ' || last.type
        when not exists (
            select from ledger
            where topic = 'backup.events' and aggregate_id = asked.set and recorded_at < fact.recorded_at + interval '1 minute'
                and type in ('BackupVerified', 'RestoreTested') and said(payload) ->> 'level' >= asked.level)
            then 'backup set ' || asked.set || ' was not verified to ' || asked.level
    end as wrong
) as judged
where fact.type = 'ReleaseStarted' and wrong is not null
