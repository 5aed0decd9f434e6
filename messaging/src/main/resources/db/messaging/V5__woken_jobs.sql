-- Woken while it runs: what it finds out until it waits again may be older than that. It is tried once more at once.
alter table scheduled_tasks add column woken boolean not null default false;
alter table scheduled_looks add column woken boolean not null default false;
