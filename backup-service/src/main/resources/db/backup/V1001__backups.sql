-- All backup sets as lists show them.
create table backups (
    id text primary key,
    release_id text not null,
    environment text not null,
    plan text,
    state text not null,
    level text,
    bytes bigint,
    rto_millis bigint,
    recovery_point timestamptz,
    restore text,
    started_at timestamptz not null
);

create index backups_started_at on backups (started_at desc);
