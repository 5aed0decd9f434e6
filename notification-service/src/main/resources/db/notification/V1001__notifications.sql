-- Who was told what: a read table, kept in step with the journal.
create table notification (
    id text primary key,
    change_id text not null,
    fact_id text not null,
    fact_type text not null,
    route text not null,
    channel text not null,
    recipient text not null,
    sent boolean not null,
    answer text not null,
    at timestamptz not null,
    -- the promise of this service, held by the database too
    unique (fact_id, route)
);

create index on notification (change_id, at);
create index on notification (at);
