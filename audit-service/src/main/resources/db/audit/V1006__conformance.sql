-- Up to which leaf the facts were looked at.
create table looked_at (
    leaves bigint not null
);

insert into looked_at values (0);

-- What may be wrong, until all is there that had been said before.
create table suspect (
    invariant text not null,
    event_id text not null,
    since timestamptz not null default clock_timestamp(),
    primary key (invariant, event_id)
);

-- What is wrong, in step with the facts of it.
create table breach (
    id text primary key,
    invariant text not null,
    subject text not null,
    story text not null,
    fact_id text,
    what text not null,
    found_at timestamptz not null
);

create index breach_time on breach (found_at, id);

create index ledger_started on ledger ((said(payload) ->> 'environment'), ((said(payload) ->> 'fencingToken')::bigint)) where type = 'ReleaseStarted';
