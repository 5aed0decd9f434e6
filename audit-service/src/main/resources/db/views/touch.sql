-- Whom and what each story is about: people, services, configuration items, environments, and the releases and backup sets in it.
select distinct correlation_id, kind, name
from (
    select correlation_id, 'person' as kind, coalesce(on_behalf_of, actor) as name from ledger
    where topic in ('change.events', 'release.events', 'backup.events') and (on_behalf_of is not null or actor_kind = 'HUMAN')
        -- At the beginning of some stories stands no person.
        and coalesce(on_behalf_of, actor) not like '%-service'
    union all
    select correlation_id, case topic when 'release.events' then 'release' else 'backup' end, aggregate_id
    from ledger where topic in ('release.events', 'backup.events')
    union all
    select correlation_id, named.kind, named.name
    from ledger
    cross join lateral (select public.said(payload) as said offset 0) as told
    cross join lateral (
        select 'person' as kind, person #>> '{}' as name
        from jsonb_path_query(said, '$.keyvalue() ? (@.key == "requester" || @.key == "implementer" || @.key == "voter"
            || @.key == "by" || @.key == "reviewer" || @.key == "who" || @.key == "person" || @.key == "principal"
            || @.key == "delegate" || @.key == "proposedBy").value') as person
        -- These were approved by, or superseded by, what is no person.
        where type not in ('ChangeApproved', 'EnvironmentSuperseded')
        union all
        select 'person', person #>> '{}' from jsonb_path_query(said, '$.rfc.requester') as person
        union all
        select 'person', person #>> '{}' from jsonb_path_query(said, '$.rfc.implementer') as person
        union all
        select 'person', person #>> '{}' from jsonb_path_query(said, '$.approvers[*]') as person
        union all
        select 'service', service #>> '{}' from jsonb_path_query(said, '$.rfc.service') as service
        union all
        select 'service', service #>> '{}' from jsonb_path_query(said, '$.service') as service
        union all
        select 'item', item #>> '{}' from jsonb_path_query(said, '$.rfc.configurationItems[*]') as item
        union all
        select 'item', item #>> '{}' from jsonb_path_query(said, '$.configurationItems[*] ? (@.type() == "string")') as item
        union all
        select 'item', item #>> '{}' from jsonb_path_query(said, '$.reached[*].ci') as item
        union all
        select 'environment', environment #>> '{}' from jsonb_path_query(said, '$.environment') as environment
        union all
        select 'environment', environment #>> '{}' from jsonb_path_query(said, '$.environments[*]') as environment
        union all
        select 'environment', environment #>> '{}' from jsonb_path_query(said, '$.rfc.environments[*]') as environment
    ) as named
    where topic in ('change.events', 'release.events', 'backup.events')
        -- There are many of these, and they name nothing that others do not.
        and type not in (
            'RiskAssessed', 'PolicyEvaluated', 'PackageBuilt', 'PackageTested', 'ReleaseGateEvaluated', 'RolloutStepStarted', 'RolloutStepCompleted',
            'CanaryAnalysisCompleted', 'BackupItemCaptured')
) as named
where name is not null
