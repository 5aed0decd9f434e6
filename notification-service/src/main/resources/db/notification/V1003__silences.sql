-- For a while nobody is told of what matches: kept in step with the journal.
create sequence silence_number;

create table silence (
    id text primary key,
    matchers jsonb not null,
    "from" timestamptz not null,
    until timestamptz not null,
    reason text not null,
    declared_by text not null,
    declared_at timestamptz not null,
    ended_by text
);

create index on silence (until) where ended_by is null;
create index on notification (fact_id);
