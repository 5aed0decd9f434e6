-- The course of each change: when it was asked for, judged, approved, brought out, taken back and closed, and as what.
select
    correlation_id,
    (array_agg(kind order by sequence desc) filter (where kind is not null))[1] as kind,
    (array_agg(said #>> '{rfc,service}' order by sequence desc) filter (where said #>> '{rfc,service}' is not null))[1] as service,
    (array_agg(said ->> 'level' order by sequence desc) filter (where type = 'RiskAssessed'))[1] as level,
    (array_agg((said ->> 'score')::int order by sequence desc) filter (where type = 'RiskAssessed'))[1] as score,
    (array_agg(said ->> 'answer' order by sequence desc) filter (where type = 'PolicyEvaluated'))[1] as answer,
    coalesce(
        (select array_agg(rule) from jsonb_array_elements_text(
            (array_agg(said -> 'matchedRules' order by sequence desc) filter (where type = 'PolicyEvaluated'))[1]) as rule),
        '{}') as rules,
    min(recorded_at) filter (where type in ('RFCSubmitted', 'UnauthorisedChangeDetected')) as submitted_at,
    max(recorded_at) filter (where type = 'PolicyEvaluated') as evaluated_at,
    max(recorded_at) filter (where type = 'ChangeApproved') as approved_at,
    (array_agg(said ->> 'by' order by sequence desc) filter (where type = 'ChangeApproved'))[1] as approved_by,
    -- Revised and asked for again it is open again.
    (array_agg(case when type in ('RFCDrafted', 'RFCSubmitted') then null else type end order by sequence desc) filter (
        where type in ('RFCDrafted', 'RFCSubmitted', 'ChangeRejected', 'ChangeExpired', 'ChangeCancelled', 'ChangeClosed')))[1] as ended,
    max(recorded_at) filter (where type = 'ImplementationCompleted') as deployed_at,
    min(recorded_at) filter (where type = 'ImplementationRolledBack') as rolled_back_at,
    max(recorded_at) filter (where type = 'ChangeClosed') as closed_at,
    (array_agg(coalesce(said ->> 'to', said ->> 'outcome') order by sequence desc) filter (where type in ('ChangeClosed', 'ChangeOutcomeReclassified')))[1]
        as outcome,
    bool_or(type = 'UnauthorisedChangeDetected') as unauthorised
from (
    select
        ledger.*,
        said,
        case when type = 'ChangeReclassified' then said ->> 'to' else said #>> '{rfc,type}' end as kind
    from ledger
    cross join lateral (select public.said(payload) as said offset 0) as told
    where topic = 'change.events' and aggregate_id = correlation_id and type in (
        'RFCDrafted', 'RFCSubmitted', 'ChangeAmended', 'ChangeReclassified', 'RiskAssessed', 'PolicyEvaluated', 'ChangeApproved', 'ChangeRejected',
        'ChangeExpired', 'ChangeCancelled', 'ImplementationCompleted', 'ImplementationRolledBack', 'ChangeClosed', 'ChangeOutcomeReclassified',
        'UnauthorisedChangeDetected')
) as fact
group by correlation_id
having bool_or(type in ('RFCSubmitted', 'UnauthorisedChangeDetected'))
