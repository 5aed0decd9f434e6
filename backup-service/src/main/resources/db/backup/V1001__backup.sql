-- All backup sets as lists show them, in step with their facts.
create table backup_set (
    id text primary key,
    release_id text not null,
    environment text not null,
    status text not null,
    bytes bigint,
    recovery_point timestamptz,
    reason text,
    changed_at timestamptz not null
);
