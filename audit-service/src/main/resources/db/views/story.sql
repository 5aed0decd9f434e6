-- Each story in one row: of a change, or of what belongs to none, such as a freeze.
select
    correlation_id,
    (array_agg(title order by recorded_at desc, topic, partition, log_offset desc) filter (where title is not null))[1] as title,
    (array_agg(service order by recorded_at desc, topic, partition, log_offset desc) filter (where service is not null))[1] as service,
    (array_agg(kind order by recorded_at desc, topic, partition, log_offset desc) filter (where kind is not null))[1] as kind,
    (array_agg(requester order by recorded_at desc, topic, partition, log_offset desc) filter (where requester is not null))[1] as requester,
    count(*) as facts,
    min(recorded_at) as since,
    max(recorded_at) as until,
    (array_agg(type order by recorded_at desc, topic, partition, log_offset desc))[1] as last
from (
    select
        ledger.*,
        coalesce(said #>> '{rfc,title}', said ->> 'title', said ->> 'name') as title,
        coalesce(said #>> '{rfc,service}', said ->> 'service') as service,
        coalesce(said #>> '{rfc,type}', said ->> 'to') as kind,
        said #>> '{rfc,requester}' as requester
    from ledger
    left join lateral (
        select public.said(payload) as said
        where type in ('RFCSubmitted', 'RFCRefused', 'RFCDrafted', 'ChangeAmended', 'ChangeReclassified', 'ChangeScheduled', 'AlertReceived',
            'FreezeDeclared', 'ApprovalPolicyPublished', 'StandardTemplatePublished')
        offset 0
    ) as told on true
) as fact
group by correlation_id
