-- Every fact that this service decided, in the order of storing. The unpublished tail is the outbox; published rows stay with
-- their place in the log, so that a log that lost its tail can be reconciled.
create table journal (
    position bigint generated always as identity primary key,
    aggregate_id text not null,
    sequence bigint not null check (sequence > 0),
    type text not null,
    event_id text not null unique,
    correlation_id text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    traceparent text,
    wire bytea not null,
    hash text not null,
    published_at timestamptz,
    partition int,
    log_offset bigint,
    unique (aggregate_id, sequence)
);
create index journal_unpublished on journal (position) where published_at is null;

-- How far each foreign aggregate has been read: only last + 1 is applied.
create table inbox (
    topic text not null,
    aggregate_id text not null,
    sequence bigint not null,
    primary key (topic, aggregate_id)
);

-- What came through an open door, once per (source, id).
create table intake (
    source text not null,
    id text not null,
    received_at timestamptz not null default clock_timestamp(),
    primary key (source, id)
);

-- Facts that could not be handled, and those of the same aggregate that wait behind them.
create table parked (
    id bigint generated always as identity primary key,
    topic text not null,
    partition int not null,
    log_offset bigint not null,
    aggregate_id text not null,
    sequence bigint not null,
    type text not null,
    wire bytea not null,
    source text,
    source_id text,
    reason text not null,
    failed boolean not null,
    parked_at timestamptz not null default clock_timestamp(),
    resolution text check (resolution in ('APPLIED', 'SKIPPED', 'DUPLICATE')),
    resolved_by text,
    resolved_at timestamptz,
    unique (topic, partition, log_offset)
);
create index parked_open on parked (topic, aggregate_id, sequence) where resolution is null;

-- db-scheduler's table, as its documentation gives it for PostgreSQL.
create table scheduled_tasks (
    task_name text not null,
    task_instance text not null,
    task_data bytea,
    execution_time timestamptz not null,
    picked boolean not null,
    picked_by text,
    last_success timestamptz,
    last_failure timestamptz,
    consecutive_failures int,
    last_heartbeat timestamptz,
    version bigint not null,
    priority smallint,
    primary key (task_name, task_instance)
);
create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);
