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
        select place.kind, found #>> '{}' as name
        from (values
            ('person', '$.rfc.requester'),
            ('person', '$.rfc.implementer'),
            ('person', '$.requester'),
            ('person', '$.implementer'),
            ('person', '$.voter'),
            ('person', '$.by'),
            ('person', '$.reviewer'),
            ('person', '$.who'),
            ('person', '$.person'),
            ('person', '$.principal'),
            ('person', '$.delegate'),
            ('person', '$.proposedBy'),
            ('person', '$.approvers[*]'),
            ('service', '$.rfc.service'),
            ('service', '$.service'),
            ('item', '$.rfc.configurationItems[*]'),
            ('item', '$.configurationItems[*] ? (@.type() == "string")'),
            ('item', '$.reached[*].ci'),
            ('environment', '$.rfc.environments[*]'),
            ('environment', '$.environments[*]'),
            ('environment', '$.environment')
        ) as place (kind, path)
        cross join lateral jsonb_path_query(said, place.path::jsonpath) as found
        -- These were approved by, or superseded by, what is no person.
        where not (place.path = '$.by' and type in ('ChangeApproved', 'EnvironmentSuperseded'))
    ) as named
    where topic in ('change.events', 'release.events', 'backup.events')
        -- There are many of these, and they name nothing that others do not.
        and type not in (
            'RiskAssessed', 'PolicyEvaluated', 'PackageBuilt', 'PackageTested', 'ReleaseGateEvaluated', 'RolloutStepStarted', 'RolloutStepCompleted',
            'CanaryAnalysisCompleted', 'BackupItemCaptured')
) as named
where name is not null
