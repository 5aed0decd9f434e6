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

-- A read table: see db/views/rollout.sql.
create table rollout (
    topic text not null,
    aggregate_id text not null,
    event_id text primary key,
    environment text,
    service text,
    token bigint,
    started_at timestamptz not null,
    ended_at timestamptz
);

create index rollout_place on rollout (service, environment, started_at);
create index rollout_release on rollout (aggregate_id);

-- What waits for somebody or something now.
create index standing_now on standing (state) where upper_inf(known) and not over;
create index ledger_bypass on ledger (type) where type in ('EmergencyBypassInvoked', 'UnauthorisedChangeDetected');
