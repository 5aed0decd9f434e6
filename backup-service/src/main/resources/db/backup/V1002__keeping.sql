-- What becomes of a set after it was taken.
alter table backups
    add column held_by text[] not null default '{}',
    add column verified_at timestamptz,
    add column tested_at timestamptz;

create index backups_plan on backups (plan, started_at desc);
create index backups_release on backups (release_id);

-- When what the plans schedule is due next.
create table timetable (
    plan text not null,
    task text not null,
    cron text not null,
    next_at timestamptz not null,
    last_at timestamptz,
    primary key (plan, task)
);

-- Two restores of one plan would take each other's data out of service.
create unique index backups_one_restore on backups (plan) where restore in ('REQUESTED', 'SECURED');
