-- When a release last let go of an environment: a backup from before that is of something else.
create table worked (
    service text not null,
    environment text not null,
    ended_at timestamptz not null,
    primary key (service, environment)
);
