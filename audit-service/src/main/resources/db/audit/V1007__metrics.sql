create index ledger_type on ledger (type, recorded_at);

-- The course of each change in one row: see db/views/course.sql.
create table course (
    correlation_id text primary key,
    kind text,
    service text,
    level text,
    score int,
    answer text,
    rules text[] not null,
    submitted_at timestamptz not null,
    evaluated_at timestamptz,
    approved_at timestamptz,
    approved_by text,
    ended text,
    deployed_at timestamptz,
    rolled_back_at timestamptz,
    closed_at timestamptz,
    outcome text,
    unauthorised boolean not null
);

create index course_time on course (submitted_at);
create index course_deployed on course (deployed_at) where deployed_at is not null;
create index course_closed on course (closed_at) where closed_at is not null;
